"""Jobs: the list, the unfinished ones, and how far each has come.

In: a session. Out: frozen rows, the newest first, paged by creation time and id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from models import Job, Run, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState
from models.job import WORKER_SILENT_AFTER


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar."""

    name: str
    """`drafted`, `executed` or `repaired`; empty where the job only says how much of the whole is done."""
    done: int
    total: int
    """0 where it is not known yet how much there will be."""


def read_steps(progress: Mapping[str, Any]) -> tuple[Step, ...]:
    """A run's three bars, one bar for other jobs, and none before anything was said."""
    total = whole(progress.get("total"))
    if not total:
        return ()
    if "executed" not in progress:
        return (Step(name="", done=whole(progress.get("done")), total=total),)
    return (
        Step(name="drafted", done=whole(progress.get("drafted")), total=total),
        Step(name="executed", done=whole(progress.get("executed")), total=total),
        Step(name="repaired", done=whole(progress.get("repaired")), total=whole(progress.get("owed"))),
    )


def whole(value: object) -> int:
    """A number that can be counted with; 0 for anything else."""
    return value if isinstance(value, int) and value >= 0 else 0


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
    limit = now() - WORKER_SILENT_AFTER
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
