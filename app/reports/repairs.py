"""What a repairing arm did with failed drafts, and which drafts it has yet to revise.

In: the tables of one repairing arm. Out: counts by error class and round, and the repair rate with an interval by
problem. Drafts without a revision are not counted.

An arm is *complete* if it owes no revision. Passing drafts of a gated run need none, so the scored samples of an
incomplete arm are mostly drafts that passed by themselves, and counting unrevised drafts as failures would be no
better: either rate would depend on the order of work. Where example tests gate, drafts that pass them are accepted as
they are, right or wrong. An incomplete arm therefore has no rate and no difference.
`repairs` still counts the failures that it did revise.
"""

from dataclasses import dataclass

import numpy as np

from app.reports.differences import ONE_LOOK, Looks
from app.reports.estimates import Estimate, Estimated, NotEstimable, ratio_interval
from app.reports.samples import NO_VERDICT, PASSED, VERDICTS, ArmSamples, Flags, count, is_failed
from models.enums import TestsKind, Verdict
from models.turns import owes_revision


def revisions_owed(arm: ArmSamples, *, gated: bool, rounds: int, gate: TestsKind = TestsKind.HIDDEN) -> Flags:
    """Samples that the arm has yet to revise: their draft, or a revision that the gate refused. (P, S)"""
    if not arm.kind.repairs:
        return np.zeros_like(arm.present)
    if gate is TestsKind.EXAMPLE:
        # A draft's verdict on the example tests is not in the tables, but a sample that waits has no final verdict.
        waits = (arm.draft != NO_VERDICT) & (arm.verdict == NO_VERDICT)
    else:
        by_code = [owes_revision(verdict, gated=gated, rounds=rounds) for verdict in (*VERDICTS, None)]
        waits = np.array(by_code)[arm.draft]  # code −1, no verdict, is the last of the table
    last = arm.example if gate is TestsKind.EXAMPLE else arm.verdict
    refused = is_failed(last) | np.equal(arm.verdict, NO_VERDICT)  # what waits for another round has no verdict
    half_done = (arm.rounds > 0) & (arm.rounds < rounds) & refused
    owed: Flags = (waits & np.equal(arm.rounds, 0)) | half_done
    return owed


def complete_or_empty(
    arm: ArmSamples, *, gated: bool, rounds: int, gate: TestsKind = TestsKind.HIDDEN
) -> ArmSamples:
    """The arm; without any problem if it is incomplete, so that nothing can be estimated from it."""
    if revisions_owed(arm, gated=gated, rounds=rounds, gate=gate).any():
        return arm.only(np.array([], dtype=np.intp))
    return arm


def accepted(arm: ArmSamples, gate: TestsKind) -> Flags:
    """Programs that pass the tests that gate the run. (P, S)"""
    return np.equal(arm.example if gate is TestsKind.EXAMPLE else arm.verdict, PASSED)


def left_alone(draft: ArmSamples, repaired: ArmSamples, gate: TestsKind) -> Flags:
    """Drafts that the arm did not have to revise, so that they are its final programs. (P, S)"""
    kept = repaired.scored if gate is TestsKind.EXAMPLE else draft.passes
    flags: Flags = kept & ~revised_samples(repaired)
    return flags


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """Samples that repair took from one verdict to another."""

    draft: Verdict
    final: Verdict
    samples: int
    problems: int
    """Problems that these samples are of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RepairRate:
    """How many of the tried failures were repaired, for one error class or one round."""

    name: str
    tried: int
    repaired: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Repairs:
    """What one arm did with the failures it was given."""

    arm: str
    failures: int
    """Drafts that failed, were revised, and whose outcome is scored."""
    repaired: int
    repaired_problems: int
    """Problems with a repaired sample: what a list of them shows."""
    rescued: int
    """Of the repaired: samples that fail as they were written, and pass because goimports fixed their imports."""
    rate: Estimated
    """repaired / failures, interval by problem."""
    passed: int
    """Drafts that had passed and were revised all the same, with an outcome that is scored."""
    broken: int
    """Of those: how many failed in the end."""
    accepted: int
    """Failed drafts that were not revised, because they passed the tests that gate the run."""
    revised: int
    """Samples with at least one revision, whatever the verdict of the draft."""
    copied: int
    """Of those: samples whose last revision equals the draft except for white space."""
    copied_problems: int
    median_edit_size: float | None
    """Lines added plus removed, over samples whose last revision is not a copy."""
    transitions: tuple[Transition, ...]
    by_class: tuple[RepairRate, ...]
    by_round: tuple[RepairRate, ...]


def revised_samples(arm: ArmSamples) -> Flags:
    return np.greater(arm.rounds, 0)


def repairs(arm: ArmSamples, looks: Looks = ONE_LOOK) -> Repairs:
    """Count what an arm's revisions changed; the rate of a run that is not complete has no interval."""
    revised = revised_samples(arm)
    tried = revised & is_failed(arm.draft) & arm.scored
    fixed = tried & arm.passes
    passed = revised & np.equal(arm.draft, PASSED) & arm.scored
    edits = arm.edit_size[revised & ~arm.copied]
    return Repairs(
        arm=arm.name,
        failures=int(tried.sum()),
        repaired=int(fixed.sum()),
        repaired_problems=_problems(fixed),
        rescued=int((fixed & is_failed(arm.raw)).sum()),
        rate=_rate(tried, fixed, looks),
        passed=int(passed.sum()),
        broken=int((passed & ~arm.passes).sum()),
        accepted=int((~revised & is_failed(arm.draft) & arm.scored & arm.kind.repairs).sum()),
        revised=int(revised.sum()),
        copied=int((revised & arm.copied).sum()),
        copied_problems=_problems(revised & arm.copied),
        median_edit_size=float(np.median(edits)) if len(edits) else None,
        transitions=_transitions(arm, revised),
        by_class=_by_class(arm, tried, fixed),
        by_round=_by_round(arm, tried, fixed),
    )


def _problems(samples: Flags) -> int:
    """Problems with at least one of the samples. `samples`: (P, S)"""
    return int(samples.any(axis=1).sum())


def _rate(tried: Flags, fixed: Flags, looks: Looks) -> Estimated:
    tried_of, fixed_of = count(tried).astype(float), count(fixed).astype(float)
    if not tried_of.any():
        return NotEstimable(reason="no failed draft was revised and scored")
    return Estimate(
        value=float(fixed_of.sum() / tried_of.sum()),
        interval=None if looks.always_valid else ratio_interval(fixed_of, tried_of),
        problems=int(np.count_nonzero(tried_of)),
    )


def _transitions(arm: ArmSamples, revised: Flags) -> tuple[Transition, ...]:
    known = revised & (arm.draft >= 0) & (arm.verdict >= 0)
    size = len(VERDICTS)
    pairs = arm.draft[known].astype(np.int64) * size + arm.verdict[known]
    counts = np.bincount(pairs, minlength=size * size)
    of_problems = np.unique(np.nonzero(known)[0] * size * size + pairs) % (size * size)
    problems = np.bincount(of_problems, minlength=size * size)
    return tuple(
        Transition(
            draft=VERDICTS[cell // size],
            final=VERDICTS[cell % size],
            samples=int(counts[cell]),
            problems=int(problems[cell]),
        )
        for cell in np.flatnonzero(counts)
    )


def _by_class(arm: ArmSamples, tried: Flags, fixed: Flags) -> tuple[RepairRate, ...]:
    tried_of = np.bincount(arm.draft[tried], minlength=len(VERDICTS))
    fixed_of = np.bincount(arm.draft[fixed], minlength=len(VERDICTS))
    return tuple(
        RepairRate(name=str(VERDICTS[code]), tried=int(tried_of[code]), repaired=int(fixed_of[code]))
        for code in np.flatnonzero(tried_of)
    )


def _by_round(arm: ArmSamples, tried: Flags, fixed: Flags) -> tuple[RepairRate, ...]:
    """Repair stops at the first pass: a passing sample with r rounds was repaired in round r."""
    last = int(arm.rounds[tried].max()) if tried.any() else 0
    return tuple(
        RepairRate(
            name=str(number),
            tried=int((tried & (arm.rounds >= number)).sum()),
            repaired=int((fixed & (arm.rounds == number)).sum()),
        )
        for number in range(1, last + 1)
    )
