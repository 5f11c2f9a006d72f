"""Where the uncertainty of pass@1 comes from: problems, samples or the ruler."""

from collections.abc import Iterator

from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for arm in inputs.report.arms:
        if arm.spread:
            yield [arm.name, arm.spread.problems, arm.spread.sampling, arm.spread.ruler, arm.spread.in_words]


VARIANCE = ReportTable(
    name="variance",
    question=Question.RATES,
    title="Where the uncertainty comes from",
    description="Shares of the variance of pass@1: one row per arm.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column("problems", "Share from problems that differ in their true rate"),
        Column("sampling", "Share from drawing few samples of each problem"),
        Column("ruler", "Share from programs that do not always get the same verdict (flaky)"),
        Column("in_words", "What would make the interval narrower", CellKind.TEXT),
    ),
    rows=_rows,
)
