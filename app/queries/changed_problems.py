"""The problems whose pass count differs between up to six arms of runs.

In: each side's run, arm and facts. Out: one `ChangedProblem` for each problem that at least two sides have scored and
of which they passed different numbers, over the samples that are scored on all sides that have it; the largest
difference first. Two problems are the same by name and content. Nothing is read from the store here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.queries.problem_list import StripRow
from app.queries.problem_states import ArmFacts
from app.queries.programs import sample_reference
from app.queries.run_facts import ProblemFacts, RunFacts
from app.queries.runs import ArmHead, RunHead
from models.counts import ABSENT, MARK_OF
from models.enums import Verdict

_PASSED = MARK_OF[Verdict.PASSED]
_UNSCORED = frozenset({ABSENT, MARK_OF[Verdict.SANDBOX_ERROR]})


@dataclass(frozen=True, kw_only=True)
class ComparedSide:
    """One column of a comparison."""

    run: RunHead
    arm: ArmHead
    facts: RunFacts


@dataclass(frozen=True, kw_only=True)
class ChangedSide:
    """One side's results on one problem."""

    run_id: int
    address: str
    strip: StripRow
    passed: int
    """Over the samples that every side has scored."""


@dataclass(frozen=True, kw_only=True)
class ChangedProblem:
    """A problem of which the sides passed different numbers."""

    problem_id: int
    task_id: str
    sides: tuple[ChangedSide | None, ...]
    """In the order of the columns; None where the run has no result for the problem."""
    is_held: tuple[bool, ...]
    """In the same order: whether the run has the problem at all."""
    scored: int
    """Samples that every side has scored."""
    change: int
    """From the first side that has it to the last."""
    left: str
    """A program of the side that passed least or most, whichever stands first; a reference of `programs.py`."""
    right: str
    """The same sample of the other one."""

    @property
    def move(self) -> str:
        """`fixed` or `broken` where only one of the outer sides solved it; else `more`, `fewer` or `mixed`."""
        held = [side for side in self.sides if side is not None]
        if not self.change:
            return "mixed"
        if not held[0].passed:
            return "fixed"
        if not held[-1].passed:
            return "broken"
        return "more" if self.change > 0 else "fewer"


def changed_problems(sides: Sequence[ComparedSide]) -> tuple[ChangedProblem, ...]:
    by_key = [{(row.task_id, row.version): row for row in side.facts.problems} for side in sides]
    order = dict.fromkeys(key for rows in by_key for key in rows)
    found = (_compared(sides, [rows.get(key) for rows in by_key]) for key in order)
    return tuple(sorted((one for one in found if one is not None), key=_distance, reverse=True))


def _distance(one: ChangedProblem) -> int:
    passed = [side.passed for side in one.sides if side is not None]
    return max(passed) - min(passed)


@dataclass(frozen=True, kw_only=True)
class _Held:
    """A side that has scored the problem."""

    place: int
    side: ComparedSide
    row: ProblemFacts
    result: ArmFacts

    def reference(self, sample: int) -> str:
        return sample_reference(self.side.run.id, self.row.problem_id, self.side.arm.name, sample)

    def shown(self, passed: int) -> ChangedSide:
        found = self.result
        strip = StripRow(arm=self.side.arm, passed=found.c, scored=found.n, marks=found.marks)
        return ChangedSide(run_id=self.side.run.id, address=self.row.address, strip=strip, passed=passed)


def _compared(sides: Sequence[ComparedSide], rows: Sequence[ProblemFacts | None]) -> ChangedProblem | None:
    """None if no two sides differ."""
    held = [
        _Held(place=place, side=side, row=row, result=result)
        for place, (side, row) in enumerate(zip(sides, rows, strict=True))
        if row is not None and (result := row.arm(side.arm.id)) is not None and result.n
    ]
    if len(held) < 2:
        return None
    scored, passed = _counts([one.result for one in held])
    if len(set(passed)) < 2:
        return None
    shown = {one.place: one.shown(number) for one, number in zip(held, passed, strict=True)}
    worst, best = held[passed.index(min(passed))], held[passed.index(max(passed))]
    left, right = (worst, best) if worst.place < best.place else (best, worst)
    sample = _telling_sample(left.result.marks, right.result.marks)
    return ChangedProblem(
        problem_id=held[-1].row.problem_id,
        task_id=held[-1].row.task_id,
        sides=tuple(shown.get(place) for place in range(len(sides))),
        is_held=tuple(row is not None for row in rows),
        scored=scored,
        change=passed[-1] - passed[0],
        left=left.reference(sample),
        right=right.reference(sample),
    )


def _counts(results: Sequence[ArmFacts]) -> tuple[int, list[int]]:
    """The samples that are scored everywhere, and how many of them each passed."""
    if len({one.n for one in results}) == 1 and all(one.n == len(one.marks) for one in results):
        return results[0].n, [one.c for one in results]
    common = [marks for marks in zip(*(one.marks for one in results), strict=False) if _UNSCORED.isdisjoint(marks)]
    return len(common), [sum(marks[place] == _PASSED for marks in common) for place in range(len(results))]


def _telling_sample(left: str, right: str) -> int:
    """The first sample that passed on one side alone."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((number for number, (a, b) in pairs if (a == _PASSED) != (b == _PASSED)), 0)
