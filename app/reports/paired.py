"""Two sides over the same problems: which were fixed or broken, and by how much the pass rate differs.

In: any two arms, of one run or of two. Out: `PairedResult`. Pairs of samples (same problem, same sample number)
are counted too, but no p-value is taken from them: samples of one problem are not independent.
"""

from dataclasses import dataclass

import numpy as np

from app.reports.align import Aligned, align
from app.reports.estimate import Estimate, Estimated, NotEstimable
from app.reports.flips import Flips, exact_p, flips_in_words
from app.reports.intervals import Floats, difference_interval
from app.reports.sample_row import ProblemKey
from app.reports.samples import ArmSamples, Flags


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemFlip:
    """One problem as both sides saw it, over the samples that both have scored."""

    task_id: str
    problem_version: str
    scored: int
    left_passed: int
    right_passed: int

    @property
    def move(self) -> str:
        """`fixed`, `broken`, `both` or `neither`."""
        if self.left_passed:
            return "both" if self.right_passed else "broken"
        return "fixed" if self.right_passed else "neither"


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedResult:
    """What changed from the left side to the right."""

    left: str
    right: str
    problems: Flips
    """Problems, each counted as solved with at least one passing sample."""
    p_value: float
    """Exact McNemar over those problems."""
    in_words: str
    samples: Flips
    """Pairs of samples; no test is taken from them."""
    better: int
    """Problems whose share of passing samples rose."""
    worse: int
    sign_p_value: float
    """Exact sign test over the problems whose share moved; with one sample a problem it equals `p_value`."""
    difference: Estimated
    """Mean over problems of the right side's pass rate minus the left side's."""
    ledger: tuple[ProblemFlip, ...]
    warnings: tuple[str, ...]

    @property
    def convincing(self) -> bool:
        """Whether test and interval agree that the sides differ: only then may words say so."""
        if isinstance(self.difference, NotEstimable) or self.difference.interval is None:
            return False
        return self.sign_p_value < 0.05 and 0.0 not in self.difference.interval


def compare_arms(left: ArmSamples, right: ArmSamples) -> PairedResult:
    """Compare two arms over the problems and samples that both have."""
    aligned = align(left, right)
    passed = aligned.left_passes.sum(axis=1), aligned.right_passes.sum(axis=1)
    scored = aligned.both_scored.sum(axis=1)
    usable = scored > 0
    problems = _flips(passed[0][usable] > 0, passed[1][usable] > 0)
    changes = (passed[1][usable] - passed[0][usable]) / scored[usable]
    better, worse = int(np.sum(changes > 0)), int(np.sum(changes < 0))
    ledger = _ledger(aligned.left.keys, scored, *passed)
    return PairedResult(
        left=left.name,
        right=right.name,
        problems=problems,
        p_value=exact_p(problems.fixed, problems.broken),
        in_words=flips_in_words(problems),
        samples=_flips(aligned.left_passes[aligned.both_scored], aligned.right_passes[aligned.both_scored]),
        better=better,
        worse=worse,
        sign_p_value=exact_p(better, worse),
        difference=mean_difference(changes, left_out=len(scored) - int(usable.sum())),
        ledger=ledger,
        warnings=_warnings(aligned, int((~usable).sum())),
    )


def _flips(before: Flags, after: Flags) -> Flips:
    return Flips(
        fixed=int(np.sum(~before & after)),
        broken=int(np.sum(before & ~after)),
        both=int(np.sum(before & after)),
        neither=int(np.sum(~before & ~after)),
    )


def mean_difference(changes: Floats, left_out: int = 0) -> Estimated:
    """The mean of per-problem differences with its interval."""
    if len(changes) == 0:
        return NotEstimable(reason="the two sides share no problem with a scored sample")
    return Estimate(
        value=float(np.mean(changes)),
        interval=difference_interval(changes),
        problems=len(changes),
        left_out=left_out,
    )


def _ledger(keys: list[ProblemKey], scored: Floats, left: Floats, right: Floats) -> tuple[ProblemFlip, ...]:
    return tuple(
        ProblemFlip(
            task_id=key.task_id,
            problem_version=key.version,
            scored=int(scored[row]),
            left_passed=int(left[row]),
            right_passed=int(right[row]),
        )
        for row, key in enumerate(keys)
    )


def _warnings(aligned: Aligned, unusable: int) -> tuple[str, ...]:
    warnings = []
    if aligned.changed:
        warnings.append(
            f"{_problems(len(aligned.changed))} changed between the two sides and left out: {_some(aligned.changed)}."
        )
    for keys, side in ((aligned.only_left, aligned.left.name), (aligned.only_right, aligned.right.name)):
        names = [key.task_id for key in keys if key.task_id not in aligned.changed]
        if names:
            warnings.append(f"{_problems(len(names))} only in {side} and left out: {_some(names)}.")
    if unusable:
        warnings.append(f"{_problems(unusable)} left out: no sample is scored on both sides.")
    widths = aligned.left.present.shape[1], aligned.right.present.shape[1]
    if widths[0] != widths[1]:
        warnings.append(
            f"The sides have {widths[0]} and {widths[1]} samples a problem: only the first {min(widths)} are compared."
        )
    return tuple(warnings)


def _problems(number: int) -> str:
    return "1 problem is" if number == 1 else f"{number} problems are"


def _some(names: list[str] | tuple[str, ...], shown: int = 5) -> str:
    rest = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + rest
