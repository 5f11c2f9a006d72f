"""The first critic vs. arms that were not shown the draft's own trace: whether the trace mattered."""

from collections.abc import Iterator

from app.reports.tables.equal_samples import EVIDENCE_COLUMNS, evidence_cells
from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for one in inputs.report.controls:
        fixed: list[Cell] = [one.failures, one.fixed_by_critic, one.fixed_by_rival]
        test: list[Cell] = [one.better, one.worse, one.p_value]
        yield [
            one.critic,
            one.rival,
            *fixed,
            *test,
            *estimate_cells(one.difference),
            *evidence_cells(one.evidence, differs_by_origin=one.differs_by_origin),
        ]


CONTROLS = ReportTable(
    name="controls",
    question=Question.RIVALS,
    title="Without the draft's own trace",
    description="The first critic vs. arms that were shown no trace or another problem's, over the same failed drafts.",
    columns=(
        Column("critic", "Name of the critic's arm", CellKind.TEXT),
        Column("control", "Name of the arm without the draft's own trace", CellKind.TEXT),
        Column("failures", "Failed drafts that both repaired, scored on every side"),
        Column("fixed_by_critic", "Of those, how many the critic fixed"),
        Column("fixed_by_control", "Of those, how many the other arm fixed"),
        Column("better", "Problems on which the critic did better"),
        Column("worse", "Problems on which the other arm did better"),
        Column("p_value", "Exact sign test over those problems, corrected for the number of controls (Holm)"),
        *ESTIMATE_COLUMNS,
        *EVIDENCE_COLUMNS,
    ),
    rows=_rows,
)
