"""95% intervals in which the problem, not the sample, is the unit: samples of one problem are not independent.

In: one number a problem. Out: an `Interval` that names its kind. `docs/decisions/` holds the coverage that each
kind reached in simulation, and why the bootstrap and the plain t interval were not taken for rates.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special  # scipy.stats has the same functions and takes a second to import

from app.reports.estimate import Interval, IntervalKind

Floats = NDArray[np.float64]
CONFIDENCE = 0.95
_UPPER = 1 - (1 - CONFIDENCE) / 2
FEW_MOVED = 10
"""Below this many non-zero differences the t interval covers too little (0.14 to 0.92 in simulation)."""
_DRAWS_AT_ONCE = 500
_ROUNDING = 1e-12


def rate_interval(values: Floats) -> Interval | None:
    """Interval for the mean of per-problem rates in [0, 1]; None for fewer than two problems.

    Wilson's score interval (Wilson 1927) at the effective sample size p(1−p)/SE², where SE is the standard error
    of the mean over problems (Kish's design effect; Korn & Graubard 1998 do the same with Clopper–Pearson), with
    Student's t at P−1 degrees of freedom. Rates in [0, 1] have variance at most p(1−p), so the effective size is
    at least the number of problems P, and is P where all problems agree. Where they agree on 0 or on 1,
    Clopper–Pearson over P problems.
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
    return _wilson(mean, size, _student(problems - 1))


def _all_alike(values: Floats) -> bool:
    """Whether no value differs from another by more than rounding: then the standard error says nothing."""
    return bool(np.ptp(values) <= _ROUNDING)


def _student(freedom: int) -> float:
    return float(special.stdtrit(freedom, _UPPER))


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


def difference_interval(differences: Floats) -> Interval | None:
    """Interval for the mean of paired per-problem differences in [−1, 1]; None for fewer than two problems.

    Student's t over problems. Where fewer than ten problems differ at all, or all differ by the same, the standard
    error is worth nothing (0 where none moved, or all alike): then the interval of Bonett & Price (2012), which adds
    one whole problem each way.
    """
    problems = len(differences)
    if problems < 2:
        return None
    if np.count_nonzero(differences) < FEW_MOVED or _all_alike(differences):
        return _bonett_price(differences)
    mean = float(np.mean(differences))
    half = _student(problems - 1) * float(np.std(differences, ddof=1) / np.sqrt(problems))
    return _within_one(mean - half, mean + half, IntervalKind.T_BY_PROBLEM)


def _bonett_price(differences: Floats) -> Interval:
    size = len(differences) + 2
    mean = float(np.sum(differences)) / size
    variance = (float(np.sum(differences**2)) + 2) / size - mean**2
    half = float(special.ndtri(_UPPER)) * np.sqrt(variance / size)
    return _within_one(mean - half, mean + half, IntervalKind.ADJUSTED_BY_PROBLEM)


def _within_one(low: float, high: float, kind: IntervalKind) -> Interval:
    return Interval(low=max(-1.0, float(low)), high=min(1.0, float(high)), kind=kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bootstrap:
    """How many times problems are drawn anew, and from which seed: a report repeats exactly."""

    draws: int = 10_000
    seed: int = 20_260_301


def bootstrap_ratio(numerators: Floats, denominators: Floats, how: Bootstrap | None = None) -> Interval | None:
    """Percentile interval for Σnumerators / Σdenominators, drawing whole problems with replacement (Efron 1979).

    Numerators lie between 0 and their denominators. Where the ratio is the same in every problem, drawing anew cannot
    move it and would claim certainty: `rate_interval` over the problems that have a denominator. None where fewer
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
    chance = np.random.default_rng(how.seed)
    ratios = np.empty(how.draws)
    for start in range(0, how.draws, _DRAWS_AT_ONCE):
        rows = min(_DRAWS_AT_ONCE, how.draws - start)
        drawn = chance.integers(0, problems, size=(rows, problems), dtype=np.int32)  # (draws, P)
        below = denominators[drawn].sum(axis=1)
        above = numerators[drawn].sum(axis=1)
        ratios[start : start + rows] = np.divide(above, below, out=np.full(rows, np.nan), where=below > 0)
    low, high = np.nanquantile(ratios, [1 - _UPPER, _UPPER])
    return Interval(low=float(low), high=float(high), kind=IntervalKind.BOOTSTRAP_BY_PROBLEM)


def bootstrap_mean(values: Floats, how: Bootstrap | None = None) -> Interval | None:
    """Percentile interval for the mean over problems; kept to compare with `rate_interval`."""
    return bootstrap_ratio(values, np.ones_like(values), how)
