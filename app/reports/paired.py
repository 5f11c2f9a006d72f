"""Two arms over the same problems: which problems were fixed or broken, and by how much the pass rate differs.

In: any two arms, of one run or of two. Out: a `PairedResult` with exact tests over problems. A problem is *solved* by
a side if at least one of its samples passes, counting only sample numbers that are scored on both sides, so that
neither side gets more tries. Fixed: solved on the right only. Broken: on the left only. Pairs of samples (same problem,
same sample number) are counted too, but get no p-value: samples of one problem are not independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.reports.differences import ONE_LOOK, Looks
from app.reports.estimates import Estimated, Ints
from app.reports.evidence import Evidence, aligned_worst_case, weigh, without_test
from app.reports.origin_effects import (
    OriginDifference,
    WeighedByOrigin,
    differences_by_origin,
    interaction_of,
    shared_origins,
)
from app.reports.samples import AlignedArms, ArmSamples, Flags, ProblemKey, align, count
from app.reports.signs import flips_needed


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


def flips_in_words(flips: Flips, *, is_tested: bool = True) -> str:
    """How many problems moved, and how many would have to; without a p-value, which belongs to the pass rate."""
    problems = "1 problem" if flips.moved == 1 else f"{flips.moved} problems"
    moved = f"{problems} moved: {flips.fixed} fixed, {flips.broken} broken" if flips.moved else "No problem moved"
    if not is_tested:
        return f"{moved}."
    against = min(flips.fixed, flips.broken)
    way, other = ("fixed", "broken") if flips.fixed >= flips.broken else ("broken", "fixed")
    needed = f"{flips_needed(against)} {way} against {against} {other}" if flips.moved else "6 moving one way"
    return f"{moved}; evidence would take {needed}."


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
class PairedResult(WeighedByOrigin):
    """What changed from the left side to the right."""

    left: str
    right: str
    problems: Flips
    """Problems; solved means at least one passing sample."""
    in_words: str
    samples: Flips
    """Pairs of samples; not tested."""
    can_only_gain: str
    """`left` or `right`: the side that repairs the other side's failures alone, so that no test is made; or empty."""
    evidence: Evidence
    """Mean over problems of the right side's pass rate minus the left side's."""
    by_origin: tuple[OriginDifference, ...]
    """Seen, unseen and unknown problems apart; only the origins that occur."""
    interaction: Estimated
    """The difference on seen problems minus that on unseen ones, or between the two origins of `contrast`."""
    ledger: tuple[ProblemFlip, ...]
    warnings: tuple[str, ...]


def compare_arms(
    left: ArmSamples, right: ArmSamples, looks: Looks = ONE_LOOK, *, can_only_gain: str = ""
) -> PairedResult:
    """Compare two arms over the problems and samples that both have."""
    return compare_aligned(align(left, right), looks, can_only_gain=can_only_gain)


def compare_aligned(aligned: AlignedArms, looks: Looks = ONE_LOOK, *, can_only_gain: str = "") -> PairedResult:
    """Compare two sides whose rows belong together, row by row."""
    scored = count(aligned.both_scored)
    before, after = count(aligned.left_passes), count(aligned.right_passes)
    usable = scored > 0
    problems = _flips(before[usable] > 0, after[usable] > 0)
    changes = (after[usable] - before[usable]) / scored[usable]
    unusable = int((~usable).sum())
    evidence = weigh(changes, aligned_worst_case(aligned, np.ones_like(usable)), left_out=unusable, looks=looks)
    origins = shared_origins(aligned.left.problems, aligned.right.problems)
    by_origin = differences_by_origin(origins, changes, usable, looks, partial(aligned_worst_case, aligned))
    return PairedResult(
        left=aligned.left.name,
        right=aligned.right.name,
        problems=problems,
        in_words=flips_in_words(problems, is_tested=not (can_only_gain or looks.always_valid)),
        samples=_flips(aligned.left_passes[aligned.both_scored], aligned.right_passes[aligned.both_scored]),
        can_only_gain=can_only_gain,
        evidence=without_test(evidence) if can_only_gain else evidence,
        by_origin=by_origin,
        interaction=interaction_of(by_origin),
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
