"""Critic vs. resampling at equal samples: the same failed drafts, the same number of further tries."""

from collections.abc import Iterator

from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, ReportTable, Section, TableInputs

_TEXT = CellKind.TEXT


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for duel in inputs.report.duels:
        equal = duel.equal_samples
        fixed: list[Cell] = [equal.failures, equal.fixed_by_critic, equal.fixed_by_rival]
        test: list[Cell] = [equal.better, equal.worse, equal.p_value]
        yield [duel.arm, equal.rival, *fixed, *test, *estimate_cells(equal.difference)]


EQUAL_SAMPLES = ReportTable(
    name="equal_samples",
    title="Equal samples",
    description="Critic vs. resampling of the same failed drafts: one row per critic.",
    columns=(
        Column("arm", "Name of the critic's arm", _TEXT),
        Column("resampling", "The resample arm, or the base's other samples in its place", _TEXT),
        Column("failures", "Failed drafts that both sides tried again, scored on every side"),
        Column("fixed_by_critic", "Of those, how many the critic fixed"),
        Column(
            "fixed_by_resampling", "Of those, how many resampling fixed; an expectation without a resample arm"
        ),
        Column("better", "Problems on which the critic did better"),
        Column("worse", "Problems on which resampling did better"),
        Column("p_value", "Exact sign test over those problems"),
        *ESTIMATE_COLUMNS,
    ),
    rows=_rows,
    section=Section.OWN,
)
