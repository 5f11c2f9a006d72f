"""Seen minus unseen: how much of a pass rate is memory.

In: an arm whose problems say whether the base saw their set in training. Out: the rate on each side, their
difference, and how much a second arm (the critic) changes that difference. Problems of unknown origin take no
part and are counted.
"""

import math
from dataclasses import dataclass

import numpy as np

from app.reports.align import align
from app.reports.estimate import Estimate, Estimated, Interval, IntervalKind, NotEstimable
from app.reports.intervals import Floats, rate_interval
from app.reports.paired import mean_difference
from app.reports.samples import ArmSamples, Flags
from models.enums import Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """pass@1 of one arm on problems that the base saw and did not see."""

    arm: str
    seen: Estimated
    unseen: Estimated
    difference: Estimated
    """Seen minus unseen."""
    unknown: int
    """Problems of which nobody said whether they were seen."""


def seen_gap(arm: ArmSamples) -> Gap:
    """The gap of one arm."""
    usable = arm.n > 0
    rates = np.divide(arm.c, arm.n, out=np.zeros(len(arm.n)), where=usable)
    seen = _mean_rate(rates[usable & _of(arm, Origin.SEEN)], Origin.SEEN)
    unseen = _mean_rate(rates[usable & _of(arm, Origin.UNSEEN)], Origin.UNSEEN)
    return Gap(
        arm=arm.name,
        seen=seen,
        unseen=unseen,
        difference=subtract(seen, unseen),
        unknown=int(_of(arm, Origin.UNKNOWN).sum()),
    )


def gap_change(base: ArmSamples, critic: ArmSamples) -> Estimated:
    """The critic's gap minus the base's: the mean change on seen problems minus that on unseen ones."""
    pair = align(base, critic)
    scored = pair.both_scored.sum(axis=1)
    moved = pair.right_passes.sum(axis=1) - pair.left_passes.sum(axis=1)
    usable = scored > 0
    changes = np.divide(moved, scored, out=np.zeros(len(scored)), where=usable)
    seen = mean_difference(changes[usable & _of(pair.left, Origin.SEEN)])
    unseen = mean_difference(changes[usable & _of(pair.left, Origin.UNSEEN)])
    return subtract(seen, unseen)


def subtract(first: Estimated, second: Estimated) -> Estimated:
    """first − second of two independent sets of problems, with an interval from the interval of each.

    Square-and-add of the distances to each side's own limits: Newcombe (1998), method 10; Zou & Donner (2008)
    show it for any two estimates with limits (MOVER). It stays sensible where one side is 0 or 1 throughout,
    which is what a memorised set looks like.
    """
    if isinstance(first, NotEstimable) or isinstance(second, NotEstimable):
        return NotEstimable(reason="there are not scored problems on both sides, seen and unseen")
    value = first.value - second.value
    return Estimate(
        value=value,
        interval=_square_and_add(first, second, value),
        problems=first.problems + second.problems,
        left_out=first.left_out + second.left_out,
    )


def _square_and_add(first: Estimate, second: Estimate, value: float) -> Interval | None:
    if first.interval is None or second.interval is None:
        return None
    below = math.hypot(first.value - first.interval.low, second.interval.high - second.value)
    above = math.hypot(first.interval.high - first.value, second.value - second.interval.low)
    return Interval(low=value - below, high=value + above, kind=IntervalKind.NEWCOMBE_BY_PROBLEM)


def _of(arm: ArmSamples, origin: Origin) -> Flags:
    return np.array([problem.origin is origin for problem in arm.problems], dtype=np.bool_)


def _mean_rate(rates: Floats, origin: Origin) -> Estimated:
    if len(rates) == 0:
        return NotEstimable(reason=f"no {origin} problem has a scored sample")
    return Estimate(value=float(rates.mean()), interval=rate_interval(rates), problems=len(rates))
