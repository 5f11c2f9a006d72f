"""One page of the problem list, and the neighbours of a problem under the same filter.

In: the facts of a run and a filter. Out: rows ready to be drawn, and where the next page begins. Paging is by key:
the cursor is a problem, not an offset, so rows that appear or vanish meanwhile shift nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.queries.problem_filter import ProblemFilter, matching, sort_key
from app.queries.run_facts import ArmFacts, ProblemFacts, ProblemState, RunFacts
from app.queries.runs import ArmHead, RunHead
from models.enums import Verdict
from models.marks import VERDICT_OF

PAGE_ROWS = 50


class Change(StrEnum):
    """What repair did to a problem."""

    FIXED = "fixed"
    BROKEN = "broken"
    MIXED = "mixed"
    SAME = "same"
    NONE = "none"
    """Nothing was repaired, or not yet."""


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """One arm's samples of one problem."""

    arm: ArmHead
    passed: int
    scored: int
    marks: str
    """A character a sample; empty before the first result."""


@dataclass(frozen=True, kw_only=True)
class ProblemRow:
    """One problem as the list shows it."""

    problem_id: int
    task_id: str
    address: str
    entry_point: str
    first_line: str
    strips: tuple[StripRow, ...]
    """One an arm, in the run's order."""
    change: Change
    fixed: int
    broken: int
    error_classes: tuple[Verdict, ...]
    """How the base's failed drafts ended, the frequent ones first."""
    states: frozenset[ProblemState]


@dataclass(frozen=True, kw_only=True)
class ProblemPage:
    """Some rows of the filtered list."""

    rows: tuple[ProblemRow, ...]
    matched: int
    """Problems that match on all pages."""
    total: int
    first: int
    """1-based place of the first row; 0 where there is none."""
    next_after: int | None
    """The problem that the next page begins after; None on the last page."""
    previous_after: int | None
    """The same for the page before; 0 stands for the beginning, None says that this is the first page."""


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Where a problem stands in a filtered list."""

    place: int
    """1-based; 0 where the filter does not hold the problem."""
    matched: int
    previous: ProblemFacts | None
    next: ProblemFacts | None


def problem_page(run: RunHead, facts: RunFacts, wanted: ProblemFilter, after: int | None) -> ProblemPage:
    """The rows after the problem `after` (None: from the beginning)."""
    arm_id = repair_arm_id(run, wanted)
    found = matching(facts, wanted, arm_id)
    start = _place_after(facts, found, sort_key(facts, wanted.sort, arm_id), after)
    rows = found[start : start + PAGE_ROWS]
    more = start + PAGE_ROWS < len(found)
    before = start - PAGE_ROWS
    return ProblemPage(
        rows=tuple(_row(run, facts, row, arm_id) for row in rows),
        matched=len(found),
        total=len(facts.problems),
        first=start + 1 if rows else 0,
        next_after=rows[-1].problem_id if more else None,
        previous_after=None if start == 0 else found[before - 1].problem_id if before > 0 else 0,
    )


def neighbours(run: RunHead, facts: RunFacts, wanted: ProblemFilter, problem_id: int) -> Neighbours:
    """The problems before and after this one; where the filter lacks it, those around its place."""
    arm_id = repair_arm_id(run, wanted)
    found = matching(facts, wanted, arm_id)
    after = _place_after(facts, found, sort_key(facts, wanted.sort, arm_id), problem_id)
    is_member = after > 0 and found[after - 1].problem_id == problem_id
    before = after - 2 if is_member else after - 1
    return Neighbours(
        place=after if is_member else 0,
        matched=len(found),
        previous=found[before] if before >= 0 else None,
        next=found[after] if after < len(found) else None,
    )


def repair_arm_id(run: RunHead, wanted: ProblemFilter) -> int | None:
    """The arm whose repairs are meant: the one that the filter names, else the run's critic."""
    arm = run.arm_named(wanted.by) or run.critic_arm
    return arm.id if arm else None


def change_of(made: ArmFacts | None) -> Change:
    """What one arm's repairs did."""
    if made is None or not made.n:
        return Change.NONE
    if made.fixed and made.broken:
        return Change.MIXED
    if made.fixed or made.broken:
        return Change.FIXED if made.fixed else Change.BROKEN
    return Change.SAME


def strips(run: RunHead, row: ProblemFacts) -> tuple[StripRow, ...]:
    return tuple(_strip(arm, row.arm(arm.id)) for arm in run.arms)


def _strip(arm: ArmHead, made: ArmFacts | None) -> StripRow:
    if made is None:
        return StripRow(arm=arm, passed=0, scored=0, marks="")
    return StripRow(arm=arm, passed=made.c, scored=made.n, marks=made.marks)


def _row(run: RunHead, facts: RunFacts, row: ProblemFacts, arm_id: int | None) -> ProblemRow:
    repaired = row.arm(arm_id) if arm_id is not None else None
    return ProblemRow(
        problem_id=row.problem_id,
        task_id=row.task_id,
        address=row.address,
        entry_point=row.entry_point,
        first_line=row.first_line,
        strips=strips(run, row),
        change=change_of(repaired),
        fixed=repaired.fixed if repaired else 0,
        broken=repaired.broken if repaired else 0,
        error_classes=_error_classes(facts.base(row)),
        states=facts.states(arm_id)[row.problem_id],
    )


def _error_classes(base: ArmFacts | None) -> tuple[Verdict, ...]:
    signs = base.draft_marks if base is not None else ""
    found = {VERDICT_OF[sign]: signs.count(sign) for sign in set(signs) & set(VERDICT_OF)}
    failures = (verdict for verdict in found if verdict.scored and verdict is not Verdict.PASSED)
    return tuple(sorted(failures, key=lambda verdict: (-found[verdict], verdict)))


def _place_after(
    facts: RunFacts, found: Sequence[ProblemFacts], key: Callable[[ProblemFacts], Any], after: int | None
) -> int:
    """How many of `found` come up to and including the problem `after`, by the order's key."""
    cursor = next((row for row in facts.problems if row.problem_id == after), None)
    if cursor is None:
        return 0
    limit = key(cursor)
    return next((place for place, row in enumerate(found) if key(row) > limit), len(found))
