"""Two arms over the same problems: which problems were fixed or broken, and by how much the pass rate differs.

In: any two arms, of one run or of two. Out: a `PairedResult` with exact tests over problems. A problem is *solved* by
a side if at least one of its samples passes, counting only sample numbers that are scored on both sides, so that
neither side gets more tries. Fixed: solved on the right only. Broken: on the left only. Pairs of samples (same problem,
same sample number) are counted too, but get no p-value: samples of one problem are not independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from app.reports.estimates import Estimated, Ints, NotEstimable, mean_difference
from app.reports.samples import AlignedArms, ArmSamples, Flags, ProblemKey, align, count

SIGNIFICANCE = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Flips:
    """A two-by-two table: the same problems or samples, as solved by two sides."""

    fixed: int
    broken: int
    both: int
    neither: int

    @property
    def moved(self) -> int:
        return self.fixed + self.broken

    @property
    def total(self) -> int:
        return self.moved + self.both + self.neither


def exact_p(fixed: int, broken: int) -> float:
    """Two-sided exact McNemar test: how likely is a split this uneven if each move had even odds?

    McNemar (1947), in the exact binomial form; equal to a sign test on the moves. 1.0 if nothing moved.
    """
    moved = fixed + broken
    if moved == 0:
        return 1.0
    return min(1.0, 2 * float(special.bdtr(min(fixed, broken), moved, 0.5)))


def flips_needed(against: int) -> int:
    """The fewest moves one way that, with `against` moves the other way, give p < 0.05. Six against none."""
    needed = against + 1
    while exact_p(needed, against) >= SIGNIFICANCE:
        needed += 1
    return needed


def flips_in_words(flips: Flips) -> str:
    """How many problems moved, and how many would have to for p < 0.05."""
    if flips.moved == 0:
        return f"No problem moved; p < 0.05 would take {flips_needed(0)} moving one way."
    against = min(flips.fixed, flips.broken)
    way, other = ("fixed", "broken") if flips.fixed >= flips.broken else ("broken", "fixed")
    p = exact_p(flips.fixed, flips.broken)
    problems = "1 problem" if flips.moved == 1 else f"{flips.moved} problems"
    return (
        f"{problems} moved: {flips.fixed} fixed, {flips.broken} broken (p = {p:.2g}); against {against} {other}, "
        f"p < 0.05 would take {flips_needed(against)} {way}."
    )


def is_convincing(difference: Estimated, p: float) -> bool:
    """Whether test and interval agree that the sides differ: only then may a sentence say so."""
    if isinstance(difference, NotEstimable) or difference.interval is None:
        return False
    return p < SIGNIFICANCE and 0.0 not in difference.interval


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemFlip:
    """One problem on both sides, over the samples that both have scored."""

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
    """Problems; solved means at least one passing sample."""
    p_value: float
    """Exact McNemar over those problems."""
    in_words: str
    samples: Flips
    """Pairs of samples; not tested."""
    better: int
    """Problems whose share of passing samples rose."""
    worse: int
    sign_p_value: float
    """Exact sign test over the problems whose share changed; with one sample per problem it equals `p_value`."""
    difference: Estimated
    """Mean over problems of the right side's pass rate minus the left side's."""
    ledger: tuple[ProblemFlip, ...]
    warnings: tuple[str, ...]

    @property
    def convincing(self) -> bool:
        """Whether test and interval agree that the sides differ."""
        return is_convincing(self.difference, self.sign_p_value)


def compare_arms(left: ArmSamples, right: ArmSamples) -> PairedResult:
    """Compare two arms over the problems and samples that both have."""
    aligned = align(left, right)
    scored = count(aligned.both_scored)
    before, after = count(aligned.left_passes), count(aligned.right_passes)
    usable = scored > 0
    problems = _flips(before[usable] > 0, after[usable] > 0)
    changes = (after[usable] - before[usable]) / scored[usable]
    better, worse = int(np.sum(changes > 0)), int(np.sum(changes < 0))
    unusable = int((~usable).sum())
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
        difference=mean_difference(changes, left_out=unusable),
        ledger=_ledger(aligned.left.keys, scored, before, after),
        warnings=_warnings(aligned, unusable),
    )


def _flips(before: Flags, after: Flags) -> Flips:
    return Flips(
        fixed=int(np.sum(~before & after)),
        broken=int(np.sum(before & ~after)),
        both=int(np.sum(before & after)),
        neither=int(np.sum(~before & ~after)),
    )


def _ledger(keys: list[ProblemKey], scored: Ints, left: Ints, right: Ints) -> tuple[ProblemFlip, ...]:
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


def _warnings(aligned: AlignedArms, unusable: int) -> tuple[str, ...]:
    warnings = []
    if aligned.changed:
        changed = _some(aligned.changed)
        warnings.append(
            f"{_problems(len(aligned.changed))} left out, because the content differs between the sides: {changed}."
        )
    for keys, side in ((aligned.only_left, aligned.left.name), (aligned.only_right, aligned.right.name)):
        names = [key.task_id for key in keys if key.task_id not in aligned.changed]
        if names:
            warnings.append(
                f"{_problems(len(names))} left out, because only {side} has {_it(len(names))}: {_some(names)}."
            )
    if unusable:
        warnings.append(f"{_problems(unusable)} left out, because no sample is scored on both sides.")
    widths = aligned.left.present.shape[1], aligned.right.present.shape[1]
    if widths[0] != widths[1]:
        warnings.append(
            f"The sides have {widths[0]} and {widths[1]} samples per problem: "
            f"only the first {min(widths)} are compared."
        )
    return tuple(warnings)


def _problems(number: int) -> str:
    return "1 problem is" if number == 1 else f"{number} problems are"


def _it(number: int) -> str:
    return "it" if number == 1 else "them"


def _some(names: Sequence[str], shown: int = 5) -> str:
    rest = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + rest
