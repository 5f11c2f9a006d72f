"""Asking for work: a job row that people see, and the workflow in DBOS that a worker takes.

The row is written first and carries the deduplication key, so that a double click finds the first job instead of
making a second. A crash between row and workflow is mended by the workers' reaper, which enqueues such rows again.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from dbos import DBOSClient
from dbos._serialization import DBOSPortableJSONSerializer
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Job, JobEvent, Store
from models.base import now
from models.enums import JobKind, JobState
from models.queues import APPLICATION, APPLICATION_VERSION, WORKFLOW, queue_of
from models.session import open_jobs_engine


@dataclass(frozen=True, kw_only=True)
class Enqueued:
    """`created` is False where an equal job was waiting or running already."""

    job_id: str
    created: bool


class JobQueue:
    """The queue as the web process and the command line see it. `open` does not touch the database."""

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
        job = Job(
            id=uuid4().hex,
            kind=kind,
            queue=queue_of(kind),
            payload=payload,
            run_id=run_id,
            deduplication_key=deduplication_key,
        )
        try:
            with self._store.writer() as session:
                session.add(job)
                session.flush()
                session.add(JobEvent(job_id=job.id, number=1, kind="queued"))
        except IntegrityError:
            return Enqueued(job_id=self._unfinished(deduplication_key), created=False)
        self._start(job)
        return Enqueued(job_id=job.id, created=True)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; one that has not begun stops at once."""
        with self._store.writer() as session:
            job = session.get(Job, job_id)
            if job is None or job.finished_at is not None:
                return
            job.cancel_requested = True
            if job.state is JobState.QUEUED:
                _finish_cancelled(session, job)

    def close(self) -> None:
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._engine is not None:
            # DBOS leaves an engine that it was handed to whoever made it.
            self._engine.dispose()
            self._engine = None

    def _unfinished(self, deduplication_key: str | None) -> str:
        with self._store.reader() as session:
            return session.scalars(select(Job.id).where(Job.deduplication_key == deduplication_key)).one()

    def _start(self, job: Job) -> None:
        if self._client is None:
            self._engine = open_jobs_engine(self._jobs_url)
            self._client = DBOSClient(
                system_database_engine=self._engine,
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
            )
        self._client.enqueue(
            {
                "workflow_name": WORKFLOW,
                "queue_name": job.queue,
                "workflow_id": job.id,
                "app_version": APPLICATION_VERSION,
            },
            job.id,
        )


def _finish_cancelled(session: Session, job: Job) -> None:
    job.state = JobState.CANCELLED
    job.finished_at = now()
    job.deduplication_key = None
    last = session.scalars(
        select(JobEvent.number).where(JobEvent.job_id == job.id).order_by(JobEvent.number.desc())
    )
    session.add(JobEvent(job_id=job.id, number=(last.first() or 0) + 1, kind="cancelled"))
