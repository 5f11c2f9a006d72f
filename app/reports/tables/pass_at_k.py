"""pass@k and best-of-k of every arm, with intervals."""

from collections.abc import Iterator

from app.reports.estimates import Estimated, NotEstimable
from app.reports.tables.table import Cell, CellKind, Column, ReportTable, Section, TableInputs

_TEXT = CellKind.TEXT
ESTIMATE_COLUMNS = (
    Column("value", "The estimate; empty if not estimable"),
    Column("low", "Lower end of the 95% interval"),
    Column("high", "Upper end"),
    Column("interval", "How the interval was computed; see docs/statistics.md"),
    Column("problems", "Problems that the value rests on"),
    Column("left_out", "Problems with too few scored samples"),
    Column("reason", "Why there is no value", _TEXT),
)
"""What every table writes of an estimate, by `estimate_cells`."""


def estimate_cells(estimate: Estimated) -> list[Cell]:
    if isinstance(estimate, NotEstimable):
        return [None, None, None, None, None, None, estimate.reason]
    interval = estimate.interval
    limits: list[Cell] = [interval.low, interval.high, interval.kind] if interval else [None, None, None]
    return [estimate.value, *limits, estimate.problems, estimate.left_out, None]


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for arm in inputs.report.arms:
        for statistic, values in (("pass_at_k", arm.pass_at_k), ("best_of_k", arm.best_of)):
            for at in values:
                yield [arm.name, arm.kind, statistic, at.k, *estimate_cells(at.estimate)]


PASS_AT_K = ReportTable(
    name="pass_at_k",
    title="pass@k",
    description="One row per arm, statistic and k.",
    columns=(
        Column("arm", "Name of the arm", _TEXT),
        Column("kind", "Kind of the arm"),
        Column("statistic", "`pass_at_k`, or `best_of_k`: chosen by example tests, scored by hidden tests"),
        Column("k", "Number of samples"),
        *ESTIMATE_COLUMNS,
    ),
    rows=_rows,
    section=Section.OWN,
)
