"""Where a pass rate comes from: import fixing, the critic, memorised problems, problems the base never solved.

In: the tables of one arm, or of a base and a repairing arm. Out: counts and estimates. Much of what a naive harness
calls a repair is import fixing; a step counts it before anything is credited to the critic.
"""

import math
from dataclasses import dataclass

import numpy as np

from app.reports.differences import ONE_LOOK, Looks, mean_difference
from app.reports.estimates import Estimate, Estimated, Interval, IntervalKind, NotEstimable
from app.reports.evidence import Bounds, aligned_worst_case
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.samples import PASSED, ArmSamples, Codes, Flags, align, count, is_scored
from models.enums import Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributionStep:
    """One change of rule or text, over the samples that are scored both before and after it."""

    before: str
    after: str
    scored: int
    passed_before: int
    passed_after: int
    to_pass: int
    to_fail: int
    to_pass_problems: int
    """Problems that these samples are of: what a list of them shows."""
    to_fail_problems: int


def rule_steps(arm: ArmSamples) -> tuple[AttributionStep, ...]:
    """raw → goimports of one arm's programs, and legacy → goimports if the brace rule was audited."""
    steps = [_step("raw", "goimports", arm.raw, arm.verdict)]
    if is_scored(arm.legacy).any():
        steps.append(_step("legacy", "goimports", arm.legacy, arm.verdict))
    return tuple(steps)


def repair_step(base: ArmSamples, critic: ArmSamples) -> AttributionStep:
    """From the drafts to the critic's final programs, both with imports fixed."""
    pair = align(base, critic)
    width = pair.width
    return _step("drafts", critic.name, pair.left.verdict[:, :width], pair.right.verdict[:, :width])


def _step(before: str, after: str, first: Codes, second: Codes) -> AttributionStep:
    scored = is_scored(first) & is_scored(second)
    passed_before, passed_after = scored & (first == PASSED), scored & (second == PASSED)
    to_pass, to_fail = passed_after & ~passed_before, passed_before & ~passed_after
    return AttributionStep(
        before=before,
        after=after,
        scored=int(np.sum(scored)),
        passed_before=int(np.sum(passed_before)),
        passed_after=int(np.sum(passed_after)),
        to_pass=int(np.sum(to_pass)),
        to_fail=int(np.sum(to_fail)),
        to_pass_problems=int(np.sum(to_pass.any(axis=1))),
        to_fail_problems=int(np.sum(to_fail.any(axis=1))),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Ceiling:
    """Problems that no sample of the base solved, and how many of them the other arm solved."""

    arm: str
    problems: int
    """Problems with at least one scored sample of the base."""
    never_solved: int
    fewest_samples: int
    """The smallest n among them; 0 if there are none."""
    rate_at_most: float | None
    """The 95% upper bound on the true rate at that n, for each problem taken alone."""
    solved_by_arm: int
    task_ids: tuple[str, ...]
    """The never-solved problems that the arm solved."""


def upper_bound(samples: int) -> float:
    """The largest pass rate at which `samples` failures in a row still have a 5% chance: 1 − 0.05^(1/n).

    The exact one-sided 95% Clopper–Pearson bound for c = 0 of n; the "rule of three" is its first term
    (Hanley & Lippman-Hand 1983).
    """
    return float(1 - 0.05 ** (1 / samples))


def ceiling(base: ArmSamples, arm: ArmSamples) -> Ceiling:
    """Problems with c = 0 of n under `base`, and how many of those `arm` solved at least once."""
    pair = align(base, arm)
    never = (pair.left.n > 0) & (pair.left.c == 0)
    reached = never & (pair.right.c > 0)
    fewest = int(pair.left.n[never].min()) if never.any() else 0
    return Ceiling(
        arm=arm.name,
        problems=int(np.sum(pair.left.n > 0)),
        never_solved=int(never.sum()),
        fewest_samples=fewest,
        rate_at_most=upper_bound(fewest) if fewest else None,
        solved_by_arm=int(reached.sum()),
        task_ids=tuple(key.task_id for key, hit in zip(pair.left.keys, reached, strict=True) if hit),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """pass@1 of one arm on problems seen in training and on unseen ones: how much of the rate may be memory."""

    arm: str
    seen: Estimated
    unseen: Estimated
    difference: Estimated
    """Seen minus unseen."""
    unknown: int
    """Problems of unknown origin: on neither side."""
    missing: Bounds
    """What the difference could be if every unscored sample had passed on one side and failed on the other."""


def seen_gap(arm: ArmSamples, looks: Looks = ONE_LOOK) -> Gap:
    """The gap of one arm."""
    seen, unseen = (_pass_at_1(arm, origin, looks) for origin in (Origin.SEEN, Origin.UNSEEN))
    return Gap(
        arm=arm.name,
        seen=seen,
        unseen=unseen,
        difference=subtract(seen, unseen),
        unknown=int(_of(arm, Origin.UNKNOWN).sum()),
        missing=_gap_bounds(arm),
    )


def _gap_bounds(arm: ArmSamples) -> Bounds:
    """Manski's bounds: the rates of both origins if all unscored samples failed, and if all passed."""
    present = count(arm.present)
    sides = [_of(arm, origin) & (present > 0) for origin in (Origin.SEEN, Origin.UNSEEN)]
    both = sides[0] | sides[1]
    if not all(side.any() for side in sides):
        return Bounds(samples=0, of=int(present[both].sum()), low=0.0, high=0.0)
    (low_seen, high_seen), (low_unseen, high_unseen) = (
        [float(np.mean((arm.c + lost)[side] / present[side])) for lost in (0, arm.unscored)] for side in sides
    )
    return Bounds(
        samples=int(arm.unscored[both].sum()),
        of=int(present[both].sum()),
        low=low_seen - high_unseen,
        high=high_seen - low_unseen,
    )


def gap_change_bounds(base: ArmSamples, critic: ArmSamples) -> Bounds:
    """The same of `gap_change`: samples that one of both arms lacks a verdict for, for and against each origin."""
    pair = align(base, critic)
    seen, unseen = (aligned_worst_case(pair, _of(pair.left, origin)) for origin in (Origin.SEEN, Origin.UNSEEN))
    if not (len(seen.low) and len(unseen.low)):
        return Bounds(samples=0, of=seen.of + unseen.of, low=0.0, high=0.0)
    return Bounds(
        samples=seen.samples + unseen.samples,
        of=seen.of + unseen.of,
        low=float(np.mean(seen.low) - np.mean(unseen.high)),
        high=float(np.mean(seen.high) - np.mean(unseen.low)),
    )


def gap_change(base: ArmSamples, critic: ArmSamples, looks: Looks = ONE_LOOK) -> Estimated:
    """The critic's gap minus the base's: the mean change on seen problems minus the mean change on unseen ones."""
    pair = align(base, critic)
    scored = pair.both_scored.sum(axis=1)
    moved = pair.right_passes.sum(axis=1) - pair.left_passes.sum(axis=1)
    usable = scored > 0
    changes = np.divide(moved, scored, out=np.zeros(len(scored)), where=usable)
    seen = mean_difference(changes[usable & _of(pair.left, Origin.SEEN)], looks=looks)
    unseen = mean_difference(changes[usable & _of(pair.left, Origin.UNSEEN)], looks=looks)
    return subtract(seen, unseen)


def subtract(first: Estimated, second: Estimated) -> Estimated:
    """first − second over two independent sets of problems, with an interval from the interval of each.

    Square-and-add of the distances to each side's own limits: Newcombe (1998), method 10; Zou & Donner (2008)
    show it for any two estimates with limits (MOVER). It stays sensible if one side is 0 or 1 throughout,
    which is what a memorised set looks like.
    """
    if isinstance(first, NotEstimable) or isinstance(second, NotEstimable):
        return NotEstimable(reason="there are no scored problems of both origins, seen and unseen")
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


def _pass_at_1(arm: ArmSamples, origin: Origin, looks: Looks) -> Estimated:
    here = _of(arm, origin) & (arm.n > 0)
    if not here.any():
        return NotEstimable(reason=f"no {origin} problem has a scored sample")
    return estimate_pass_at_k(arm.n[here], arm.c[here], 1, looks=looks)
