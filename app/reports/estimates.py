"""Estimates with 95% intervals, or a stated reason why there is none. The problem, not the sample, is the unit.

Samples of one problem are not independent, so an interval takes one number per problem and names its kind.
`NotEstimable` is a value, not an exception: a page shows its reason in place of the number, and no caller can
mistake it for 0 or 1. Decision 13 has the coverage that each kind reached in simulation, and why the bootstrap and
the plain t interval were not chosen for rates.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special  # scipy.stats has the same functions and takes a second to import

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CONFIDENCE = 0.95
_UPPER = 1 - (1 - CONFIDENCE) / 2
_DRAWS_AT_ONCE = 500
_ROUNDING = 1e-12


class IntervalKind(StrEnum):
    """How an interval was computed; shown beside it, because it depends on how much was seen."""

    WILSON_BY_PROBLEM = "wilson_by_problem"
    """Wilson's score interval at the effective number of problems: for rates."""
    EXACT_BINOMIAL = "exact_binomial"
    """Clopper–Pearson over problems: for rates when all problems agree."""
    T_BY_PROBLEM = "t_by_problem"
    """Student's t over per-problem differences."""
    ADJUSTED_BY_PROBLEM = "adjusted_by_problem"
    """Bonett–Price: two pseudo-problems, one each way, because fewer than ten moved. Conservative."""
    NEWCOMBE_BY_PROBLEM = "newcombe_by_problem"
    """Two independent sets of problems: the difference of two estimates, from the interval of each."""
    BOOTSTRAP_BY_PROBLEM = "bootstrap_by_problem"
    """Percentile bootstrap that resamples whole problems; kept to compare with."""
    BETA_BINOMIAL = "beta_binomial"
    """The farther ends of a beta-binomial posterior and of Wilson's interval: for pass rates."""
    ALWAYS_VALID = "always_valid"
    """A confidence sequence: holds however often the run is looked at while it grows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A 95% interval, both ends included."""

    low: float
    high: float
    kind: IntervalKind
    together: int = 1
    """How many intervals hold the truth together in 95 of 100 runs; each is wider than it would be alone."""

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A statistic over problems."""

    value: float
    interval: Interval | None
    """None if there is only one problem, which allows no interval."""
    problems: int
    """Problems that the value rests on."""
    left_out: int = 0
    """Problems with too few scored samples."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotEstimable:
    """There is no such number, and this is why."""

    reason: str
    """A sentence without its full stop."""


Estimated = Estimate | NotEstimable


def rate_interval(values: Floats, confidence: float = CONFIDENCE) -> Interval | None:
    """Interval for the mean of per-problem rates in [0, 1]; None for fewer than two problems.

    Wilson's score interval (Wilson 1927) at the effective sample size p(1−p)/SE², where SE is the standard error
    of the mean over problems (Kish's design effect; Korn & Graubard 1998 do the same with Clopper–Pearson), with
    Student's t at P−1 degrees of freedom. Rates in [0, 1] have variance at most p(1−p), so the effective size is
    at least the number of problems P, and is P if all problems agree. If they agree on 0 or on 1,
    Clopper–Pearson over P problems, at 95% whatever the `confidence`.
    """
    problems = len(values)
    if problems < 2:
        return None
    mean = float(np.mean(values))
    if mean in (0.0, 1.0):
        return exact_binomial(round(mean * problems), problems)
    variance_of_mean = float(np.var(values, ddof=1)) / problems
    spread = mean * (1 - mean)
    size = float(problems) if _all_alike(values) else max(float(problems), spread / variance_of_mean)
    return _wilson(mean, size, float(special.stdtrit(problems - 1, (1 + confidence) / 2)))


def _all_alike(values: Floats) -> bool:
    """Whether the values differ by no more than rounding; the standard error is then meaningless."""
    return bool(np.ptp(values) <= _ROUNDING)


def _wilson(mean: float, size: float, quantile: float) -> Interval:
    scale = 1 + quantile**2 / size
    centre = (mean + quantile**2 / (2 * size)) / scale
    half = quantile * np.sqrt(mean * (1 - mean) / size + quantile**2 / (4 * size**2)) / scale
    low, high = max(0.0, float(centre - half)), min(1.0, float(centre + half))
    return Interval(low=low, high=high, kind=IntervalKind.WILSON_BY_PROBLEM)


def exact_binomial(passed: int, tried: int) -> Interval:
    """Clopper & Pearson (1934), from quantiles of the beta distribution."""
    tail = 1 - _UPPER
    low = 0.0 if passed == 0 else float(special.betaincinv(passed, tried - passed + 1, tail))
    high = 1.0 if passed == tried else float(special.betaincinv(passed + 1, tried - passed, 1 - tail))
    return Interval(low=low, high=high, kind=IntervalKind.EXACT_BINOMIAL)


def ratio_interval(numerators: Floats, denominators: Floats) -> Interval | None:
    """Interval for Σnumerators / Σdenominators over problems; None if fewer than two have a denominator.

    Wilson's interval at the effective sample size, as `rate_interval`, with the standard error of a ratio of sums by
    linearisation (Cochran 1977, "Sampling Techniques", section 6.3; Korn & Graubard 1998). It has no random draws, so
    it is the same to the last digit in every report.
    """
    tried = denominators > 0
    above, below = numerators[tried], denominators[tried]
    problems = len(below)
    if problems < 2:
        return None
    ratio = float(above.sum() / below.sum())
    shares = above / below
    if ratio in (0.0, 1.0) or _all_alike(shares):
        return rate_interval(shares)
    variance = float(np.sum((above - ratio * below) ** 2) / below.sum() ** 2 * problems / (problems - 1))
    size = max(_effective(below), ratio * (1 - ratio) / variance) if variance > 0 else _effective(below)
    return _wilson(ratio, size, float(special.stdtrit(problems - 1, _UPPER)))


def _effective(weights: Floats) -> float:
    """Kish's effective number of problems with these weights."""
    return float(weights.sum() ** 2 / np.sum(weights**2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Bootstrap:
    """Number of bootstrap draws and their seed, which makes a report repeat exactly."""

    draws: int = 10_000
    seed: int = 20_260_301


def bootstrap_ratio(numerators: Floats, denominators: Floats, how: Bootstrap | None = None) -> Interval | None:
    """Percentile interval for Σnumerators / Σdenominators, resampling whole problems (Efron 1979).

    Numerators lie between 0 and their denominators. If the ratio is the same in every problem, resampling cannot
    move it and would claim certainty: then `rate_interval` over the problems that have a denominator. None if fewer
    than two problems have one.
    """
    problems = len(numerators)
    tried = denominators > 0
    if np.count_nonzero(tried) < 2:
        return None
    shares = numerators[tried] / denominators[tried]
    if _all_alike(shares):
        return rate_interval(shares)
    how = how or Bootstrap()
    random = np.random.default_rng(how.seed)
    ratios = np.empty(how.draws)
    for start in range(0, how.draws, _DRAWS_AT_ONCE):
        rows = min(_DRAWS_AT_ONCE, how.draws - start)
        drawn = random.integers(0, problems, size=(rows, problems), dtype=np.int32)  # (draws, P)
        below = denominators[drawn].sum(axis=1)
        above = numerators[drawn].sum(axis=1)
        ratios[start : start + rows] = np.divide(above, below, out=np.full(rows, np.nan), where=below > 0)
    low, high = np.nanquantile(ratios, [1 - _UPPER, _UPPER])
    return Interval(low=float(low), high=float(high), kind=IntervalKind.BOOTSTRAP_BY_PROBLEM)


def bootstrap_mean(values: Floats, how: Bootstrap | None = None) -> Interval | None:
    """Percentile interval for the mean over problems; kept only to compare with `rate_interval`."""
    return bootstrap_ratio(values, np.ones_like(values), how)
