"""Problems beside their twins, arm by arm: solved originals whose twins were not solved are recall."""

from collections.abc import Iterator

from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for one in inputs.report.twins:
        counts: list[Cell] = [one.pairs, one.both, one.original_only, one.twin_only, one.neither]
        yield [one.arm, *counts, one.p_value, one.convincing, one.sentence, *estimate_cells(one.difference)]


TWINS = ReportTable(
    name="twins",
    question=Question.MEMORY,
    title="Problems and their twins",
    description="The same problems with other names, words and constants: one row per arm.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column("pairs", "Problems with a twin, both scored"),
        Column(
            "both", "Of those, solved in both forms: at least one sample passes, with as many tries on both sides"
        ),
        Column("original_only", "The original was solved and its twin was not: recall"),
        Column("twin_only", "The twin was solved and its original was not"),
        Column("neither", "Solved in neither form"),
        Column("p_value", "Of the exact sign test over pairs, after Holm's correction"),
        Column("convincing", "Whether the difference may be claimed", CellKind.FLAG),
        Column("sentence", "What this shows, in words", CellKind.TEXT),
        *ESTIMATE_COLUMNS,
    ),
    rows=_rows,
)
