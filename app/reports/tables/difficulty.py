"""pass@1 by level of difficulty, for runs that have generated problems."""

from collections.abc import Iterator

from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for one in inputs.report.levels:
        yield [one.arm, one.level, *estimate_cells(one.estimate)]


DIFFICULTY = ReportTable(
    name="difficulty",
    question=Question.RATES,
    title="Difficulty",
    description="pass@1 on generated problems by their label: one row per arm and level.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column("level", "`easy`, `medium` or `hard`"),
        *ESTIMATE_COLUMNS,
    ),
    rows=_rows,
)
