"""pass@k: the probability that at least one of k samples passes, without bias from n ≥ k samples; and best-of-k.

In: scored and passed counts per problem, or an arm. Out: an `Estimate` with its interval by problem, or `NotEstimable`.
Unscored samples are not in the counts; the caller shows how many there were.
"""

import numpy as np

from app.reports.beta_binomial import problems_interval
from app.reports.differences import ONE_LOOK, Looks, mean_share
from app.reports.estimates import Estimate, Estimated, Floats, Ints, NotEstimable, rate_interval
from app.reports.samples import PASSED, ArmSamples, is_scored


def pass_at_k(scored: Ints, passed: Ints, k: int) -> Floats:
    """1 − C(n−c, k) / C(n, k) for each problem; NaN where n < k.

    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1. Evaluated as a product of
    ratios at most 1, so that nothing overflows.

    Args:
        scored: n, the scored samples of each problem. (P,)
        passed: c, how many of them passed. (P,)
        k: at least 1.
    """
    result = np.full(len(scored), np.nan)
    for n in np.unique(scored[scored >= k]):
        here = scored == n
        result[here] = 1 - _all_fail(int(n), k)[passed[here]]
    return result


def _all_fail(n: int, k: int) -> Floats:
    """C(n−c, k) / C(n, k) for c = 0 … n: each is the previous one times (n−c−k) / (n−c)."""
    chance = np.zeros(n + 1)
    chance[0] = 1.0
    c = np.arange(n - k)
    chance[1 : n - k + 1] = np.cumprod((n - c - k) / (n - c))
    return chance


def pass_all_k(scored: Ints, passed: Ints, k: int) -> Floats:
    """C(c, k) / C(n, k) for each problem, the chance that all of k samples pass (pass^k); NaN where n < k.

    Yao et al. 2024, "τ-bench: A Benchmark for Tool-Agent-User Interaction in Real-World Domains". That all of k pass
    is that none of k fails.
    """
    return 1 - pass_at_k(scored, scored - passed, k)


def estimate_pass_at_k(
    scored: Ints, passed: Ints, k: int, *, every: bool = False, looks: Looks = ONE_LOOK
) -> Estimated:
    """pass@k, or pass^k (`every`): the mean over the problems with k scored samples, and how many had fewer."""
    if k < 1:
        return NotEstimable(reason=f"pass@{k} is not defined: k is at least 1")
    values = pass_all_k(scored, passed, k) if every else pass_at_k(scored, passed, k)
    enough = ~np.isnan(values)
    if not enough.any():
        return NotEstimable(reason=_why_not(scored, k))
    kept, left_out = values[enough], int((~enough).sum())
    if looks.always_valid:
        return mean_share(kept, looks, left_out)
    return Estimate(
        value=float(kept.mean()),
        interval=problems_interval(kept, scored[enough], passed[enough], k, every=every),
        problems=len(kept),
        left_out=left_out,
    )


def _mean_rate(rates: Floats, left_out: int, looks: Looks) -> Estimated:
    if looks.always_valid:
        return mean_share(rates, looks, left_out)
    return Estimate(
        value=float(rates.mean()), interval=rate_interval(rates), problems=len(rates), left_out=left_out
    )


def _why_not(scored: Ints, k: int) -> str:
    if len(scored) == 0:
        return "there are no problems"
    most = int(scored.max())
    if most == 0:
        return "no sample has been scored"
    return f"pass@{k} needs {k} scored samples per problem and there are at most {most}"


def usual_ks(samples: int) -> tuple[int, ...]:
    """The values of k that a table shows for `samples` per problem: 1, 2, 5, 10, 20, 50 … and the number itself."""
    steps = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    return tuple(sorted({k for k in steps if k <= samples} | ({samples} if samples else set())))


def best_of_k(arm: ArmSamples, k: int, looks: Looks = ONE_LOOK) -> Estimated:
    """Best-of-k by example tests: choose one of k samples by the example tests, score it by the hidden tests.

    What a user without hidden tests could really get: the expected hidden pass rate of a uniform choice among those
    of k samples that pass the example tests. Over a random k-subset of n samples, the choice is uniform among the
    e samples that pass the examples unless the subset has none (probability q = C(n−e, k)/C(n, k)); then it is uniform
    among the others. So the expectation is (1−q)·h/e + q·(c−h)/(n−e), with h the samples that pass both
    (filtering as in Li et al. 2022, AlphaCode; the closed form follows from exchangeability, and a test enumerates
    subsets and ties).
    """
    known = arm.scored & is_scored(arm.example)
    n = known.sum(axis=1)
    enough = n >= k
    if k < 1 or not enough.any():
        return NotEstimable(reason=f"choosing among {k} needs {k} samples executed on example and hidden tests")
    shown = known & (arm.example == PASSED)
    values = _expected(n, shown.sum(axis=1), (known & arm.passes).sum(axis=1), (shown & arm.passes).sum(axis=1), k)
    return _mean_rate(values[enough], int((~enough).sum()), looks)


def _expected(n: Ints, shown: Ints, passed: Ints, both: Ints, k: int) -> Floats:
    some_shown = pass_at_k(n, shown, k)
    among_shown = np.divide(both, shown, out=np.zeros(len(n)), where=shown > 0)
    rest = n - shown
    among_rest = np.divide(passed - both, rest, out=np.zeros(len(n)), where=rest > 0)
    expected: Floats = some_shown * among_shown + (1 - some_shown) * among_rest
    return expected
