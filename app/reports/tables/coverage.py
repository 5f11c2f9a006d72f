"""pass@k of every repairing arm against its base and against resampling, and where the curves cross."""

from collections.abc import Iterator

from app.reports.estimates import NotEstimable
from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for repair in inputs.report.repairs:
        for one in repair.coverage:
            crossing = one.crosses_at
            known: list[Cell] = [None, crossing.reason] if isinstance(crossing, NotEstimable) else [crossing, None]
            for at in one.points:
                yield [repair.arm, one.rival, at.k, at.arm, at.rival, *estimate_cells(at.difference), *known]


COVERAGE = ReportTable(
    name="coverage",
    question=Question.RIVALS,
    title="Coverage",
    description="pass@k of a repairing arm and of its rivals over the same problems: one row per arm, rival and k.",
    columns=(
        Column("arm", "Name of the repairing arm", CellKind.TEXT),
        Column("rival", "The base, or the resample arm", CellKind.TEXT),
        Column("k", "Number of samples"),
        Column("arm_pass_at_k", "pass@k of the arm"),
        Column("rival_pass_at_k", "pass@k of the rival"),
        *ESTIMATE_COLUMNS,
        Column("crosses_at", "The first k at which the arm no longer leads; empty: none"),
        Column("no_crossing", "Why there is none", CellKind.TEXT),
    ),
    rows=_rows,
)
