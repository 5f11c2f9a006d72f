"""What is being worked on, and whether anybody works: unfinished jobs and the workers' heartbeats.

In: a session. Out: frozen rows. A worker is alive while its heartbeat is younger than `SILENT_AFTER`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Job, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState

SILENT_AFTER = timedelta(seconds=30)
UNFINISHED = (JobState.QUEUED, JobState.RUNNING, JobState.PAUSED)
LISTED_JOBS = 20


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """One unfinished job."""

    id: str
    kind: JobKind
    state: JobState
    run_id: int | None
    stage: str
    done: int
    total: int
    """0 where the job does not say how much there is."""
    created_at: datetime
    started_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WorkState:
    """Health in one line."""

    jobs: tuple[JobLine, ...]
    waiting: int
    """Jobs in a queue."""
    workers_alive: int
    last_seen: datetime | None
    """The youngest heartbeat; None where no worker ever came."""
    details: dict[str, Any]
    """What the worker seen last says of itself: ruler, isolation, device."""


def read_work(session: Session) -> WorkState:
    jobs = session.scalars(
        select(Job).where(Job.state.in_(UNFINISHED)).order_by(Job.created_at).limit(LISTED_JOBS)
    )
    waiting = session.scalar(select(func.count()).where(Job.state == JobState.QUEUED)) or 0
    beats = session.scalars(select(WorkerHeartbeat).order_by(WorkerHeartbeat.seen_at.desc())).all()
    limit = now() - SILENT_AFTER
    return WorkState(
        jobs=tuple(_line(job) for job in jobs),
        waiting=waiting,
        workers_alive=sum(beat.seen_at >= limit for beat in beats),
        last_seen=beats[0].seen_at if beats else None,
        details=beats[0].details if beats else {},
    )


def _line(job: Job) -> JobLine:
    progress = job.progress
    return JobLine(
        id=job.id,
        kind=job.kind,
        state=job.state,
        run_id=job.run_id,
        stage=str(progress.get("stage", "")),
        done=_whole(progress.get("done")),
        total=_whole(progress.get("total")),
        created_at=job.created_at,
        started_at=job.started_at,
    )


def _whole(value: object) -> int:
    # Progress is free-form JSON of the worker: a page must not break on it.
    return value if isinstance(value, int) and value >= 0 else 0
