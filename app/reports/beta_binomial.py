"""Intervals for pass rates, which keep their level for rates near 0 and 1 and for memorised problems.

In: scored and passed counts per problem. Out: limits of pass@k or pass^k over all problems like these: the farther ends
of two 94% intervals.

- The posterior of a beta-binomial model. Each problem has its own true rate from a beta distribution with mean m and
  concentration s (Skellam 1948; Gelman et al., "Bayesian Data Analysis", section 5.3). Prior: m from beta(0.65, 0.65),
  density of s proportional to s^(−5/4), on a grid. It keeps its level where a few problems carry the whole mean;
  Wilson's falls to 0.86 there.
- Wilson's at the effective sample size (`rate_interval`). It keeps its level where the rates are from no beta
  distribution, as when a part of the problems is memorised; the posterior falls to 0.5 there.

Of two 95% intervals the farther ends cover 96 to 98%, hence the 94% (95% for Wilson's from 200 problems on, where both
agree). Where all problems drawn are alike, neither knows of a kind of problems that none of them is: memorised ones,
say. A kind with share u is missed by P problems with chance (1 − u)^P; the ends are at least as far as the largest u
that is missed with chance 8% would move the mean.

With fewer than 30 problems that allowance keeps the end on the far side of the mean, away from 0 or 1, from missing at
all, so that the near end may miss in 4% and not 3% of runs. Decision 13 has the simulation.
"""

from functools import lru_cache

import numpy as np
from scipy import special

from app.reports.estimates import CONFIDENCE, Floats, Interval, IntervalKind, Ints, rate_interval

FEW_PROBLEMS = 200
"""From here on both intervals agree, so that the farther ends of two narrower ones would cover too little."""
UNSEEN_CHANCE = 0.08
"""How rarely a kind of problems has to have been missed by all that were drawn for the interval to leave it out."""
_MEANS = special.expit(np.linspace(-9, 9, 181))
_CONCENTRATIONS = np.geomspace(0.05, 300, 24)
FAR_END_HOLDS = 30
"""Below this number of problems the allowance for a kind that was missed leaves the far end hardly any misses."""
_TAIL = 0.03
"""How often each end of each of the two intervals may miss: both are 94% intervals."""
_NEAR_TAIL = 0.04
"""The same of the end nearer to 0 or 1 where the far end hardly misses."""


@lru_cache(maxsize=1)
def _grid() -> tuple[Floats, Floats, Floats]:
    """a and b of every beta distribution on the grid, and the log prior. Each (G,)"""
    a = np.outer(_MEANS, _CONCENTRATIONS).ravel()
    b = np.outer(1 - _MEANS, _CONCENTRATIONS).ravel()
    # Each density times the step of the grid: m(1−m) on a grid of logits, s on a grid of log s.
    prior = np.add.outer(0.65 * (np.log(_MEANS) + np.log1p(-_MEANS)), -0.25 * np.log(_CONCENTRATIONS)).ravel()
    return a, b, prior


@lru_cache(maxsize=64)
def _statistic(k: int, every: bool) -> tuple[Floats, Ints]:
    """The statistic at each point of the grid, ascending, and the order that sorts it. Each (G,)"""
    a, b, _ = _grid()
    # Of a rate p from beta(a, b): the mean of p^k, or of 1 − (1−p)^k.
    values = np.exp(special.betaln(a + k, b) - special.betaln(a, b)) if every else -np.expm1(
        special.betaln(a, b + k) - special.betaln(a, b)
    )  # fmt: skip
    order = np.argsort(values, kind="stable").astype(np.int64)
    return values[order], order


@lru_cache(maxsize=256)
def _log_likelihood(n: int, c: int) -> Floats:
    """Of c passes of n samples, at each point of the grid: the same few counts come again and again. (G,)"""
    a, b, _ = _grid()
    found: Floats = special.betaln(c + a, n - c + b) - special.betaln(a, b)
    return found


@lru_cache(maxsize=64)
def posterior(scored: tuple[int, ...], passed: tuple[int, ...]) -> "Posterior":
    """The posterior of these counts; pass@k for every k asks for the same one."""
    return Posterior(np.array(scored), np.array(passed))


class Posterior:
    """What the counts of some problems say about the rates of all such problems."""

    def __init__(self, scored: Ints, passed: Ints) -> None:
        """Problems without a scored sample must be left out."""
        log_weight = _grid()[2]
        pairs, problems = np.unique(np.stack([scored, passed], axis=1), axis=0, return_counts=True)
        for (n, c), number in zip(pairs.tolist(), problems.tolist(), strict=True):
            log_weight = log_weight + number * _log_likelihood(n, c)
        weight = np.exp(log_weight - log_weight.max())
        self._weight: Floats = weight / weight.sum()

    def limits(
        self, k: int = 1, *, every: bool = False, tails: tuple[float, float] = (_TAIL, _TAIL)
    ) -> tuple[float, float]:
        """What pass@k, or pass^k (`every`), is below and above with the chances `tails`."""
        values, order = _statistic(k, every)
        weight = self._weight[order]
        below = np.cumsum(weight) - weight / 2
        low, high = np.interp([tails[0], 1 - tails[1]], below, values)
        return float(low), float(high)


def problems_interval(
    values: Floats, scored: Ints, passed: Ints, k: int = 1, *, every: bool = False
) -> Interval | None:
    """The interval of the mean of pass@k, or of pass^k (`every`); None for fewer than two problems.

    If all problems agree on 0 or on 1, Clopper–Pearson over problems.

    Args:
        values: the statistic of each problem; `scored` and `passed` are the counts behind them. (P,)
    """
    problems, mean = len(values), float(np.mean(values))
    near = _NEAR_TAIL if problems < FAR_END_HOLDS else _TAIL
    tails = (near, _TAIL) if mean < 0.5 else (_TAIL, near)
    wilson = [rate_interval(values, 1 - 2 * tail if problems < FEW_PROBLEMS else CONFIDENCE) for tail in tails]
    below, above = wilson
    if below is None or above is None or below.kind is IntervalKind.EXACT_BINOMIAL:
        return below
    low, high = posterior(tuple(scored.tolist()), tuple(passed.tolist())).limits(k, every=every, tails=tails)
    unseen = 1 - UNSEEN_CHANCE ** (1 / problems)
    return Interval(
        low=min(low, below.low, mean * (1 - unseen)),
        high=max(high, above.high, mean + (1 - mean) * unseen),
        kind=IntervalKind.BETA_BINOMIAL,
    )
