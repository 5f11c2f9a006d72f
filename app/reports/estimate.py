"""What a statistic can be: a number with an interval, or a stated reason why there is none.

No formula lives here. `NotEstimable` is a value, not an exception: a page shows its reason where the number
would stand, and no caller can mistake it for 0 or 1.
"""

from dataclasses import dataclass
from enum import StrEnum


class IntervalKind(StrEnum):
    """How an interval was found; shown beside it, because it changes with how little was seen."""

    WILSON_BY_PROBLEM = "wilson_by_problem"
    """Wilson's score interval at the effective number of problems: for rates."""
    EXACT_BINOMIAL = "exact_binomial"
    """Clopper–Pearson over problems: for rates when every problem says the same."""
    T_BY_PROBLEM = "t_by_problem"
    """Student's t over the problems' differences."""
    ADJUSTED_BY_PROBLEM = "adjusted_by_problem"
    """Bonett–Price: two invented problems, one each way, because fewer than ten moved. Conservative."""
    NEWCOMBE_BY_PROBLEM = "newcombe_by_problem"
    """Two independent sets of problems: the difference of two estimates, from the interval of each."""
    BOOTSTRAP_BY_PROBLEM = "bootstrap_by_problem"
    """Percentile bootstrap that draws whole problems: for ratios of sums."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A 95% interval, both ends included."""

    low: float
    high: float
    kind: IntervalKind

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A statistic over problems."""

    value: float
    interval: Interval | None
    """None where a single problem allows no interval."""
    problems: int
    """Problems that the value rests on."""
    left_out: int = 0
    """Problems that had too few scored samples for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotEstimable:
    """There is no such number, and this is why."""

    reason: str
    """One sentence, without a full stop at its end."""


Estimated = Estimate | NotEstimable
