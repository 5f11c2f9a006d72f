"""pass@k: the chance that at least one of k samples passes, estimated without bias from n ≥ k samples.

In: scored and passed counts a problem. Out: an `Estimate` with its interval by problem, or `NotEstimable`.
Unscored samples are not in the counts: whoever made them is asked to show how many there were.
"""

import numpy as np
from numpy.typing import NDArray

from app.reports.estimate import Estimate, Estimated, NotEstimable
from app.reports.intervals import Floats, rate_interval

Ints = NDArray[np.int64]


def pass_at_k(scored: Ints, passed: Ints, k: int) -> Floats:
    """1 − C(n−c, k) / C(n, k) for each problem; NaN where n < k.

    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1. Evaluated as a product of
    ratios at most 1, so that nothing overflows.

    Args:
        scored: n, the scored samples of each problem. (P,)
        passed: c, how many of them passed. (P,)
        k: 1 or more.
    """
    result = np.full(len(scored), np.nan)
    for n in np.unique(scored[scored >= k]):
        here = scored == n
        result[here] = 1 - _all_fail(int(n), k)[passed[here]]
    return result


def _all_fail(n: int, k: int) -> Floats:
    """C(n−c, k) / C(n, k) for c = 0 … n: each is the one before times (n−c−k) / (n−c)."""
    chance = np.zeros(n + 1)
    chance[0] = 1.0
    c = np.arange(n - k)
    chance[1 : n - k + 1] = np.cumprod((n - c - k) / (n - c))
    return chance


def estimate_pass_at_k(scored: Ints, passed: Ints, k: int) -> Estimated:
    """The mean over all problems that have at least k scored samples, and how many had fewer."""
    if k < 1:
        return NotEstimable(reason=f"pass@{k} means nothing: k is at least 1")
    values = pass_at_k(scored, passed, k)
    kept = values[~np.isnan(values)]
    if len(kept) == 0:
        return NotEstimable(reason=_why_not(scored, k))
    return Estimate(
        value=float(kept.mean()),
        interval=rate_interval(kept),
        problems=len(kept),
        left_out=len(values) - len(kept),
    )


def _why_not(scored: Ints, k: int) -> str:
    if len(scored) == 0:
        return "there are no problems"
    most = int(scored.max())
    if most == 0:
        return "no sample has been scored"
    return f"pass@{k} needs {k} scored samples a problem and there are at most {most}"


def usual_ks(samples: int) -> tuple[int, ...]:
    """The k that a table shows for `samples` a problem: 1, 2, 5, 10, 20, 50, 100 … and the number itself."""
    steps = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    return tuple(sorted({k for k in steps if k <= samples} | ({samples} if samples else set())))
