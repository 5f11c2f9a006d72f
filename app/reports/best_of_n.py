"""Execution-filtered best-of-n: choose one of n samples by the example tests, score it by the hidden tests.

What a user without hidden tests could really get. In: an arm whose samples were executed on both. Out: the
expected pass rate of the choice over all subsets of k samples and over ties, without bias and without drawing.
"""

import numpy as np

from app.reports.estimate import Estimate, Estimated, NotEstimable
from app.reports.intervals import Floats, rate_interval
from app.reports.pass_at_k import Ints, pass_at_k
from app.reports.samples import PASSED, ArmSamples, is_scored


def best_of_k(arm: ArmSamples, k: int) -> Estimated:
    """Expected hidden pass rate of a uniform choice among those of k samples that pass the example tests.

    Over a random k-subset of n samples, the choice is uniform among the e example-passers unless the subset has
    none (chance C(n−e, k)/C(n, k)); then it is uniform among the others. So the expectation is
    (1−q)·h/e + q·(c−h)/(n−e), with h the samples that pass both (filtering as in Li et al. 2022, AlphaCode; the
    closed form follows from exchangeability, and a test enumerates subsets).
    """
    known = arm.scored & is_scored(arm.example)
    n = known.sum(axis=1)
    enough = n >= k
    if k < 1 or not enough.any():
        return NotEstimable(reason=f"choosing among {k} needs {k} samples executed on example and hidden tests")
    shown = known & (arm.example == PASSED)
    values = _expected(n, shown.sum(axis=1), (known & arm.passes).sum(axis=1), (shown & arm.passes).sum(axis=1), k)
    kept = values[enough]
    return Estimate(
        value=float(kept.mean()),
        interval=rate_interval(kept),
        problems=len(kept),
        left_out=int((~enough).sum()),
    )


def _expected(n: Ints, shown: Ints, passed: Ints, both: Ints, k: int) -> Floats:
    some_shown = pass_at_k(n, shown, k)
    among_shown = np.divide(both, shown, out=np.zeros(len(n)), where=shown > 0)
    rest = n - shown
    among_rest = np.divide(passed - both, rest, out=np.zeros(len(n)), where=rest > 0)
    expected: Floats = some_shown * among_shown + (1 - some_shown) * among_rest
    return expected
