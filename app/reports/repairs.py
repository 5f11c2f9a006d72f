"""What a repairing arm did to failed drafts: error classes, copies, sizes of edits, rounds.

In: the tables of one repairing arm. Out: counts, and the repair rate with an interval by problem. A draft that
the gate left alone (no revision was written) takes no part.
"""

from dataclasses import dataclass

import numpy as np

from app.reports.estimate import Estimate, Estimated, NotEstimable
from app.reports.intervals import bootstrap_ratio
from app.reports.samples import VERDICTS, ArmSamples, Flags, count, is_failed
from models.enums import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """Samples that went from one verdict to another by repair."""

    draft: Verdict
    final: Verdict
    samples: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """Repaired of tried, for one error class or one round."""

    name: str
    tried: int
    repaired: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Repairs:
    """What one arm made of the failures it was given."""

    arm: str
    failures: int
    """Drafts that failed, were revised, and whose outcome is scored."""
    repaired: int
    rate: Estimated
    """repaired / failures, interval by problem."""
    revised: int
    """Samples with at least one revision, whatever the draft's verdict."""
    copied: int
    """Of those: the last revision is the draft again, white space apart."""
    median_edit_size: float | None
    """Lines added plus removed, over revisions that are no copies."""
    transitions: tuple[Transition, ...]
    by_class: tuple[Rate, ...]
    by_round: tuple[Rate, ...]


def revised_samples(arm: ArmSamples) -> Flags:
    return np.greater(arm.rounds, 0)


def repairs(arm: ArmSamples) -> Repairs:
    """Count what an arm's revisions changed."""
    revised = revised_samples(arm)
    tried = revised & is_failed(arm.draft) & arm.scored
    fixed = tried & arm.passes
    edits = arm.edit_size[revised & ~arm.copied]
    return Repairs(
        arm=arm.name,
        failures=int(tried.sum()),
        repaired=int(fixed.sum()),
        rate=_rate(tried, fixed),
        revised=int(revised.sum()),
        copied=int((revised & arm.copied).sum()),
        median_edit_size=float(np.median(edits)) if len(edits) else None,
        transitions=_transitions(arm, revised),
        by_class=_by_class(arm, tried, fixed),
        by_round=_by_round(arm, tried, fixed),
    )


def _rate(tried: Flags, fixed: Flags) -> Estimated:
    tried_of, fixed_of = count(tried).astype(float), count(fixed).astype(float)
    if not tried_of.any():
        return NotEstimable(reason="no failed draft was revised and scored")
    return Estimate(
        value=float(fixed_of.sum() / tried_of.sum()),
        interval=bootstrap_ratio(fixed_of, tried_of),
        problems=int(np.count_nonzero(tried_of)),
    )


def _transitions(arm: ArmSamples, revised: Flags) -> tuple[Transition, ...]:
    known = revised & (arm.draft >= 0) & (arm.verdict >= 0)
    size = len(VERDICTS)
    pairs = arm.draft[known].astype(np.int64) * size + arm.verdict[known]
    counts = np.bincount(pairs, minlength=size * size)
    return tuple(
        Transition(draft=VERDICTS[cell // size], final=VERDICTS[cell % size], samples=int(counts[cell]))
        for cell in np.flatnonzero(counts)
    )


def _by_class(arm: ArmSamples, tried: Flags, fixed: Flags) -> tuple[Rate, ...]:
    tried_of = np.bincount(arm.draft[tried], minlength=len(VERDICTS))
    fixed_of = np.bincount(arm.draft[fixed], minlength=len(VERDICTS))
    return tuple(
        Rate(name=str(VERDICTS[code]), tried=int(tried_of[code]), repaired=int(fixed_of[code]))
        for code in np.flatnonzero(tried_of)
    )


def _by_round(arm: ArmSamples, tried: Flags, fixed: Flags) -> tuple[Rate, ...]:
    """Repair stops at the first pass: a passing sample with r rounds was repaired in round r."""
    last = int(arm.rounds[tried].max()) if tried.any() else 0
    return tuple(
        Rate(
            name=str(number),
            tried=int((tried & (arm.rounds >= number)).sum()),
            repaired=int((fixed & (arm.rounds == number)).sum()),
        )
        for number in range(1, last + 1)
    )
