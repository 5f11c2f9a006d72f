"""Verdict transitions: the verdict of the draft × the verdict of the final program, over revised samples."""

from collections.abc import Iterator

from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for repair in inputs.report.repairs:
        for transition in repair.repairs.transitions:
            yield [repair.arm, transition.draft, transition.final, transition.samples]


TRANSITIONS = ReportTable(
    name="transitions",
    question=Question.REPAIR,
    title="Transitions",
    description="Verdict transitions: one row per repairing arm, verdict of the draft and final verdict.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column("draft", "Verdict of the draft"),
        Column("final", "Verdict of the final program"),
        Column("samples", "Revised samples with these two verdicts"),
    ),
    rows=_rows,
    section=Section.OWN,
)
