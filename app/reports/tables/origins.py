"""pass@1 on problems seen in training and on unseen ones, and how much each repairing arm changes the gap."""

from collections.abc import Iterator

from app.reports.evidence import Bounds
from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for gap in inputs.report.gaps:
        for statistic, estimate in (("seen", gap.seen), ("unseen", gap.unseen)):
            yield [gap.arm, statistic, *estimate_cells(estimate), None, None, None]
        yield [gap.arm, "gap", *estimate_cells(gap.difference), *_bounds(gap.missing)]
    for repair in inputs.report.repairs:
        yield [repair.arm, "gap_change", *estimate_cells(repair.gap_change), *_bounds(repair.gap_missing)]


def _bounds(missing: Bounds) -> list[Cell]:
    return [missing.samples, missing.low, missing.high]


ORIGINS = ReportTable(
    name="origins",
    question=Question.MEMORY,
    title="Origins",
    description="pass@1 on problems seen in training and on unseen ones: one row per arm and statistic.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column(
            "statistic",
            "pass@1 on `seen` or `unseen` problems; `gap`: seen − unseen; `gap_change`: the arm's gap − the base's",
        ),
        *ESTIMATE_COLUMNS,
        Column("missing", "Of the two differences: samples without a verdict"),
        Column("worst_low", "The difference if all of those spoke against it"),
        Column("worst_high", "The difference if all of those spoke for it"),
    ),
    rows=_rows,
    section=Section.OWN,
)
