"""Critic vs. resampling at equal samples: the same failed drafts, the same number of further tries each.

In: the tables of base, critic and, if the run has one, resample arm. Out: `EqualSamples`. That a critic repaired 0 of 8
failures says little until it is known what 8 fresh drafts would have done. A resample arm drew afresh for the same
failures, sample by sample; without one, the base's other samples stand in for fresh drafts, in expectation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.reports.estimates import Estimated, Floats, mean_difference
from app.reports.paired import exact_p, is_convincing
from app.reports.pass_at_k import pass_at_k
from app.reports.repairs import revised_samples
from app.reports.samples import ArmSamples, align_all, count, is_failed

OTHER_SAMPLES = "the base's other samples"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemRates:
    """One problem: the share of samples that pass after repair, and after resampling instead."""

    task_id: str
    critic: float
    resampling: float


@dataclass(frozen=True, kw_only=True, slots=True)
class EqualSamples:
    """Repair vs. resampling of the same failed drafts."""

    critic: str
    rival: str
    """The resample arm's name, or `the base's other samples`."""
    failures: int
    fixed_by_critic: int
    fixed_by_rival: float
    """A whole number if the run has a resample arm; an expectation otherwise."""
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
        return is_convincing(self.difference, self.p_value)


def against_resampling(base: ArmSamples, critic: ArmSamples, resample: ArmSamples | None) -> EqualSamples:
    """Compare at equal samples, over the samples that are scored on every side.

    Drafts that the critic did not have to revise count as they are on both sides. A failed draft that has not been
    revised yet is left out: the run is still under way.
    """
    if resample is not None:
        return _against_arm(base, critic, resample)
    return _against_own_samples(base, critic)


def _against_arm(base: ArmSamples, critic: ArmSamples, resample: ArmSamples) -> EqualSamples:
    draft, repair, again = (_narrow(arm, [base, critic, resample]) for arm in align_all([base, critic, resample]))
    revised = revised_samples(repair)
    left_alone = ~revised & draft.passes
    known = draft.scored & repair.scored & (left_alone | (revised & revised_samples(again) & again.scored))
    rival_passes = np.where(revised, again.passes, draft.passes) & known
    failed = known & revised & is_failed(draft.verdict)
    return _result(
        repair,
        again.name,
        failures=int(failed.sum()),
        fixed=(int((failed & repair.passes).sum()), float((failed & rival_passes).sum())),
        sums=(count(known & repair.passes).astype(float), count(rival_passes).astype(float)),
        scored=count(known).astype(float),
    )


def _against_own_samples(base: ArmSamples, critic: ArmSamples) -> EqualSamples:
    """Other samples of the same problem stand in for fresh drafts: unbiased, because samples are exchangeable.

    A failed draft may be drawn again as often as the critic had rounds: pass@rounds of the other n−1 samples. A
    passing draft that was revised all the same (in an ungated run) is replaced by one other sample.
    """
    draft, repair = (_narrow(arm, [base, critic]) for arm in align_all([base, critic]))
    rounds = max(1, int(repair.rounds.max(initial=0)))
    others = draft.n - 1
    revised = revised_samples(repair)
    enough = (others >= rounds)[:, None]
    known = draft.scored & repair.scored & enough & (revised | draft.passes)
    after_failure = pass_at_k(others, np.minimum(draft.c, np.maximum(others, 0)), rounds)
    after_pass = (draft.c - 1) / np.maximum(others, 1)
    again = np.where(draft.passes, after_pass[:, None], np.nan_to_num(after_failure)[:, None])
    failed = known & revised & is_failed(draft.verdict)
    rival = np.where(revised, again, draft.passes) * known
    return _result(
        repair,
        OTHER_SAMPLES,
        failures=int(failed.sum()),
        fixed=(int((failed & repair.passes).sum()), float((again * failed).sum())),
        sums=(count(known & repair.passes).astype(float), rival.sum(axis=1)),
        scored=count(known).astype(float),
    )


def _narrow(arm: ArmSamples, sides: Sequence[ArmSamples]) -> ArmSamples:
    return arm.first(min(side.present.shape[1] for side in sides))


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
    # Expectations are sums of fractions: a difference within rounding is no difference.
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
