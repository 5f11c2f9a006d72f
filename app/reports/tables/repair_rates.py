"""How many failed drafts each repairing arm repaired, by error class and by round."""

from collections.abc import Iterator

from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for report in inputs.report.repairs:
        for group, rates in (("class", report.repairs.by_class), ("round", report.repairs.by_round)):
            for rate in rates:
                yield [report.arm, group, rate.name, rate.tried, rate.repaired]


REPAIR_RATES = ReportTable(
    name="repair_rates",
    question=Question.REPAIR,
    title="Repair rates",
    description="Repaired failures: one row per repairing arm and error class, and one per arm and round.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column("group", "`class` (verdict of the draft) or `round`"),
        Column("name", "The verdict, or the number of the round"),
        Column("tried", "Failed drafts that were revised and scored"),
        Column("repaired", "Of those, how many passed in the end (in that round)"),
    ),
    rows=_rows,
)
