"""One page of the problem list, and the neighbours of a problem under the same filter.

In: the facts of a run and a filter. Out: rows ready to be shown, and where the next page begins. Pages are cut by key:
the cursor is a problem, not an offset, so rows that appear or vanish in the meantime shift nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.queries import PAGE_ROWS, row_of
from app.queries.last_reruns import LastRerun
from app.queries.problem_filter import ProblemFilter, matching, sort_key
from app.queries.problem_states import ArmFacts, ProblemState
from app.queries.run_facts import ProblemFacts, RunFacts
from app.queries.runs import ArmHead, RunHead
from models.counts import VERDICT_OF
from models.enums import Origin, Verdict


class ProblemChange(StrEnum):
    """What repair did to a problem."""

    FIXED = "fixed"
    BROKEN = "broken"
    MIXED = "mixed"
    SAME = "same"
    NONE = "none"
    """Nothing was repaired yet."""


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """One arm's samples of one problem."""

    arm: ArmHead
    passed: int
    scored: int
    marks: str
    """One character for each sample; empty before the first result."""


@dataclass(frozen=True, kw_only=True)
class ProblemRow:
    """One problem in the list."""

    problem_id: int
    task_id: str
    address: str
    entry_point: str
    first_line: str
    strips: tuple[StripRow, ...]
    """One for each arm, in the run's order."""
    change: ProblemChange
    fixed: int
    broken: int
    error_classes: tuple[Verdict, ...]
    """The verdicts of the base's failed drafts, the frequent ones first."""
    states: frozenset[ProblemState]
    origin: Origin
    origin_reason: str
    family: str
    """Of a generated problem; empty for others."""
    difficulty: str
    """The same."""
    last_rerun: LastRerun | None
    """None if the problem was never re-run."""


@dataclass(frozen=True, kw_only=True)
class ProblemPage:
    """One page of the filtered list."""

    rows: tuple[ProblemRow, ...]
    matched: int
    """How many problems match, on all pages."""
    total: int
    first: int
    """The place of the first row, counted from 1; 0 if the page is empty."""
    next_after: int | None
    """The next page begins after this problem; None on the last page."""
    previous_after: int | None
    """The same for the page before; 0 for the beginning of the list, None on the first page."""


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The place of a problem in a filtered list."""

    place: int
    """Counted from 1; 0 if the problem does not match the filter."""
    matched: int
    previous: ProblemFacts | None
    next: ProblemFacts | None


def problem_page(
    run: RunHead, facts: RunFacts, wanted: ProblemFilter, reruns: Mapping[int, LastRerun], after: int | None
) -> ProblemPage:
    """The rows after the problem `after` (None: from the beginning)."""
    arm_id = repair_arm_id(run, wanted)
    found = matching(facts, wanted, arm_id, reruns)
    start = _place_after(facts, found, sort_key(facts, wanted.sort, arm_id), after)
    rows = found[start : start + PAGE_ROWS]
    more = start + PAGE_ROWS < len(found)
    before = start - PAGE_ROWS
    return ProblemPage(
        rows=tuple(_row(run, facts, row, arm_id, reruns.get(row.problem_id)) for row in rows),
        matched=len(found),
        total=len(facts.listed),
        first=start + 1 if rows else 0,
        next_after=rows[-1].problem_id if more else None,
        previous_after=None if start == 0 else found[before - 1].problem_id if before > 0 else 0,
    )


def neighbours(
    run: RunHead, facts: RunFacts, wanted: ProblemFilter, reruns: Mapping[int, LastRerun], problem_id: int
) -> Neighbours:
    """The problems before and after this one; if it does not match the filter, those around its place."""
    arm_id = repair_arm_id(run, wanted)
    found = matching(facts, wanted, arm_id, reruns)
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
    """The arm whose repairs count: the one that the filter names, else the run's critic."""
    arm = run.arm_named(wanted.by) or run.critic_arm
    return arm.id if arm else None


def change_of(results: ArmFacts | None) -> ProblemChange:
    """What one arm's repairs did to a problem."""
    if results is None or not results.n:
        return ProblemChange.NONE
    if results.fixed and results.broken:
        return ProblemChange.MIXED
    if results.fixed or results.broken:
        return ProblemChange.FIXED if results.fixed else ProblemChange.BROKEN
    return ProblemChange.SAME


def strips(run: RunHead, row: ProblemFacts) -> tuple[StripRow, ...]:
    results = {arm.arm_id: arm for arm in row.arms}
    return tuple(
        StripRow(arm=arm, passed=found.c, scored=found.n, marks=found.marks)
        if (found := results.get(arm.id))
        else StripRow(arm=arm, passed=0, scored=0, marks="")
        for arm in run.arms
    )


def _row(
    run: RunHead, facts: RunFacts, row: ProblemFacts, arm_id: int | None, last_rerun: LastRerun | None
) -> ProblemRow:
    repaired = row.arm(arm_id) if arm_id is not None else None
    return row_of(
        ProblemRow,
        row,
        strips=strips(run, row),
        last_rerun=last_rerun,
        change=change_of(repaired),
        fixed=repaired.fixed if repaired else 0,
        broken=repaired.broken if repaired else 0,
        error_classes=_error_classes(facts.base(row)),
        states=facts.states(arm_id)[row.problem_id],
    )


def _error_classes(base: ArmFacts | None) -> tuple[Verdict, ...]:
    marks = base.draft_marks if base is not None else ""
    found = {VERDICT_OF[mark]: marks.count(mark) for mark in set(marks) & set(VERDICT_OF)}
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
