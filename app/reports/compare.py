"""Two runs, or two arms, over the same problems: what changed, and whether the comparison is fair.

In: facts and tables of both sides. Out: a `Comparison`, with one slice a problem set, which is where forgetting
shows: the same questions put to two checkpoints.
"""

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.reports.errors import NoSuchArm
from app.reports.estimate import NotEstimable
from app.reports.paired import PairedResult, compare_arms
from app.reports.report import Comparison, Slice
from app.reports.run_settings import RunSettings, differences
from app.reports.sample_row import ProblemKey
from app.reports.samples import ArmSamples
from app.reports.wording import between, number_of, p_value, points


def compare(left: tuple[RunSettings, ArmSamples], right: tuple[RunSettings, ArmSamples]) -> Comparison:
    """Compare one arm of each side. Sentences tell arms of the same name apart by their run."""
    one, other = left[1], right[1]
    if one.name == other.name and left[0].id != right[0].id:
        one, other = (replace(arm, name=f"{arm.name} of run {run.id}") for run, arm in (left, right))
    told = compare_arms(one, other)
    return Comparison(
        left=left[0],
        right=right[0],
        verdict=comparison_in_words(told),
        warnings=(*_notes(left[0], right[0]), *differences(left[0], right[0]), *told.warnings),
        result=replace(told, left=left[1].name, right=right[1].name),
        slices=tuple(
            Slice(problem_set=name, result=_sliced(left[1], right[1], name))
            for name in dict.fromkeys(problem.problem_set for problem in one.problems)
        ),
    )


def _notes(left: RunSettings, right: RunSettings) -> list[str]:
    """What a reader must know of each run by itself, such as that it is not finished."""
    return [
        f"Run {run.id}: {note}" for run in {run.id: run for run in (left, right)}.values() for note in run.notes
    ]


class Named(Protocol):
    """An arm, or what is known of it before its samples are read."""

    @property
    def name(self) -> str: ...


NamedArm = TypeVar("NamedArm", bound=Named)


def choose_arm(arms: Sequence[NamedArm], name: str | None) -> NamedArm:
    """The arm of that name; without a name the first.

    Raises:
        NoSuchArm: there is none.
    """
    for arm in arms:
        if name is None or arm.name == name:
            return arm
    raise NoSuchArm(name or "", [arm.name for arm in arms])


def comparison_in_words(result: PairedResult) -> str:
    """One sentence; "better" and "worse" only where test and interval agree."""
    change = result.difference
    if isinstance(change, NotEstimable):
        return f"The two sides cannot be compared: {change.reason}."
    figures = (
        f"{points(change.value)}, {between(change.interval, signed=True)}, {p_value(result.sign_p_value)} "
        f"over {number_of(change.problems, 'problem')}"
    )
    if not result.convincing:
        return f"No evidence that {result.right} and {result.left} differ here ({figures}). {result.in_words}"
    way = "better" if change.value > 0 else "worse"
    return f"{result.right} did {way} than {result.left} here ({figures}). {result.in_words}"


def _sliced(left: ArmSamples, right: ArmSamples, problem_set: str) -> PairedResult:
    """One set of the left side against what the right side has of it, whichever version or set that took it from."""
    one = left.only(_rows_of(left, {problem_set}, set()))
    name = problem_set.rpartition("@")[0]
    same = {other.problem_set for other in right.problems if other.problem_set.rpartition("@")[0] == name}
    return compare_arms(one, right.only(_rows_of(right, same, set(one.keys))))


def _rows_of(arm: ArmSamples, sets: Set[str], keys: Set[ProblemKey]) -> NDArray[np.intp]:
    rows = [row for row, one in enumerate(arm.problems) if one.problem_set in sets or one.key in keys]
    return np.array(rows, dtype=np.intp)
