"""Transcripts: filtered and searched, browsed, written as a file's lines, or one read in full.

In: a session and a filter. Out: frozen rows, the newest first, paged by id.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries import PAGE_ROWS, row_of
from models import Problem, Transcript, TranscriptSet, TranscriptSetMember, TranscriptSetVersion
from models.enums import TranscriptDomain, TranscriptState, Verdict
from models.transcript_sets import find_version


@dataclass(frozen=True, kw_only=True)
class TranscriptFilter:
    """An empty field does not filter."""

    state: TranscriptState | None = None
    verdict: Verdict | None = None
    domain: TranscriptDomain | None = None
    teacher: str = ""
    slice: str = ""
    set: str = ""
    """A version of a set, as `NAME@NUMBER`, or a name for the newest."""
    job: str = ""
    """The job that collected it."""
    q: str = ""
    """Words to find in task id, reflection, trace and revision."""
    after: int | None = None
    """The page begins after this transcript."""

    def as_query(self, **changed: str | None) -> str:
        """The query of the same filter with some fields changed, None leaving one out: empty, or it begins with `?`."""
        fields = {name: str(value) for name, value in vars(self).items() if value and name != "after"}
        fields |= {name: value or "" for name, value in changed.items()}
        chosen = {name: value for name, value in fields.items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""


@dataclass(frozen=True, kw_only=True)
class TranscriptRow:
    id: int
    task_id: str
    verdict: Verdict
    attempt_source: str
    teacher: str
    state: TranscriptState
    reason: str
    slice: str
    domain: TranscriptDomain
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class TranscriptView:
    """One transcript with its texts."""

    row: TranscriptRow
    attempt: str
    trace: str
    reflection: str
    revision: str


@dataclass(frozen=True, kw_only=True)
class TranscriptPage:
    rows: tuple[TranscriptRow, ...]
    next_after: int | None
    """The next page begins after this transcript; None on the last page."""
    by_state: dict[TranscriptState, int]
    """Counts over the whole store, whatever the filter."""


@dataclass(frozen=True, kw_only=True)
class TranscriptChoices:
    """What the store's transcripts can be filtered by, each with the newest first where that matters."""

    teachers: tuple[str, ...]
    slices: tuple[str, ...]
    sets: tuple[str, ...]
    """All versions, as `NAME@NUMBER`."""


def list_transcripts(session: Session, wanted: TranscriptFilter) -> TranscriptPage:
    statement = (
        select(Transcript, Problem.task_id).join(Problem).order_by(Transcript.id.desc()).limit(PAGE_ROWS + 1)
    ).where(*_conditions(session, wanted))
    if wanted.after is not None:
        statement = statement.where(Transcript.id < wanted.after)
    found = [row_of(TranscriptRow, row, task_id=task_id) for row, task_id in session.execute(statement)]
    counted = session.execute(select(Transcript.state, func.count()).group_by(Transcript.state))
    return TranscriptPage(
        rows=tuple(found[:PAGE_ROWS]),
        next_after=found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None,
        by_state={row[0]: row[1] for row in counted},
    )


def chosen_ids(session: Session, wanted: TranscriptFilter) -> Select[int]:
    """A select of the ids of all transcripts that the filter finds, whatever the page."""
    return select(Transcript.id).join(Problem).where(*_conditions(session, wanted))


@dataclass(frozen=True, kw_only=True)
class SetVersionRow:
    """A version of a set of transcripts."""

    label: str
    """`NAME@NUMBER`."""
    size: int
    content_hash: str
    created_at: datetime


def transcript_sets(session: Session) -> tuple[SetVersionRow, ...]:
    """All versions, the newest first."""
    rows = session.scalars(select(TranscriptSetVersion).order_by(TranscriptSetVersion.id.desc()))
    return tuple(row_of(SetVersionRow, row) for row in rows)


def transcript_choices(session: Session) -> TranscriptChoices:
    versions = session.execute(
        select(TranscriptSet.name, TranscriptSetVersion.number)
        .join(TranscriptSet)
        .order_by(TranscriptSetVersion.id.desc())
    )
    return TranscriptChoices(
        teachers=tuple(session.scalars(select(Transcript.teacher).distinct().order_by(Transcript.teacher))),
        slices=tuple(
            one for one in session.scalars(select(Transcript.slice).distinct().order_by(Transcript.slice)) if one
        ),
        sets=tuple(f"{name}@{number}" for name, number in versions),
    )


def transcript_lines(session: Session, wanted: TranscriptFilter) -> Iterator[str]:
    """What the filter finds as lines of a transcripts' file (docs/transcripts.md), oldest first."""
    statement = select(Transcript, Problem.task_id, Problem.prompt).join(Problem)
    statement = statement.where(*_conditions(session, wanted)).order_by(Transcript.id)
    for row, task_id, prompt in session.execute(statement.execution_options(yield_per=200)):
        fields = {"version": FILE_VERSION, "task_id": task_id, "prompt": prompt}
        fields |= {name: getattr(row, name) for name in _FILE_FIELDS}
        optional = {name: value for name in _OPTIONAL if (value := getattr(row, name)) not in _SAYS_NOTHING}
        yield json.dumps({**fields, **optional}) + "\n"


FILE_VERSION = 1
_FILE_FIELDS = (
    "attempt", "attempt_source", "verdict", "trace", "reflection", "revision", "teacher", "state", "reason",
)  # fmt: skip
_OPTIONAL = ("held_out", "slice", "domain", "input_tokens", "output_tokens", "cost_usd")
_SAYS_NOTHING = ("", None, TranscriptDomain.UNKNOWN)


def _conditions(session: Session, wanted: TranscriptFilter) -> list[ColumnElement[bool]]:
    """Raises NotFound for a set that is not there."""
    found = [
        getattr(Transcript, name) == value
        for name in ("state", "verdict", "domain", "teacher", "slice")
        if (value := getattr(wanted, name))
    ]
    if wanted.job:
        found.append(Transcript.collected_by.startswith(wanted.job, autoescape=True))
    if wanted.set:
        version = find_version(session, wanted.set)
        if version is None:
            raise NotFound(f"There is no set of transcripts {wanted.set!r}.")
        members = select(TranscriptSetMember.transcript_id).where(TranscriptSetMember.version_id == version.id)
        found.append(Transcript.id.in_(members))
    for word in wanted.q.split()[:MOST_WORDS]:
        texts = (Problem.task_id, Transcript.reflection, Transcript.trace, Transcript.revision)
        found.append(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return found


MOST_WORDS = 8


def find_transcript(session: Session, transcript_id: int) -> TranscriptView:
    """The transcript with this id.

    Raises:
        NotFound: there is no such transcript.
    """
    transcript = session.get(Transcript, transcript_id)
    if transcript is None:
        raise NotFound(f"There is no transcript {transcript_id}.")
    row = row_of(TranscriptRow, transcript, task_id=transcript.problem.task_id)
    return row_of(TranscriptView, transcript, row=row)
