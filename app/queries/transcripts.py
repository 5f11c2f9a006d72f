"""Transcripts: browsed by state, error class and teacher, one read whole, one marked as bad or taken back.

In: a session and a filter. Out: frozen rows, newest first, keyset paging by id.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from models import Problem, Transcript
from models.enums import TranscriptState, Verdict

ROWS = 50


@dataclass(frozen=True, kw_only=True)
class TranscriptFilter:
    """None stands for any."""

    state: TranscriptState | None = None
    verdict: Verdict | None = None
    after: int | None = None


@dataclass(frozen=True, kw_only=True)
class TranscriptRow:
    id: int
    task_id: str
    verdict: Verdict
    attempt_source: str
    teacher: str
    state: TranscriptState
    reason: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class TranscriptView:
    """One lesson, whole."""

    row: TranscriptRow
    attempt: str
    trace: str
    reflection: str
    revision: str


@dataclass(frozen=True, kw_only=True)
class TranscriptPage:
    rows: tuple[TranscriptRow, ...]
    next_after: int | None
    by_state: dict[TranscriptState, int]


def list_transcripts(session: Session, wanted: TranscriptFilter) -> TranscriptPage:
    statement = select(Transcript, Problem.task_id).join(Problem).order_by(Transcript.id.desc()).limit(ROWS + 1)
    if wanted.state is not None:
        statement = statement.where(Transcript.state == wanted.state)
    if wanted.verdict is not None:
        statement = statement.where(Transcript.verdict == wanted.verdict)
    if wanted.after is not None:
        statement = statement.where(Transcript.id < wanted.after)
    found = [_row(transcript, task_id) for transcript, task_id in session.execute(statement)]
    counted = session.execute(select(Transcript.state, func.count()).group_by(Transcript.state))
    return TranscriptPage(
        rows=tuple(found[:ROWS]),
        next_after=found[ROWS - 1].id if len(found) > ROWS else None,
        by_state={row[0]: row[1] for row in counted},
    )


def find_transcript(session: Session, transcript_id: int) -> TranscriptView:
    """Raises NotFound where there is none."""
    transcript = session.get(Transcript, transcript_id)
    if transcript is None:
        raise NotFound(f"There is no transcript {transcript_id}.")
    return TranscriptView(
        row=_row(transcript, transcript.problem.task_id),
        attempt=transcript.attempt,
        trace=transcript.trace,
        reflection=transcript.reflection,
        revision=transcript.revision,
    )


def _row(transcript: Transcript, task_id: str) -> TranscriptRow:
    names = [name for name in TranscriptRow.__dataclass_fields__ if name != "task_id"]
    return TranscriptRow(task_id=task_id, **{name: getattr(transcript, name) for name in names})
