"""Searching programs, traces and reflections, and listing programs by what they came to.

In: a session and a `SearchFilter`. Out: programs with the line that matches, a page at a time; a cursor names where the
next page begins. One search looks at so many texts at most and says how far it came, so that no address costs much
more than another; texts come from the text index (`models/text_index.py`), failure groups from their counts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Integer, Select, cast, func, literal, null, select, tuple_
from sqlalchemy.orm import Session

from app.queries.search_conditions import Execution, conditions, starts_with_drafts, trace_conditions
from app.queries.search_filter import SearchFilter, SearchIn
from models import Arm, Attempt, FailureCount, Problem, Program, Reflection, Revision, Run, Trace
from models.arm_kinds import ArmKind
from models.enums import Verdict
from models.text_index import IndexedText, find_texts

PAGE_HITS = 30
TEXTS_AT_ONCE = 500
BATCHES = 8
"""Of texts in one search."""
KEYS_AT_ONCE = 100
WINDOW, WINDOWS = 50_000, 4
"""Rows that a list without a text looks at in one step, and steps of one request."""
SHOWN_AROUND = 60
"""Characters of the line on both sides of the match."""
IsOfOrigin = Callable[[int, int], bool]
"""Whether a problem of a run, by their ids, is of the wanted origin."""
_KINDS = {
    SearchIn.PROGRAMS: IndexedText.PROGRAM,
    SearchIn.TRACES: IndexedText.TRACE,
    SearchIn.REFLECTIONS: IndexedText.REFLECTION,
}


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
    match: MatchLine | None = None
    """None where no text was looked for."""


@dataclass(frozen=True, kw_only=True)
class SearchSection:
    """What was found in one kind of text, or by the other filters alone."""

    place: SearchIn
    hits: tuple[ProgramHit, ...]
    next_after: str = ""
    """The cursor of what is left; empty if nothing is."""


def search_texts(
    session: Session, wanted: SearchFilter, place: SearchIn, after: str, most: int, is_of_origin: IsOfOrigin
) -> SearchSection:
    """Programs with `wanted.text` in a text of theirs: one for each text, the newest texts first."""
    below = int(after) if after.isdigit() else None
    found: list[tuple[int, ProgramHit]] = []
    for _ in range(BATCHES):
        texts = find_texts(session, _KINDS[place], wanted.text, below=below, most=TEXTS_AT_ONCE)
        named = _newest_of_texts(session, place, texts.ids, wanted)
        found += [
            (text_id, hit)
            for text_id, hit in _in_order(session, texts.ids, named, most - len(found))
            if is_of_origin(hit.run_id, hit.problem_id)
        ]
        below = found[-1][0] if len(found) >= most else texts.reached
        if below is None or len(found) >= most:
            break
    lines = _texts(session, place, [text_id for text_id, _ in found])
    hits = tuple(replace(hit, match=match_line(lines.get(text_id, ""), wanted.text)) for text_id, hit in found)
    return SearchSection(place=place, hits=hits, next_after=str(below or ""))


def list_programs(session: Session, wanted: SearchFilter, after: str, is_of_origin: IsOfOrigin) -> SearchSection:
    """Programs by the other filters alone: those of a failure group in the order of runs and problems, others the
    newest first, drafts before revisions."""
    if wanted.fingerprint:
        return _list_group(session, wanted, int(after) if after.isdigit() else 0, is_of_origin)
    hits: list[ProgramHit] = []
    draft_ids, revision_ids = _cursor(after, wanted, session)
    for table, below in ((Attempt, draft_ids), (Revision, revision_ids)):
        for _ in range(WINDOWS):
            if below is None:
                break
            some, below = _window(session, table, wanted, below)
            hits += [hit for hit in some if is_of_origin(hit.run_id, hit.problem_id)]
            if len(hits) >= PAGE_HITS:
                hits = hits[:PAGE_HITS]
                below = hits[-1].row_id
                break
        if below is not None:
            letter = "d" if table is Attempt else "r"
            return SearchSection(place=SearchIn.PROGRAMS, hits=tuple(hits), next_after=f"{letter}{below}")
    return SearchSection(place=SearchIn.PROGRAMS, hits=tuple(hits))


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


def _newest_of_texts(
    session: Session, place: SearchIn, ids: Sequence[int], wanted: SearchFilter
) -> dict[int, tuple[Execution, int]]:
    """For each text the newest program that matches the other filters; without the texts that have none."""
    if place is SearchIn.REFLECTIONS:
        rows = session.execute(
            select(Revision.reflection_id, Revision.id)
            .outerjoin(Trace, Trace.id == Revision.trace_id)
            .where(Revision.reflection_id.in_(ids), *conditions(Revision, wanted), *trace_conditions(wanted))
        )
        return {reflection: (Revision, row) for reflection, row in rows if reflection is not None}
    text_id = Trace.program_id if place is SearchIn.PROGRAMS else Trace.id
    drafts, revisions = (
        select(table.id)
        .where(table.trace_id == Trace.id, *conditions(table, wanted))
        .order_by(table.run_id.desc(), table.id.desc())
        .limit(1)
        .correlate(Trace)
        .scalar_subquery()
        for table in (Attempt, Revision)
    )
    found = session.execute(select(text_id, drafts, revisions).where(text_id.in_(ids), *trace_conditions(wanted)))
    named: dict[int, tuple[Execution, int]] = {}
    for number, draft, revision in found:
        if draft is not None:
            named[number] = (Attempt, draft)
        elif revision is not None:
            named.setdefault(number, (Revision, revision))
    return named


def _in_order(
    session: Session, ids: Sequence[int], named: dict[int, tuple[Execution, int]], most: int
) -> Iterator[tuple[int, ProgramHit]]:
    chosen = [text_id for text_id in ids if text_id in named][: max(most, 0)]
    hits = {
        (table, hit.row_id): hit
        for table in (Attempt, Revision)
        for hit in _read(session, table, [named[one][1] for one in chosen if named[one][0] is table])
    }
    for text_id in chosen:
        # A run that is being deleted has rows that nobody sees any more.
        if named[text_id] in hits:
            yield text_id, hits[named[text_id]]


def _texts(session: Session, place: SearchIn, ids: Sequence[int]) -> dict[int, str]:
    number, column = {
        SearchIn.PROGRAMS: (Program.id, Program.source),
        SearchIn.TRACES: (Trace.id, Trace.message),
        SearchIn.REFLECTIONS: (Reflection.id, Reflection.text),
    }[place]
    return {row[0]: row[1] for row in session.execute(select(number, column).where(number.in_(ids)))}


def _list_group(session: Session, wanted: SearchFilter, start: int, is_of_origin: IsOfOrigin) -> SearchSection:
    """The programs of a failure group; the cursor counts its programs."""
    keys = islice(_keys_of_group(session, wanted), start, None)
    hits: list[ProgramHit] = []
    place = start
    while some := list(islice(keys, KEYS_AT_ONCE)):
        found = _of_keys(session, some, wanted)
        for key in some:
            place += 1
            hit = found.get(key)
            if hit is not None and is_of_origin(hit.run_id, hit.problem_id):
                hits.append(hit)
            if len(hits) == PAGE_HITS:
                return SearchSection(place=SearchIn.PROGRAMS, hits=tuple(hits), next_after=str(place))
        if place - start >= WINDOW:
            return SearchSection(place=SearchIn.PROGRAMS, hits=tuple(hits), next_after=str(place))
    return SearchSection(place=SearchIn.PROGRAMS, hits=tuple(hits))


_Key = tuple[int, int, int, int]
"""Run, problem, arm, sample."""


def _keys_of_group(session: Session, wanted: SearchFilter) -> Iterator[_Key]:
    table = FailureCount
    rows = (
        select(table.run_id, table.problem_id, table.arm_id, table.samples)
        .where(table.fingerprint == wanted.fingerprint, table.failed > 0)
        .order_by(table.run_id.desc(), table.problem_id, table.arm_id)
    )
    if wanted.run_id is not None:
        rows = rows.where(table.run_id == wanted.run_id)
    for run_id, problem_id, arm_id, samples in session.execute(rows.execution_options(yield_per=1_000)):
        for sample in samples.split(","):
            yield run_id, problem_id, arm_id, int(sample)


def _of_keys(session: Session, keys: Sequence[_Key], wanted: SearchFilter) -> dict[_Key, ProgramHit]:
    """The last program of each key, where it matches the other filters."""
    found: dict[_Key, ProgramHit] = {}
    for table in (Attempt, Revision):
        named = tuple_(table.run_id, table.problem_id, table.arm_id, table.sample).in_(keys)
        rows = session.execute(
            _select(table)
            .add_columns(table.arm_id)
            .where(named, *conditions(table, wanted), *trace_conditions(wanted))
            .order_by(_round(table))
        )
        for *values, arm_id in rows:
            hit = _hit(values)
            found[hit.run_id, hit.problem_id, arm_id, hit.sample] = hit
    return found


def _cursor(after: str, wanted: SearchFilter, session: Session) -> tuple[int | None, int | None]:
    """The ids below which drafts and revisions are still to be looked at; None: there are none."""
    letter, number = after[:1], after[1:]
    if letter in ("d", "r") and number.isdigit():
        return (int(number), _highest(session, Revision, wanted)) if letter == "d" else (None, int(number))
    drafts = _highest(session, Attempt, wanted) if starts_with_drafts(session, wanted) else None
    return drafts, _highest(session, Revision, wanted)


def _highest(session: Session, table: Execution, wanted: SearchFilter) -> int | None:
    """The id above the highest that can match; None without any."""
    highest = select(func.max(table.id))
    if wanted.run_id is not None:
        highest = highest.where(table.run_id == wanted.run_id)
    found = session.scalar(highest)
    return None if found is None else found + 1


def _window(
    session: Session, table: Execution, wanted: SearchFilter, below: int
) -> tuple[list[ProgramHit], int | None]:
    """The matching rows of the next window, and where the one after it begins."""
    chosen = conditions(table, wanted)
    lowest = below - WINDOW
    rows = _select(table).where(table.id < below, *chosen, *trace_conditions(wanted))
    if wanted.program_id is None:
        rows = rows.where(table.id >= lowest)
    hits = [_hit(row) for row in session.execute(rows.order_by(table.id.desc()).limit(PAGE_HITS))]
    if len(hits) == PAGE_HITS:
        return hits, hits[-1].row_id
    return hits, None if lowest <= 1 or wanted.program_id is not None else lowest


def _read(session: Session, table: Execution, ids: Sequence[int]) -> list[ProgramHit]:
    return [_hit(row) for row in session.execute(_select(table).where(table.id.in_(ids)))] if ids else []


def _round(table: Execution) -> Any:
    return table.round if table is Revision else literal(0)


def _select(table: Execution) -> Select[Any]:
    edit_size = table.edit_size if table is Revision else cast(null(), Integer)
    return (
        select(
            *(table.id, table.run_id, Run.name, table.problem_id, Problem.task_id, Arm.name, Arm.kind),
            *(table.sample, _round(table), table.verdict, func.coalesce(Trace.fingerprint, "")),
            *(table.new_tokens, Trace.cpu_seconds, edit_size, table.created_at, Trace.program_id),
        )
        .select_from(table)
        .join(Run, Run.id == table.run_id)
        .join(Problem, Problem.id == table.problem_id)
        .join(Arm, Arm.id == table.arm_id)
        .outerjoin(Trace, Trace.id == table.trace_id)
    )


_FIELDS = (
    "row_id", "run_id", "run_name", "problem_id", "task_id", "arm", "kind", "sample", "round", "verdict", "fingerprint",
    "new_tokens", "cpu_seconds", "edit_size", "created_at", "program_id",
)  # fmt: skip


def _hit(row: Sequence[Any]) -> ProgramHit:
    return ProgramHit(**dict(zip(_FIELDS, row, strict=True)))
