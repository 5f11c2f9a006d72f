"""Critic vs. resampling with as many tries: the same failed drafts, the same number of further tries each.

In: the tables of base, critic and, if the run has one, resample arm. Out: `EqualSamples`. That a critic repaired 0 of 8
failures says little until it is known what 8 fresh drafts would have done. A resample arm drew afresh for the same
failures, sample by sample; without one, the base's other samples stand in for fresh drafts, in expectation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.reports.differences import ONE_LOOK, Looks
from app.reports.estimates import Estimated, Floats
from app.reports.evidence import Evidence, WorstCase, weigh
from app.reports.origin_effects import (
    OriginDifference,
    WeighedByOrigin,
    differences_by_origin,
    interaction_of,
)
from app.reports.pass_at_k import pass_at_k
from app.reports.repairs import accepted, left_alone, revised_samples
from app.reports.samples import ArmSamples, Flags, align_all, count, is_failed
from models.enums import TestsKind

OTHER_SAMPLES = "the base's other samples"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemRates:
    """One problem: the share of samples that pass after repair, and after resampling instead."""

    task_id: str
    critic: float
    resampling: float


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginEffect(OriginDifference):
    """Repair vs. resampling on the problems of one origin."""

    failures: int
    fixed_by_critic: int
    fixed_by_rival: float


@dataclass(frozen=True, kw_only=True, slots=True)
class EqualSamples(WeighedByOrigin):
    """Repair vs. resampling of the same failed drafts."""

    critic: str
    rival: str
    """The resample arm's name, or `the base's other samples`."""
    failures: int
    fixed_by_critic: int
    fixed_by_rival: float
    """A whole number if the run has a resample arm; an expectation otherwise."""
    critic_tokens: int
    """New tokens that the critic wrote for these failures."""
    rival_tokens: int
    """The same for resampling; an expectation without a resample arm."""
    evidence: Evidence
    """Mean over problems of the pass rate after repair minus that after resampling."""
    by_origin: tuple[OriginEffect, ...]
    """Seen, unseen and unknown problems apart; only the origins that occur."""
    interaction: Estimated
    """The difference on seen problems minus that on unseen ones, or between the two origins of `contrast`."""
    problems: tuple[ProblemRates, ...]

    @property
    def is_expected(self) -> bool:
        """Whether the rival made no tries of its own, so that its fixes are an expectation."""
        return self.rival == OTHER_SAMPLES


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sides:
    """Both sides over the same problems and samples. Tables are (P, S)."""

    critic: ArmSamples
    rival: str
    known: Flags
    """Samples scored on every side."""
    failed: Flags
    """Of those: failed drafts that both sides tried again."""
    missing: Flags
    """Failed drafts that a side tried again without a verdict."""
    after: tuple[Floats, Floats]
    """Chance that the sample passes after repair and after resampling; 0 where a side has no verdict."""
    unscored: tuple[Flags, Flags]
    """Of the missing: which side has no verdict."""
    rival_tokens: Floats
    """What resampling spends on each sample."""


def against_resampling(
    base: ArmSamples,
    critic: ArmSamples,
    resample: ArmSamples | None,
    looks: Looks = ONE_LOOK,
    gate: TestsKind = TestsKind.HIDDEN,
) -> EqualSamples:
    """Compare with as many tries, over the samples that are scored on every side.

    Drafts that the critic did not have to revise count as they are on both sides. A failed draft that has not been
    revised yet is left out: the run is still under way.

    Args:
        gate: the tests that said what was to be revised, and when to stop.
    """
    sides = _with_own_samples(base, critic, gate) if resample is None else _with_arm(base, critic, resample, gate)
    return _result(sides, looks)


def _with_arm(base: ArmSamples, critic: ArmSamples, resample: ArmSamples, gate: TestsKind) -> _Sides:
    draft, repair, again = (_narrow(arm, [base, critic, resample]) for arm in align_all([base, critic, resample]))
    revised, redrawn = revised_samples(repair), revised_samples(again)
    both = draft.scored & (left_alone(draft, repair, gate) | (revised & redrawn))
    known = both & repair.scored & again.scored
    return _Sides(
        critic=repair,
        rival=again.name,
        known=known,
        failed=known & revised & is_failed(draft.verdict),
        missing=both & ~known,
        after=(repair.passes.astype(float), np.where(revised, again.passes, draft.passes).astype(float)),
        unscored=(~repair.scored, ~again.scored),
        rival_tokens=again.new_tokens.astype(float),
    )


def _with_own_samples(base: ArmSamples, critic: ArmSamples, gate: TestsKind) -> _Sides:
    """Other samples of the same problem stand in for fresh drafts: unbiased, because samples are exchangeable.

    A failed draft may be drawn again, from the other n−1 samples, as often as the critic had rounds. The first that
    the gate accepts is handed in, else the last: with q the chance that the gate refuses all, and the pass rates a of
    accepted and r of refused samples, it passes with chance (1 − q) a + q r; if hidden tests gate, that is pass@rounds.
    An accepted draft that was revised all the same (in an ungated run) is replaced by one other sample.
    """
    draft, repair = (_narrow(arm, [base, critic]) for arm in align_all([base, critic]))
    rounds = max(1, int(repair.rounds.max(initial=0)))
    others = draft.n - 1
    revised = revised_samples(repair)
    both = draft.scored & (others >= rounds)[:, None] & (revised | left_alone(draft, repair, gate))
    known = both & repair.scored
    good = accepted(draft, gate) & draft.scored
    fewer = np.minimum(count(good), np.maximum(others, 0))
    refused = 1.0 - np.nan_to_num(pass_at_k(others, fewer, rounds))
    rates = [_rate_of_others(draft.passes, group) for group in (good, draft.scored & ~good, draft.scored)]
    after = np.where(good, rates[2], (1 - refused)[:, None] * rates[0] + refused[:, None] * rates[1])
    # The second draw is made only if the gate refused the first, and so on.
    draws = 1 + sum(1 - np.nan_to_num(pass_at_k(others, fewer, k)) for k in range(1, rounds))
    cost = np.sum(draft.new_tokens * draft.scored, axis=1) / np.maximum(draft.n, 1)
    return _Sides(
        critic=repair,
        rival=OTHER_SAMPLES,
        known=known,
        failed=known & revised & is_failed(draft.verdict),
        missing=both & ~known,
        after=(repair.passes.astype(float), np.where(revised, after, draft.passes)),
        unscored=(~repair.scored, np.zeros_like(known)),
        rival_tokens=np.broadcast_to((draws * cost)[:, None], known.shape),
    )


def _rate_of_others(passes: Flags, group: Flags) -> Floats:
    """For each sample, the pass rate of a group of its problem's samples without itself; 0 if there are none. (P, S)"""
    passed = count(passes & group)[:, None] - (passes & group)
    size = count(group)[:, None] - group.astype(np.int64)
    rates: Floats = passed / np.maximum(size, 1)
    return rates


def _narrow(arm: ArmSamples, sides: Sequence[ArmSamples]) -> ArmSamples:
    return arm.first(min(side.present.shape[1] for side in sides))


def _result(sides: _Sides, looks: Looks) -> EqualSamples:
    scored = count(sides.known)
    usable = scored > 0
    rates = [np.sum(after * sides.known, axis=1)[usable] / scored[usable] for after in sides.after]
    names = [key.task_id for key, kept in zip(sides.critic.keys, usable, strict=True) if kept]
    changes = rates[0] - rates[1]
    found = weigh(changes, _worst_case(sides, np.ones_like(usable)), left_out=int((~usable).sum()), looks=looks)
    by_origin = _by_origin(sides, changes, usable, looks)
    return EqualSamples(
        critic=sides.critic.name,
        rival=sides.rival,
        failures=int(sides.failed.sum()),
        fixed_by_critic=round(float((sides.after[0] * sides.failed).sum())),
        fixed_by_rival=float((sides.after[1] * sides.failed).sum()),
        critic_tokens=int((sides.critic.new_tokens * sides.failed).sum()),
        rival_tokens=round(float((sides.rival_tokens * sides.failed).sum())),
        evidence=found,
        by_origin=by_origin,
        interaction=interaction_of(by_origin),
        problems=tuple(
            ProblemRates(task_id=name, critic=float(one), resampling=float(two))
            for name, one, two in zip(names, *rates, strict=True)
        ),
    )


def _worst_case(sides: _Sides, rows: Flags) -> WorstCase:
    """Each missing sample of these problems once against and once for the critic."""
    seen = (sides.known | sides.missing) & rows[:, None]
    here = count(seen) > 0
    of_problem = count(seen)[here]
    low, high = (
        np.sum(
            (
                np.where(sides.unscored[0], ours, sides.after[0])
                - np.where(sides.unscored[1], theirs, sides.after[1])
            )
            * seen,
            axis=1,
        )[here]
        / of_problem
        for ours, theirs in ((0.0, 1.0), (1.0, 0.0))
    )
    return WorstCase(low=low, high=high, samples=int((sides.missing & seen).sum()), of=int(seen.sum()))


def _by_origin(sides: _Sides, changes: Floats, usable: Flags, looks: Looks) -> tuple[OriginEffect, ...]:
    origins = [problem.origin for problem in sides.critic.problems]
    found = differences_by_origin(origins, changes, usable, looks, partial(_worst_case, sides))
    effects = []
    for one in found:
        failed = sides.failed & (np.array(origins, dtype=object) == one.origin)[:, None]
        effects.append(
            OriginEffect(
                origin=one.origin,
                problems=one.problems,
                evidence=one.evidence,
                failures=int(failed.sum()),
                fixed_by_critic=round(float((sides.after[0] * failed).sum())),
                fixed_by_rival=float((sides.after[1] * failed).sum()),
            )
        )
    return tuple(effects)
