"""The jobs page: jobs in a state, newest first, a page at a time, and the workers that do them.

In: a session and what is wanted. Out: frozen rows; keyset paging by creation time and id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.queries.progress import Step, read_steps
from app.queries.work import SILENT_AFTER
from models import Job, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState

ROWS = 50


@dataclass(frozen=True, kw_only=True)
class JobRow:
    id: str
    kind: JobKind
    queue: str
    state: JobState
    run_id: int | None
    worker: str
    error: str
    steps: tuple[Step, ...]
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class JobPage:
    rows: tuple[JobRow, ...]
    next_after: str | None
    """The last job's id, where there are more."""


@dataclass(frozen=True, kw_only=True)
class WorkerRow:
    """One worker slot. `alive` is whether it was seen lately."""

    executor_id: str
    host: str
    pid: int
    alive: bool
    started_at: datetime
    seen_at: datetime
    details: dict[str, Any]


def list_jobs(session: Session, state: JobState | None, after: str | None) -> JobPage:
    wanted = select(Job).order_by(Job.created_at.desc(), Job.id.desc()).limit(ROWS + 1)
    if state is not None:
        wanted = wanted.where(Job.state == state)
    last = session.get(Job, after) if after else None
    if last is not None:
        wanted = wanted.where(tuple_(Job.created_at, Job.id) < (last.created_at, last.id))
    found = session.scalars(wanted).all()
    rows = tuple(map(_row, found[:ROWS]))
    return JobPage(rows=rows, next_after=rows[-1].id if len(found) > ROWS else None)


def jobs_among(session: Session, ids: Sequence[str]) -> tuple[JobRow, ...]:
    """Those of the jobs that there are, newest first."""
    wanted = select(Job).where(Job.id.in_(ids)).order_by(Job.created_at.desc(), Job.id.desc())
    return tuple(map(_row, session.scalars(wanted)))


def newer_jobs(session: Session, state: JobState | None, newest: str) -> int:
    """How many jobs in the state were asked for after the job `newest`; all of them where that is none."""
    wanted = select(func.count()).select_from(Job)
    if state is not None:
        wanted = wanted.where(Job.state == state)
    known = session.get(Job, newest)
    if known is not None:
        wanted = wanted.where(tuple_(Job.created_at, Job.id) > (known.created_at, known.id))
    return session.scalar(wanted) or 0


def _row(job: Job) -> JobRow:
    names = [name for name in JobRow.__dataclass_fields__ if name != "steps"]
    return JobRow(steps=read_steps(job.progress), **{name: getattr(job, name) for name in names})


def list_workers(session: Session) -> tuple[WorkerRow, ...]:
    beats = session.scalars(select(WorkerHeartbeat).order_by(WorkerHeartbeat.executor_id))
    return tuple(
        WorkerRow(
            executor_id=beat.executor_id,
            host=beat.host,
            pid=beat.pid,
            alive=now() - beat.seen_at < SILENT_AFTER,
            started_at=beat.started_at,
            seen_at=beat.seen_at,
            details=beat.details,
        )
        for beat in beats
    )
