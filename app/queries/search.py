"""Searching programs, traces and reflections, and listing programs by what they came to.

In: a session and a `SearchFilter`. Out: programs with the line that matches, a page at a time; a cursor names where the
next page begins. One search looks at so many texts at most and says how far it came, so that no address costs much
more than another; texts come from the text index (`models/text_index.py`), failure groups from their counts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.queries.program_hits import (
    ProgramHit,
    ProgramKey,
    match_line,
    program_hit,
    programs_of_keys,
    read_programs,
    select_programs,
)
from app.queries.search_conditions import Execution, conditions, starts_with_drafts, trace_conditions
from app.queries.search_filter import SearchFilter, SearchIn
from models import (
    Attempt,
    FailureCount,
    Program,
    Reflection,
    Review,
    ReviewLabel,
    Revision,
    Trace,
)
from models.failures import samples_of
from models.text_index import IndexedText, find_texts

PAGE_HITS = 30
TEXTS_AT_ONCE = 500
BATCHES = 8
"""Of texts in one search."""
KEYS_AT_ONCE = 100
WINDOW, WINDOWS = 50_000, 4
"""Rows that a list without a text looks at in one step, and steps of one request."""
IsOfOrigin = Callable[[int, int], bool]
"""Whether a problem of a run, by their ids, is of the wanted origin."""
_KINDS = {
    SearchIn.PROGRAMS: IndexedText.PROGRAM,
    SearchIn.TRACES: IndexedText.TRACE,
    SearchIn.REFLECTIONS: IndexedText.REFLECTION,
}


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
    if place is SearchIn.NOTES:
        return _search_notes(session, wanted, after, most, is_of_origin)
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
    """Programs by the other filters alone: those of a failure group or with a label in the order of runs and problems,
    others the newest first, drafts before revisions."""
    if wanted.fingerprint or wanted.label:
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


def _search_notes(
    session: Session, wanted: SearchFilter, after: str, most: int, is_of_origin: IsOfOrigin
) -> SearchSection:
    """People write few notes: they are read, the newest first."""
    notes = select(Review).where(Review.note.icontains(wanted.text, autoescape=True)).order_by(Review.id.desc())
    if after.isdigit():
        notes = notes.where(Review.id < int(after))
    hits: list[ProgramHit] = []
    for note in session.scalars(notes):
        key = (note.run_id, note.problem_id, note.arm_id, note.sample)
        hit = programs_of_keys(session, [key], wanted, note.round).get(key)
        if hit is not None and is_of_origin(hit.run_id, hit.problem_id):
            hits.append(replace(hit, match=match_line(note.note, wanted.text)))
        if len(hits) == most:
            return SearchSection(place=SearchIn.NOTES, hits=tuple(hits), next_after=str(note.id))
    return SearchSection(place=SearchIn.NOTES, hits=tuple(hits))


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
        for hit in read_programs(session, table, [named[one][1] for one in chosen if named[one][0] is table])
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
    """The programs of a failure group, or with a label; the cursor counts them."""
    all_keys = _keys_of_group(session, wanted) if wanted.fingerprint else _keys_of_label(session, wanted)
    keys = islice(all_keys, start, None)
    hits: list[ProgramHit] = []
    place = start
    while some := list(islice(keys, KEYS_AT_ONCE)):
        found = programs_of_keys(session, some, wanted)
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


def _keys_of_group(session: Session, wanted: SearchFilter) -> Iterator[ProgramKey]:
    table = FailureCount
    rows = (
        select(table.run_id, table.problem_id, table.arm_id, table.samples)
        .where(table.fingerprint == wanted.fingerprint, table.failed > 0)
        .order_by(table.run_id.desc(), table.problem_id, table.arm_id)
    )
    if wanted.run_id is not None:
        rows = rows.where(table.run_id == wanted.run_id)
    for run_id, problem_id, arm_id, samples in session.execute(rows.execution_options(yield_per=1_000)):
        for sample in samples_of(samples):
            yield run_id, problem_id, arm_id, sample


def _keys_of_label(session: Session, wanted: SearchFilter) -> Iterator[ProgramKey]:
    key = (Review.run_id, Review.problem_id, Review.arm_id, Review.sample)
    rows = (
        select(*key).join(ReviewLabel, ReviewLabel.review_id == Review.id).where(ReviewLabel.name == wanted.label)
    )
    if wanted.run_id is not None:
        rows = rows.where(Review.run_id == wanted.run_id)
    ordered = rows.distinct().order_by(Review.run_id.desc(), *key[1:])
    yield from map(tuple, session.execute(ordered))


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
    rows = select_programs(table).where(table.id < below, *chosen, *trace_conditions(wanted))
    if wanted.program_id is None:
        rows = rows.where(table.id >= lowest)
    hits = [program_hit(row) for row in session.execute(rows.order_by(table.id.desc()).limit(PAGE_HITS))]
    if len(hits) == PAGE_HITS:
        return hits, hits[-1].row_id
    return hits, None if lowest <= 1 or wanted.program_id is not None else lowest
