"""pass@k and best-of-k of every arm, with intervals."""

from collections.abc import Iterator

from app.reports.estimates import Estimated, NotEstimable
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs

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
        rate = arm.rate_name.replace("pass@k", "pass_at_k").translate(_UNDERSCORES)
        for statistic, values in ((rate, arm.pass_at_k), ("best_of_k", arm.best_of), ("all_of_k", arm.all_of_k)):
            for at in values:
                yield [arm.name, arm.kind, statistic, at.k, *estimate_cells(at.estimate)]


_UNDERSCORES = str.maketrans("- ", "__")


_STATISTIC = (
    "`pass_at_k`; of repairing arms `oracle_gated_pass_at_k` or `pass_at_k_after_repair`; "
    "`best_of_k`: chosen by example tests, scored by hidden tests; `all_of_k`: all of k pass (pass^k)"
)

PASS_AT_K = ReportTable(
    name="pass_at_k",
    question=Question.RATES,
    title="pass@k",
    description="One row per arm, statistic and k.",
    columns=(
        Column("arm", "Name of the arm", _TEXT),
        Column("kind", "Kind of the arm"),
        Column("statistic", _STATISTIC),
        Column("k", "Number of samples"),
        *ESTIMATE_COLUMNS,
    ),
    rows=_rows,
    section=Section.OWN,
)
