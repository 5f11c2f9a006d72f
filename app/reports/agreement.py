"""Whether the sign test and the interval of one comparison agree, which a claim needs.

In: a difference with its interval, and the test's p-value and counts. Out: whether it may be claimed, and, where one of
the two alone would claim it, that rule in words.
"""

from app.reports.estimates import Estimate, Estimated, Interval, NotEstimable
from app.reports.signs import SIGNIFICANCE


def is_convincing(difference: Estimated, p: float | None, better: int, worse: int) -> bool:
    """Whether test and interval agree that the sides differ, and in which direction: only then may a sentence say so.

    A few large gains may outweigh many small losses in the mean, while the test speaks for the losses.
    """
    known = _known(difference, p)
    if known is None:
        return False
    found, interval, small = known
    return small and 0.0 not in interval and (better > worse) == (found.value > 0)


def disagreement(difference: Estimated, p: float | None, better: int, worse: int) -> str:
    """Why nothing is claimed although the test alone, or the interval alone, would claim it; empty where neither would,
    or both do."""
    known = _known(difference, p)
    if known is None or is_convincing(difference, p, better, worse):
        return ""
    _, interval, small = known
    if small and 0.0 in interval:
        return "the test alone finds a difference, but its interval includes 0, and a claim needs both"
    if small:
        return "test and interval point to different sides, and a claim needs both to agree"
    if 0.0 not in interval:
        return "the interval alone excludes 0, but the test finds no difference, and a claim needs both"
    return ""


def _known(difference: Estimated, p: float | None) -> tuple[Estimate, Interval, bool] | None:
    """The estimate, its interval, and whether the test finds a difference; None where one of them is missing."""
    if p is None or isinstance(difference, NotEstimable) or difference.interval is None:
        return None
    return difference, difference.interval, p < SIGNIFICANCE
