"""Programs as a search lists them: a draft or a revision with what it came to, and the line that matches.

In: a session, and ids or places of programs. Out: frozen rows. What is looked for, and in which order, is decided by
`search.py`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, null, select, tuple_
from sqlalchemy.orm import Session

from app.queries.search_conditions import Execution, conditions, round_of, trace_conditions
from app.queries.search_filter import SearchFilter
from models import Arm, Attempt, Problem, Revision, Run, Trace
from models.arm_kinds import ArmKind
from models.enums import Verdict

SHOWN_AROUND = 60
"""Characters of the line on both sides of the match."""
ProgramKey = tuple[int, int, int, int]
"""Run, problem, arm, sample."""


@dataclass(frozen=True, kw_only=True)
class MatchLine:
    """The line in which the text was found."""

    number: int
    """1-based, in the text that was searched."""
    before: str
    match: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ProgramHit:
    """A draft or a revision."""

    row_id: int
    run_id: int
    run_name: str
    problem_id: int
    task_id: str
    arm: str
    kind: ArmKind
    sample: int
    round: int
    """0 for a draft."""
    verdict: Verdict | None
    fingerprint: str
    new_tokens: int
    cpu_seconds: float | None
    """None where it was never executed."""
    edit_size: int | None
    """None for a draft."""
    created_at: datetime
    program_id: int | None
    trace_id: int | None
    said: str = ""
    """Why it failed, in one line; empty where a text was looked for."""
    match: MatchLine | None = None
    """None where no text was looked for."""


def match_line(text: str, needle: str) -> MatchLine | None:
    """The first line with the needle, cut to what is around it."""
    found = re.search(re.escape(needle), text, re.IGNORECASE) if needle else None
    if found is None:
        return None
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    before, after = (
        text[start : found.start()].lstrip(),
        text[found.end() : end if end >= 0 else len(text)].rstrip(),
    )
    return MatchLine(
        number=text.count("\n", 0, found.start()) + 1,
        before=before if len(before) <= SHOWN_AROUND else f"…{before[-SHOWN_AROUND:]}",
        match=found[0],
        after=after if len(after) <= SHOWN_AROUND else f"{after[:SHOWN_AROUND]}…",
    )


def programs_of_keys(
    session: Session, keys: Sequence[ProgramKey], wanted: SearchFilter, round: int | None = None
) -> dict[ProgramKey, ProgramHit]:
    """The last program of each key, or that of one round, where it matches the other filters."""
    found: dict[ProgramKey, ProgramHit] = {}
    for table in (Attempt, Revision):
        named: ColumnElement[bool] = tuple_(table.run_id, table.problem_id, table.arm_id, table.sample).in_(keys)
        if round is not None:
            named = named & (round_of(table) == round)
        rows = session.execute(
            select_programs(table)
            .add_columns(table.arm_id)
            .where(named, *conditions(table, wanted), *trace_conditions(wanted))
            .order_by(round_of(table))
        )
        for *values, arm_id in rows:
            hit = program_hit(values)
            found[hit.run_id, hit.problem_id, arm_id, hit.sample] = hit
    return found


def read_programs(session: Session, table: Execution, ids: Sequence[int]) -> list[ProgramHit]:
    """The programs with these ids, in any order; without those of runs that are being deleted."""
    return (
        [program_hit(row) for row in session.execute(select_programs(table).where(table.id.in_(ids)))]
        if ids
        else []
    )


def with_reasons(
    session: Session, hits: Sequence[ProgramHit], reason: Callable[[Verdict, str], str]
) -> tuple[ProgramHit, ...]:
    """The same programs, each with what `reason` makes of its verdict and message."""
    wanted = {hit.trace_id for hit in hits if hit.verdict is not Verdict.PASSED}
    traces = {one.id: one for one in session.scalars(select(Trace).where(Trace.id.in_(wanted)))} if wanted else {}
    found = ((hit, traces.get(hit.trace_id or 0)) for hit in hits)
    return tuple(
        replace(hit, said=reason(one.verdict, one.message)) if one is not None else hit for hit, one in found
    )


def select_programs(table: Execution) -> Select[*tuple[Any, ...]]:
    """What a `ProgramHit` is made from."""
    edit_size: Any = table.edit_size if table is Revision else cast(null(), Integer)
    return (
        select(
            *(table.id, table.run_id, Run.name, table.problem_id, Problem.task_id, Arm.name, Arm.kind),
            *(table.sample, round_of(table), table.verdict, func.coalesce(Trace.fingerprint, "")),
            *(table.new_tokens, Trace.cpu_seconds, edit_size, table.created_at, Trace.program_id, Trace.id),
        )
        .select_from(table)
        .join(Run, Run.id == table.run_id)
        .join(Problem, Problem.id == table.problem_id)
        .join(Arm, Arm.id == table.arm_id)
        .outerjoin(Trace, Trace.id == table.trace_id)
    )


_FIELDS = (
    "row_id", "run_id", "run_name", "problem_id", "task_id", "arm", "kind", "sample", "round", "verdict", "fingerprint",
    "new_tokens", "cpu_seconds", "edit_size", "created_at", "program_id", "trace_id",
)  # fmt: skip


def program_hit(row: Sequence[Any]) -> ProgramHit:
    """From a row of `select_programs`."""
    return ProgramHit(**dict(zip(_FIELDS, row, strict=True)))
