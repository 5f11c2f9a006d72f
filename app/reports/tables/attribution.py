"""Attribution: which step turned samples from fail to pass, and which turned them back."""

from collections.abc import Iterator

from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs

_TEXT = CellKind.TEXT


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    steps = [(arm.name, step) for arm in inputs.report.arms for step in arm.rules]
    steps += [(repair.arm, repair.step) for repair in inputs.report.repairs]
    for arm, step in steps:
        passed: list[Cell] = [step.passed_before, step.passed_after]
        yield [arm, step.before, step.after, step.scored, *passed, step.to_pass, step.to_fail]


ATTRIBUTION = ReportTable(
    name="attribution",
    question=Question.REPAIR,
    title="Attribution",
    description="raw → goimports → critic: one row per arm and step, with the brace rule if it was audited.",
    columns=(
        Column("arm", "Name of the arm", _TEXT),
        Column("before", "`raw` (as written), `legacy` (cut at the first closing brace) or `drafts`"),
        Column("after", "`goimports` (imports fixed), or the repairing arm", _TEXT),
        Column("scored", "Samples scored both before and after"),
        Column("passed_before", "Of those, how many passed before"),
        Column("passed_after", "Of those, how many passed after"),
        Column("to_pass", "Turned from fail to pass"),
        Column("to_fail", "Turned from pass to fail"),
    ),
    rows=_rows,
)
