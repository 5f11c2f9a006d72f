"""What is being worked on, and whether anybody works: unfinished jobs and the workers' heartbeats.

In: a session. Out: frozen rows. A worker is alive while its heartbeat is younger than `SILENT_AFTER`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.queries.progress import Step, read_steps
from models import Job, Run, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState

SILENT_AFTER = timedelta(seconds=15)
"""A worker beats every two seconds and loses its jobs to the others after ten."""
UNFINISHED = (JobState.QUEUED, JobState.RUNNING, JobState.PAUSED)
LISTED_JOBS = 20


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """One unfinished job."""

    id: str
    kind: JobKind
    state: JobState
    run_id: int | None
    run_name: str
    """Empty for jobs without a run."""
    stage: str
    steps: tuple[Step, ...]
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

    @property
    def sign(self) -> tuple[object, ...]:
        """What a reader would see change: a living worker's heartbeat is not news."""
        return (self.jobs, self.waiting, self.workers_alive, None if self.workers_alive else self.last_seen)

    def job_of(self, run_id: int) -> JobLine | None:
        """The run's own unfinished job; re-runs of its problems have runs of their own."""
        return next((job for job in self.jobs if job.run_id == run_id), None)


def read_work(session: Session) -> WorkState:
    jobs = session.execute(
        select(Job, Run.name)
        .outerjoin(Run, Job.run_id == Run.id)
        .where(Job.state.in_(UNFINISHED))
        .order_by(Job.created_at)
        .limit(LISTED_JOBS)
    )
    waiting = session.scalar(select(func.count()).where(Job.state == JobState.QUEUED)) or 0
    beats = session.scalars(select(WorkerHeartbeat).order_by(WorkerHeartbeat.seen_at.desc())).all()
    limit = now() - SILENT_AFTER
    return WorkState(
        jobs=tuple(_line(job, run) for job, run in jobs),
        waiting=waiting,
        workers_alive=sum(beat.seen_at >= limit for beat in beats),
        last_seen=beats[0].seen_at if beats else None,
        details=beats[0].details if beats else {},
    )


def _line(job: Job, run_name: str | None) -> JobLine:
    return JobLine(
        id=job.id,
        kind=job.kind,
        state=job.state,
        run_id=job.run_id,
        run_name=run_name or "",
        stage=str(job.progress.get("stage", "")),
        steps=read_steps(job.progress),
        created_at=job.created_at,
        started_at=job.started_at,
    )
