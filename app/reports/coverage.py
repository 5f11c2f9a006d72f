"""Coverage: pass@k of a repairing arm against its base and against resampling, and the k from which it no longer leads.

After Yue et al. 2025, "Does Reinforcement Learning Really Incentivize Reasoning Capacity in LLMs Beyond the Base
Model?": a trained model may lead at k = 1 and be overtaken at a larger k, because training narrowed what it writes.

In: the tables of both arms. Out: both curves over the problems that have k scored samples on both sides, their
difference, and the crossing. An arm that hidden tests gate keeps every pass of its base, so that no crossing with the
base is possible and none is reported; resampling is its rival.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.reports.differences import ONE_LOOK, Looks, mean_difference
from app.reports.estimates import Estimate, Estimated, NotEstimable
from app.reports.pass_at_k import pass_at_k, usual_ks
from app.reports.samples import ArmSamples, align


@dataclass(frozen=True, kw_only=True, slots=True)
class CoveragePoint:
    """Both arms at one k, over the same problems."""

    k: int
    arm: float
    rival: float
    difference: Estimated


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Two curves of pass@k."""

    rival: str
    points: tuple[CoveragePoint, ...]
    crosses_at: int | NotEstimable
    """The first of these k at which the arm, which leads at k = 1, no longer does."""


def coverage(
    arm: ArmSamples, rival: ArmSamples, *, always_valid: bool = False, can_only_gain: bool = False
) -> Coverage:
    """The curves at the usual values of k; their intervals hold together."""
    pair = align(rival, arm)
    ks = usual_ks(pair.width)
    looks = Looks(family=max(1, len(ks)), always_valid=always_valid)
    points = [point for k in ks if (point := _point(pair.right, pair.left, k, looks)) is not None]
    return Coverage(rival=rival.name, points=tuple(points), crosses_at=_crossing(points, can_only_gain))


def _point(arm: ArmSamples, rival: ArmSamples, k: int, looks: Looks = ONE_LOOK) -> CoveragePoint | None:
    ours, theirs = (pass_at_k(side.n, side.c, k) for side in (arm, rival))
    known = ~np.isnan(ours) & ~np.isnan(theirs)
    if not known.any():
        return None
    return CoveragePoint(
        k=k,
        arm=float(ours[known].mean()),
        rival=float(theirs[known].mean()),
        difference=mean_difference((ours - theirs)[known], int((~known).sum()), looks),
    )


def _crossing(points: Sequence[CoveragePoint], can_only_gain: bool) -> int | NotEstimable:
    if can_only_gain:
        return NotEstimable(reason="hidden tests gate, so the arm keeps every pass of its base")
    if len(points) < 2:
        return NotEstimable(reason="a crossing needs two values of k")
    leads = [_value(point) > 0 for point in points]
    if not leads[0]:
        return NotEstimable(reason="the arm does not lead at k = 1")
    if all(leads):
        return NotEstimable(reason=f"the arm leads up to k = {points[-1].k}")
    return points[leads.index(False)].k


def _value(point: CoveragePoint) -> float:
    return point.difference.value if isinstance(point.difference, Estimate) else 0.0
