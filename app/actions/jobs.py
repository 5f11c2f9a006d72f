"""Asking for work and stopping it: a job row that people see, and the workflow in DBOS that a worker takes.

The row is written first, in one transaction with what it is about, say a new run. It carries the deduplication key, so
a double click finds the first job instead of making a second. A crash between row and workflow does no harm: the
workers' reaper enqueues such rows again.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from dbos import DBOSClient, _serialization
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.actions.errors import NoSuchRow, NotAllowed
from models import Job, JobEvent, Store
from models.enums import JobKind, JobState
from models.job import APPLICATION, APPLICATION_VERSION, RESUMABLE, WORKFLOW, end_job, queue_of, stop_job
from models.queue_rows import json_serializer
from models.session import open_jobs_engine
from models.store_faults import words_of
from models.work import work_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Enqueued:
    """`created` is False if an equal job was waiting or running already."""

    job_id: str
    created: bool


class Outbox:
    """Jobs that are to be put into the queue when their rows have been committed."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def add(self, session: Session, job: Job) -> Enqueued:
        """Write the job's row, or find the unfinished one with the same key."""
        try:
            with session.begin_nested():
                session.add(job)
        except IntegrityError:
            same = select(Job.id).where(Job.deduplication_key == job.deduplication_key)
            return Enqueued(job_id=session.scalars(same).one(), created=False)
        session.add(JobEvent(job_id=job.id, number=1, kind="queued"))
        self.jobs.append(job)
        return Enqueued(job_id=job.id, created=True)


class JobQueue:
    """The queue as the web process and the command line see it. Opening one does not touch the database."""

    def __init__(self, store: Store, jobs_url: str) -> None:
        self._store = store
        self._jobs_url = jobs_url
        self._client: DBOSClient | None = None
        self._engine: Engine | None = None

    def enqueue(
        self,
        kind: JobKind,
        payload: dict[str, Any],
        *,
        run_id: int | None = None,
        deduplication_key: str | None = None,
    ) -> Enqueued:
        """Put a job into its queue, or find the unfinished one with the same key.

        Args:
            payload: what the worker's handler of `kind` needs; plain JSON.
        """
        with self.outbox() as outbox, self._store.writer() as session:
            return outbox.add(session, new_job(kind, payload, run_id, deduplication_key))

    @contextmanager
    def outbox(self) -> Iterator[Outbox]:
        """Sends its jobs at the end, when the transaction that is opened inside has been committed."""
        outbox = Outbox()
        yield outbox
        for job in outbox.jobs:
            self._send(job)

    def close(self) -> None:
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._engine is not None:
            # DBOS does not dispose of an engine that it was given.
            self._engine.dispose()
            self._engine = None

    def _send(self, job: Job) -> None:
        if self._client is None:
            self._engine = open_jobs_engine(self._jobs_url)
            self._client = DBOSClient(
                system_database_engine=self._engine,
                serializer=json_serializer(_serialization),
                application_name=APPLICATION,
            )
        workflow: Any = {
            "workflow_name": WORKFLOW,
            "queue_name": job.queue,
            "workflow_id": job.id,
            "app_version": APPLICATION_VERSION,
        }
        try:
            if job.tries == 0 and job.started_at is not None:
                # Its workflow of before it was resumed is over. One that is still ending is left to the reaper.
                self._client.delete_workflows([job.id])
            self._client.enqueue(workflow, job.id)
        except SQLAlchemyError as error:
            # The row is there, so a worker puts it into the queue. A queue whose file was replaced is opened anew.
            log.warning(
                "job %s could not be put into the queue (%s): a worker does it", job.id[:8], words_of(error)
            )
            self.close()


def cancel_job(store: Store, job_id: str) -> bool:
    """Ask a job to stop; what it has stored stays. False if it is unknown or has ended.

    A job that has not begun, or is paused, ends at once, and a run that waited for it with it.
    """
    with store.writer() as session:
        job = session.get(Job, job_id)
        if job is None or job.finished_at is not None:
            return False
        job.pause_requested = False
        stop_job(session, job, JobState.CANCELLED)
        return True


def pause_job(store: Store, job_id: str) -> None:
    """Stop a collecting or training so that it can be resumed; one that has not begun is paused at once.

    Raises:
        NoSuchRow: there is no such job.
        NotAllowed: it is of another kind, or neither queued nor running.
    """
    with store.writer() as session:
        job = _resumable(session, job_id)
        if job.state not in (JobState.QUEUED, JobState.RUNNING) or job.cancel_requested:
            stopping = "stopping" if job.state is JobState.RUNNING else job.state
            raise NotAllowed(f"Job {job_id[:8]} is {stopping}: only a queued or running one can be paused.")
        job.pause_requested = True
        stop_job(session, job, JobState.PAUSED)


def resume_job(store: Store, queue: "JobQueue", job_id: str) -> None:
    """Put a paused or failed collecting or training into the queue again; it goes on from what it has kept.

    Raises:
        NoSuchRow: there is no such job.
        NotAllowed: it is of another kind, neither paused nor failed, or equal work was started since.
    """
    with queue.outbox() as outbox, store.writer() as session:
        job = _resumable(session, job_id)
        if job.state not in (JobState.PAUSED, JobState.FAILED):
            raise NotAllowed(f"Job {job_id[:8]} is {job.state}: only a paused or failed one can be resumed.")
        key = work_of(job.payload).key
        if session.scalars(select(Job.id).where(Job.deduplication_key == key, Job.id != job_id)).first():
            raise NotAllowed(f"The work of job {job_id[:8]} was started again since: watch that job instead.")
        job.state, job.error, job.tries, job.deduplication_key = JobState.QUEUED, "", 0, key
        job.finished_at, job.cancel_requested, job.pause_requested = None, False, False
        number = session.scalar(select(func.max(JobEvent.number)).where(JobEvent.job_id == job_id)) or 0
        session.add(JobEvent(job_id=job_id, number=number + 1, kind="resumed"))
        outbox.jobs.append(job)


def _resumable(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise NoSuchRow(f"There is no job {job_id}.")
    if job.kind not in RESUMABLE:
        raise NotAllowed(
            f"Job {job_id[:8]} is a {job.kind}: it is paused and started through its run, or not at all."
        )
    return job


def stop_jobs(session: Session, run_id: int, state: JobState) -> None:
    """Ask all unfinished jobs of a run to stop; those that have not begun end at once, in `state`."""
    for job in session.scalars(select(Job).where(Job.run_id == run_id, Job.finished_at.is_(None))):
        stop_job(session, job, state)


def claim_run(store: Store, run_id: int, worker: str, living: Callable[[Session], Collection[str]]) -> str:
    """Give the run's unfinished job, or a new one that is in no queue, to a process that does it itself; its id.

    Args:
        living: names the workers that are alive.

    Raises:
        NotAllowed: a living worker is doing it.
    """
    key = run_key(run_id)
    with store.writer() as session:
        job = session.scalars(select(Job).where(Job.deduplication_key == key)).first()
        unfinished = select(Job).where(Job.run_id == run_id, Job.finished_at.is_(None), Job.kind == JobKind.SHARD)
        shards = session.scalars(unfinished).all()
        held = {one.worker for one in (job, *shards) if one is not None and one.state is JobState.RUNNING}
        if busy := sorted(held & {*living(session)}):
            raise NotAllowed(f"Worker {busy[0]} is doing run {run_id}: watch it with `tekhne jobs`.")
        for shard in shards:
            # This process does the run in one piece; what a dead worker's shard has stored is found.
            shard.cancel_requested = True
            end_job(session, shard, JobState.CANCELLED)
        if job is None:
            job = run_job(run_id)
            job.state = JobState.RUNNING
            session.add(job)
        job.worker, job.tries, job.cancel_requested = worker, 0, False
        return job.id


def run_key(run_id: int) -> str:
    """The deduplication key of a run's job: a run has one unfinished job at most."""
    return f"run-{run_id}"


def run_job(run_id: int, kind: JobKind = JobKind.RUN, key: str = "") -> Job:
    """A new job that performs a run."""
    return new_job(kind, {"run_id": run_id}, run_id, key or run_key(run_id))


def new_job(kind: JobKind, payload: dict[str, Any], run_id: int | None, key: str | None) -> Job:
    """A job's row, not stored yet."""
    return Job(
        id=uuid4().hex, kind=kind, queue=queue_of(kind), payload=payload, run_id=run_id, deduplication_key=key
    )
