"""Jobs as people see them, their events, the workers that do them, and the names that web process and worker share.

The queue itself is DBOS's and holds what it needs to resume; a row here is what people read: state, progress and error
for the jobs page, and numbered events, so that a browser that lost its connection can catch up.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, closed, now
from models.enums import JobKind, JobState, RunState, WorkerRole
from models.investigation import end_investigation, investigation_of
from models.run import Run

INTERACTIVE = "interactive"
"""A user waits for the result in a browser: these jobs go first."""
BULK = "bulk"
LONG = "long"
"""Collecting, training and investigations, which take hours: beside one of them a worker still performs a bulk job."""
SHARDS = "shards"
"""Parts of runs. The run's own job waits for them in another queue, so it never keeps one of them from a worker."""

ROLES: Mapping[JobKind, frozenset[WorkerRole]] = {
    JobKind.RUN: frozenset({WorkerRole.DRAFT, WorkerRole.JUDGE}),
    JobKind.RERUN: frozenset({WorkerRole.DRAFT, WorkerRole.JUDGE}),
    JobKind.MEMORY: frozenset({WorkerRole.DRAFT}),
    JobKind.TRACE_EFFECT: frozenset({WorkerRole.DRAFT}),
    JobKind.COLLECT: frozenset({WorkerRole.DRAFT, WorkerRole.JUDGE}),
    JobKind.TRAIN: frozenset({WorkerRole.TRAIN}),
    JobKind.INVESTIGATION: frozenset(WorkerRole),
    JobKind.SHARD: frozenset({WorkerRole.DRAFT, WorkerRole.JUDGE}),
}
"""The roles that a worker must have to take a job of the kind."""

WORKFLOW = "tekhne.job"
"""The one workflow there is; its only argument is the job's id."""
APPLICATION = "tekhne"
APPLICATION_VERSION = "1"
"""Pinned: a queue must not drop its jobs because a source file changed. Raised when old jobs can no longer run."""

WORKER_SILENT_AFTER = timedelta(seconds=10)
"""A worker is alive while its last heartbeat is younger than this; a silent one loses its jobs to the others.
Workers beat every two seconds."""

RESUMABLE = frozenset({JobKind.COLLECT, JobKind.TRAIN})
"""Jobs that are paused and resumed by themselves; those of runs are so through their run."""

WORKER_ROLES = "roles"
"""In a worker's details: the roles of the jobs that it takes; missing in those of older versions, which take all."""
LEFT = "left"
"""The event of a job that a worker left to others: which worker, and why."""
ASKED_FOR = ("queued", "resumed")
"""Events of a job with which all workers may try it anew."""
REFUSED = "refused"
"""In a worker's details: which process was refused because it wanted the same name, and when."""


class Job(Base):
    """One piece of work that the web process or the command line asked for."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_created", "state", "created_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The workflow's id in DBOS."""
    kind: Mapped[JobKind] = mapped_column(closed(JobKind))
    queue: Mapped[str] = mapped_column(String(40))
    """`interactive`, `bulk`, `long` or `shards`, or the queue of its roles (`role_queue`)."""
    state: Mapped[JobState] = mapped_column(closed(JobState), default=JobState.QUEUED)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What progress bars show: `stage`, `done`, `total`, …"""
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    parent: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    """Of a shard: the id of the job that waits for it."""
    deduplication_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Set while the job is queued or running, so that a double click makes one job; emptied at the end."""
    worker: Mapped[str] = mapped_column(String(200), default="")
    tries: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    pause_requested: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Beside `cancel_requested`: what stops is to be resumed. A run says so itself, in its state."""
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobEvent(Base):
    """One thing that happened in a job, numbered from 1 within it."""

    __tablename__ = "job_event"
    __table_args__ = (UniqueConstraint("job_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    """`queued`, `tokens`, `executing`, `verdict`, `done`, `cancelled`, `failed`, …"""
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class WorkerHeartbeat(Base):
    """A worker slot that says it is alive; a silent one loses its jobs to the others."""

    __tablename__ = "worker_heartbeat"

    executor_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    instance: Mapped[str] = mapped_column(String(64))
    """Random at each start: tells two processes with one executor id apart."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Ruler digest, isolation, device, models loaded."""


def roles_of(worker: WorkerHeartbeat) -> tuple[WorkerRole, ...]:
    """The roles of the jobs that a worker takes; none of a process that does one run for the command line."""
    named = worker.details.get(WORKER_ROLES, tuple(WorkerRole))
    return tuple(role for role in WorkerRole if role in named)


def end_job(session: Session, job: Job, state: JobState, error: str = "") -> None:
    """End a job, and its run with it: both are written here only, in the caller's transaction. A shard ends alone: the
    job of its run says how the run ended.

    A run that its user paused or cancelled keeps that state when its job stops, and the job takes it over. So does an
    investigation, with the run that it is at. A collecting or training that is paused is not over: the same job is
    resumed.
    """
    ends_run = job.run_id is not None and job.kind is not JobKind.SHARD
    run = session.get(Run, job.run_id) if ends_run else None
    investigation = investigation_of(session, job.payload)
    if state is JobState.CANCELLED and is_pausing(session, job):
        state = JobState.PAUSED
    if investigation is not None:
        end_investigation(session, investigation, state, error)
    job.state, job.error = state, error
    if not (state is JobState.PAUSED and job.kind in RESUMABLE):
        job.finished_at, job.deduplication_key = now(), None
    job.cancel_requested, job.pause_requested = job.cancel_requested and state is not JobState.PAUSED, False
    session.add(_event(session, job.id, state.value, {"error": error} if error else {}))
    if run is not None:
        # A run and its job end in states of the same name.
        run.state, run.error = RunState(state.value), error
        run.revision_number += 1
        if run.state is not RunState.PAUSED:
            run.finished_at = now()


def leave_job(session: Session, job: Job, reason: str) -> None:
    """Put a running job back among those that wait, with its run or investigation: its worker cannot do it, and another
    may."""
    session.add(_event(session, job.id, LEFT, {"worker": job.worker, "reason": reason}))
    run = session.get(Run, job.run_id) if job.run_id is not None else None
    if run is not None and job.kind in (JobKind.RUN, JobKind.RERUN, JobKind.INVESTIGATION):
        run.state = RunState.QUEUED
        run.revision_number += 1
    investigation = investigation_of(session, job.payload)
    if investigation is not None:
        investigation.state = JobState.QUEUED
    job.state, job.worker, job.tries = JobState.QUEUED, "", 0


def left_by(session: Session, job_id: str) -> dict[str, str]:
    """The workers that left the job since it was asked for, each with its reason."""
    rows = session.execute(
        select(JobEvent.kind, JobEvent.data)
        .where(JobEvent.job_id == job_id, JobEvent.kind.in_((LEFT, *ASKED_FOR)))
        .order_by(JobEvent.number)
    )
    found: dict[str, str] = {}
    for kind, data in rows:
        found = {**found, data["worker"]: data["reason"]} if kind == LEFT else {}
    return found


def _event(session: Session, job_id: str, kind: str, data: dict[str, Any]) -> JobEvent:
    number = session.scalar(select(func.max(JobEvent.number)).where(JobEvent.job_id == job_id)) or 0
    return JobEvent(job_id=job_id, number=number + 1, kind=kind, data=data)


def stop_job(session: Session, job: Job, state: JobState) -> None:
    """Ask it to stop; one that has not begun ends at once, in `state`."""
    job.cancel_requested = True
    if job.state in (JobState.QUEUED, JobState.PAUSED):
        end_job(session, job, state)


def is_pausing(session: Session, job: Job) -> bool:
    """Whether the job, or what it works on, was asked to pause: what is stopped will be gone on with."""
    run = session.get(Run, job.run_id) if job.run_id is not None else None
    whole = (run, investigation_of(session, job.payload))
    return job.pause_requested or any(one is not None and one.state == JobState.PAUSED for one in whole)


def queue_of(kind: JobKind) -> str:
    if kind in RESUMABLE or kind is JobKind.INVESTIGATION:
        return LONG
    if kind is JobKind.SHARD:
        return SHARDS
    return INTERACTIVE if kind in (JobKind.RERUN, JobKind.TRACE_EFFECT) else BULK


def role_queue(kind: JobKind) -> str:
    """Where a worker that lacks a role hands on a job of the kind: only those listen there that have all its roles."""
    return f"for {' '.join(sorted(ROLES[kind]))}"


def queues_for(roles: Collection[WorkerRole]) -> list[str]:
    """The queues that a worker with these roles listens to."""
    taken = [kind for kind, needed in ROLES.items() if needed <= set(roles)]
    return sorted({queue_of(kind) for kind in taken} | {role_queue(kind) for kind in taken})
