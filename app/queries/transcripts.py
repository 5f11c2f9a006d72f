"""Transcripts: browsed by state, error class and position, or one read in full.

In: a session and a filter. Out: frozen rows, the newest first, paged by id.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries import PAGE_ROWS, row_of
from models import Problem, Transcript
from models.enums import TranscriptState, Verdict


@dataclass(frozen=True, kw_only=True)
class TranscriptFilter:
    """An empty field does not filter."""

    state: TranscriptState | None = None
    verdict: Verdict | None = None
    after: int | None = None
    """The page begins after this transcript."""


@dataclass(frozen=True, kw_only=True)
class TranscriptRow:
    id: int
    task_id: str
    verdict: Verdict
    attempt_source: str
    teacher: str
    state: TranscriptState
    reason: str
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


def list_transcripts(session: Session, wanted: TranscriptFilter) -> TranscriptPage:
    statement = (
        select(Transcript, Problem.task_id).join(Problem).order_by(Transcript.id.desc()).limit(PAGE_ROWS + 1)
    )
    if wanted.state is not None:
        statement = statement.where(Transcript.state == wanted.state)
    if wanted.verdict is not None:
        statement = statement.where(Transcript.verdict == wanted.verdict)
    if wanted.after is not None:
        statement = statement.where(Transcript.id < wanted.after)
    found = [row_of(TranscriptRow, row, task_id=task_id) for row, task_id in session.execute(statement)]
    counted = session.execute(select(Transcript.state, func.count()).group_by(Transcript.state))
    return TranscriptPage(
        rows=tuple(found[:PAGE_ROWS]),
        next_after=found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None,
        by_state={row[0]: row[1] for row in counted},
    )


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
