"""Two runs, or two arms of one run, over the same problems: what changed, and whether the comparison is fair.

In: settings and tables of both sides. Out: a `Comparison`, with one slice per problem set, which is where forgetting
shows: the same questions put to two checkpoints.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.reports.differences import Looks, turned
from app.reports.errors import NoSuchArm
from app.reports.estimates import Estimate, Estimated, NotEstimable
from app.reports.evidence import holm
from app.reports.origin_effects import ALL_SEEN, counts_by_origin, origins_in_words
from app.reports.paired import PairedResult, compare_arms
from app.reports.report import Comparison, RunSettings, Slice
from app.reports.samples import ArmSamples, ProblemKey
from app.reports.setting_differences import setting_differences
from app.reports.wording import (
    difference,
    evidence_in_words,
    missing_in_words,
    number_of,
    origins_differ_in_words,
    undone_in_words,
)
from models.enums import Origin


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the runs know of the two arms beside their verdicts."""

    can_only_gain: str = ""
    """`left` or `right`: the side that kept the programs with which the other one passed, and tried the rest again."""
    with_tokens: Estimated | None = None
    """Of a critic and its rival in one run: the right side minus the left one with as many tokens."""
    cautions: tuple[str, ...] = ()
    """Sentences that change what the result means: controls, shown hidden tests, broken drafts."""


def compare(
    left: tuple[RunSettings, ArmSamples],
    right: tuple[RunSettings, ArmSamples],
    known: Surroundings | None = None,
) -> Comparison:
    """Compare one arm of each side. If both arms have the same name, sentences name their runs too."""
    known = known or Surroundings()
    one, other = left[1], right[1]
    if one.name == other.name and left[0].id != right[0].id:
        one, other = (replace(arm, name=f"{arm.name} of run {run.id}") for run, arm in (left, right))
    sets = list(dict.fromkeys(problem.problem_set for problem in one.problems))
    rows = 1 + len(sets) * (len(sets) > 1)
    looks = Looks(family=rows, always_valid=left[0].is_watched or right[0].is_watched)
    gains = known.can_only_gain
    if left[0].id == right[0].id and left[0].can_only_gain and one.kind.repairs != other.kind.repairs:
        gains = "left" if one.kind.repairs else "right"
    whole = compare_arms(one, other, looks, can_only_gain=gains)
    slices = [_sliced(left[1], right[1], name, looks, gains) for name in sets]
    shown = [whole, *slices] if len(sets) > 1 else [whole]
    corrected = holm([row.evidence for row in shown])
    whole = replace(whole, evidence=corrected[0])
    if len(sets) > 1:
        slices = [replace(row, evidence=found) for row, found in zip(slices, corrected[1:], strict=True)]
    tries = _tries(*left), _tries(*right)
    several = [
        f"{rows} comparisons are shown: p-values are corrected for that (Holm), and intervals hold together."
    ]
    return Comparison(
        left=left[0],
        right=right[0],
        verdict=" ".join(
            (*_on_what(whole), comparison_in_words(left[0], right[0], whole, tries, known), *known.cautions)
        ),
        warnings=(
            *_notes(left[0], right[0]),
            *setting_differences(left[0], right[0]),
            *whole.warnings,
            *(several if rows > 1 and not gains else ()),
        ),
        result=replace(whole, left=left[1].name, right=right[1].name),
        slices=tuple(Slice(problem_set=name, result=row) for name, row in zip(sets, slices, strict=True)),
    )


def _tries(run: RunSettings, arm: ArmSamples) -> int:
    """Programs that a sample may be, if hidden tests choose among them; 1 where no oracle chooses."""
    return 1 + run.rounds if arm.kind.repairs and run.uses_oracle else 1


def _notes(left: RunSettings, right: RunSettings) -> list[str]:
    """What a reader must know about each run by itself, such as that it is not finished."""
    return [
        f"Run {run.id}: {note}" for run in {run.id: run for run in (left, right)}.values() for note in run.notes
    ]


def _on_what(result: PairedResult) -> list[str]:
    """Which problems the result rests on, unless none of them was in training."""
    counted = counts_by_origin(result.by_origin)
    if set(counted) <= {Origin.UNSEEN}:
        return []
    return [*origins_in_words(counted), *([ALL_SEEN] if set(counted) == {Origin.SEEN} else [])]


def comparison_in_words(
    left: RunSettings,
    right: RunSettings,
    result: PairedResult,
    tries: tuple[int, int],
    known: Surroundings | None = None,
) -> str:
    """The comparison in a few sentences; "better" and "worse" only if nothing else explains the difference.

    Args:
        tries: of each side for a sample; more than 1 where hidden tests chose what to try again.
    """
    change = result.difference
    if isinstance(change, NotEstimable):
        return f"The two sides cannot be compared: {change.reason}."
    if result.can_only_gain:
        return _can_only_gain(left, right, result)
    tokens = known.with_tokens if known is not None else None
    told = result.convincing and tries[0] == tries[1] and _contradicts(tokens, result)
    outcome = _outcome((left, right), result, tries, tokens) if result.convincing else _nothing_claimed(result)
    parts = [
        outcome,
        result.in_words,
        _bills(left, right, result),
        f"With as many tokens: {difference(tokens)}." if tokens is not None and not told else "",
        missing_in_words(result.evidence.missing),
    ]
    return " ".join(part for part in parts if part)


def _contradicts(tokens: Estimated | None, result: PairedResult) -> bool:
    """Whether equal tokens speak for the other side than equal tries."""
    change = result.difference
    if not isinstance(tokens, Estimate) or isinstance(change, NotEstimable):
        return False
    return tokens.value * change.value < 0


def _nothing_claimed(result: PairedResult) -> str:
    figures = evidence_in_words(result.evidence, power=True)
    if result.differs_by_origin:
        words = origins_differ_in_words(result)
        return f"{words[:1].upper()}{words[1:]}."
    if result.evidence.undone_by_missing:
        why = undone_in_words(result.evidence.missing)
        return f"Nothing is claimed of {result.right} and {result.left}, because {why}: {figures}."
    return f"No evidence that {result.right} and {result.left} differ here: {figures}."


def _outcome(
    runs: tuple[RunSettings, RunSettings],
    result: PairedResult,
    tries: tuple[int, int],
    with_tokens: Estimated | None,
) -> str:
    """Which side did better, or why the one that is ahead is not called better."""
    figures = evidence_in_words(result.evidence)
    is_right = result.better > result.worse
    ahead, behind = (1, 0) if is_right else (0, 1)
    names = result.left, result.right
    if tries[ahead] > tries[behind]:
        return (
            f"{names[ahead]} passed more often than {names[behind]} here: {figures}. It had up to {tries[ahead]} tries "
            f"a sample, chosen by the hidden tests (oracle-gated), against {tries[behind]}, so it is not called better."
        )
    if with_tokens is not None and _contradicts(with_tokens, result):
        return (
            f"With as many tries {names[ahead]} did better: {figures}; but with as many tokens the difference is "
            f"{difference(with_tokens)}, so neither is called better."
        )
    if _costs_more(runs[ahead], runs[behind]):
        return (
            f"{names[ahead]} passed more often than {names[behind]} here with as many tries, and spent more tokens: "
            f"{figures}. At equal tokens it may not, so it is not called better."
        )
    return f"{result.right} did {'better' if is_right else 'worse'} than {result.left} here: {figures}."


MUCH_MORE = 1.25
"""From this ratio of tokens on, a lead with as many tries is not called better."""


def _costs_more(ahead: RunSettings, behind: RunSettings) -> bool:
    one, other = ahead.tokens_per_sample, behind.tokens_per_sample
    return one is not None and other is not None and one > MUCH_MORE * other


def _bills(left: RunSettings, right: RunSettings, result: PairedResult) -> str:
    bills = left.tokens_per_sample, right.tokens_per_sample
    if None in bills:
        return ""
    return f"New tokens a sample: {bills[0]:.0f} for {result.left}, {bills[1]:.0f} for {result.right}."


def _can_only_gain(left: RunSettings, right: RunSettings, result: PairedResult) -> str:
    on_right = result.can_only_gain == "right"
    run = right if on_right else left
    repairing, base = (result.right, result.left) if on_right else (result.left, result.right)
    fixed = result.samples.fixed if on_right else result.samples.broken
    gained = f"{fixed} of {number_of(fixed + result.samples.neither, 'failed draft')}"
    gain = result.difference if on_right else turned(result.difference)
    kept = f"It kept the programs with which {base} passed: it" if left.id != right.id else "It"
    rival = (
        f": compare it with {run.resampling}, its rival in this run"
        if run.resampling
        else ": its rival is resampling, with which the report of the run compares it"
    )
    return (
        f"{repairing} fixed {gained} of {base}: {difference(gain)}. {kept} was given only failed drafts and can only "
        f"gain, so this is no evidence that it is better{'' if repairing == run.resampling else rival}."
    )


class HasName(Protocol):
    """An arm, or what is known about it before its samples are read."""

    @property
    def name(self) -> str: ...


NamedArm = TypeVar("NamedArm", bound=HasName)


def choose_arm(arms: Sequence[NamedArm], name: str | None) -> NamedArm:
    """The arm of that name, or the first arm if no name is given.

    Raises:
        NoSuchArm: the run has no arm of that name, or no arm at all.
    """
    for arm in arms:
        if name is None or arm.name == name:
            return arm
    raise NoSuchArm(name or "", [arm.name for arm in arms])


def _sliced(left: ArmSamples, right: ArmSamples, problem_set: str, looks: Looks, gains: str) -> PairedResult:
    """One set of the left side vs. its problems on the right, whichever set or version the right took them from."""
    one = left.only(_rows_of(left, {problem_set}, set()))
    name = problem_set.rpartition("@")[0]
    same = {other.problem_set for other in right.problems if other.problem_set.rpartition("@")[0] == name}
    return compare_arms(one, right.only(_rows_of(right, same, set(one.keys))), looks, can_only_gain=gains)


def _rows_of(arm: ArmSamples, sets: Set[str], keys: Set[ProblemKey]) -> NDArray[np.intp]:
    rows = [row for row, one in enumerate(arm.problems) if one.problem_set in sets or one.key in keys]
    return np.array(rows, dtype=np.intp)
