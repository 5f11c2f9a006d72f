"""The flip ledger: how each problem moved between the base and every other arm."""

from collections.abc import Iterator

from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs

_TEXT = CellKind.TEXT


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for pair in inputs.report.pairs:
        for flip in pair.ledger:
            passed = [flip.left_passed, flip.right_passed]
            yield [pair.left, pair.right, flip.task_id, flip.problem_version, flip.scored, *passed, flip.move]


FLIPS = ReportTable(
    name="flips",
    question=Question.RESULTS,
    title="Flips",
    description="One row per problem of each pair of arms; the left arm is the base.",
    columns=(
        Column("left", "Name of the left arm", _TEXT),
        Column("right", "Name of the right arm", _TEXT),
        Column("task_id", "The problem's name in its set", _TEXT),
        Column("problem_version", "First 12 hex digits of its content hash", _TEXT),
        Column("scored", "Samples scored on both sides"),
        Column("left_passed", "Of those, how many passed on the left"),
        Column("right_passed", "Of those, how many passed on the right"),
        Column("move", "`fixed`, `broken`, `both` or `neither`; solved means that a sample passed"),
    ),
    rows=_rows,
    section=Section.OWN,
)
