"""The critic against resampling at equal samples: the same failed drafts, one more try each.

A critic that turns 0 of 8 failures into passes says little until it is known what 8 fresh drafts would have done.
Where the run has a resample arm, its samples stand in for the drafts that the critic revised, number by number.
Where it has none, the base's own other samples do, in expectation.
"""

from dataclasses import dataclass

import numpy as np

from app.reports.align import align
from app.reports.estimate import Estimated, NotEstimable
from app.reports.flips import exact_p
from app.reports.intervals import Floats
from app.reports.paired import mean_difference
from app.reports.repairs import revised_samples
from app.reports.samples import ArmSamples, count, is_failed


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemRates:
    """One problem: the share of samples that pass after repair, and after drafting again instead."""

    task_id: str
    critic: float
    resampling: float


@dataclass(frozen=True, kw_only=True, slots=True)
class EqualSamples:
    """Repair and resampling of the same failed drafts, one try each."""

    critic: str
    rival: str
    """The resample arm's name, or `the base's other samples`."""
    failures: int
    fixed_by_critic: int
    fixed_by_rival: float
    """A whole number where a resample arm was run; an expectation otherwise."""
    difference: Estimated
    """Mean over problems of the pass rate after repair minus that after resampling."""
    better: int
    """Problems where repair did better than resampling."""
    worse: int
    p_value: float
    """Exact sign test over the problems on which the two differ."""
    problems: tuple[ProblemRates, ...]

    @property
    def convincing(self) -> bool:
        """Whether test and interval agree that one of the two is better."""
        if isinstance(self.difference, NotEstimable) or self.difference.interval is None:
            return False
        return self.p_value < 0.05 and 0.0 not in self.difference.interval


OTHER_SAMPLES = "the base's other samples"


def against_resampling(base: ArmSamples, critic: ArmSamples, resample: ArmSamples | None) -> EqualSamples:
    """Compare at equal samples, over samples scored on every side.

    Only drafts with exactly one revision are one try against one try; with more rounds the comparison at equal
    tokens (`tokens`) is the fair one, and this one is in resampling's disfavour.
    """
    if resample is not None:
        return _against_arm(base, critic, resample)
    return _against_own_samples(base, critic)


def _against_arm(base: ArmSamples, critic: ArmSamples, resample: ArmSamples) -> EqualSamples:
    first = align(base, critic)
    second = align(first.left, resample)
    third = align(second.left, first.right)
    draft, repair, again = third.left, third.right, second.right
    width = min(table.present.shape[1] for table in (draft, repair, again))
    revised = revised_samples(repair)[:, :width]
    known = draft.scored[:, :width] & repair.scored[:, :width] & (~revised | again.scored[:, :width])
    rival_passes = np.where(revised, again.passes[:, :width], draft.passes[:, :width]) & known
    failed = known & revised & is_failed(draft.verdict)[:, :width]
    return _result(
        repair,
        again.name,
        failures=int(failed.sum()),
        fixed=(int((failed & repair.passes[:, :width]).sum()), float((failed & rival_passes).sum())),
        sums=(count(known & repair.passes[:, :width]).astype(float), count(rival_passes).astype(float)),
        scored=count(known).astype(float),
    )


def _against_own_samples(base: ArmSamples, critic: ArmSamples) -> EqualSamples:
    """The chance that another of the n−1 samples passes stands for a fresh draft: unbiased by exchangeability."""
    pair = align(base, critic)
    draft, repair, width = pair.left, pair.right, pair.width
    others = np.maximum(draft.n - 1, 1)
    known = pair.both_scored & (draft.n > 1)[:, None]
    revised = known & revised_samples(repair)[:, :width]
    passes = draft.passes[:, :width]
    again = (draft.c[:, None] - passes) / others[:, None]  # (P, width)
    failed = revised & ~passes
    rival = np.where(revised, again, passes) * known
    return _result(
        repair,
        OTHER_SAMPLES,
        failures=int(failed.sum()),
        fixed=(int((failed & pair.right_passes).sum()), float((again * failed).sum())),
        sums=(count(known & pair.right_passes).astype(float), rival.sum(axis=1)),
        scored=count(known).astype(float),
    )


def _result(
    critic: ArmSamples,
    rival: str,
    *,
    failures: int,
    fixed: tuple[int, float],
    sums: tuple[Floats, Floats],
    scored: Floats,
) -> EqualSamples:
    usable = scored > 0
    rates = [side[usable] / scored[usable] for side in sums]
    # Expectations are sums of fractions: what differs by rounding alone has not moved.
    changes = np.where(np.isclose(rates[0], rates[1], atol=1e-12), 0.0, rates[0] - rates[1])
    better, worse = int(np.sum(changes > 0)), int(np.sum(changes < 0))
    names = [key.task_id for key, kept in zip(critic.keys, usable, strict=True) if kept]
    return EqualSamples(
        critic=critic.name,
        rival=rival,
        failures=failures,
        fixed_by_critic=fixed[0],
        fixed_by_rival=fixed[1],
        difference=mean_difference(changes, left_out=int((~usable).sum())),
        better=better,
        worse=worse,
        p_value=exact_p(better, worse),
        problems=tuple(
            ProblemRates(task_id=name, critic=float(one), resampling=float(two))
            for name, one, two in zip(names, *rates, strict=True)
        ),
    )
