"""Taking over what dead workers left, and forgetting what finished long ago.

A running job whose worker no longer beats, and a queued row whose workflow may never have been written, are put back
into the queue. Both are safe to repeat: a workflow has its job's id, and a job's results have unique keys.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Job, Store, WorkerHeartbeat
from models.base import now
from models.enums import JobState
from models.job import WORKER_SILENT_AFTER
from worker.jobs.heartbeat import is_alive

SWEEP_SECONDS = 3.0
FORGOTTEN_AFTER = timedelta(seconds=30)
"""How long a queued row may lack a workflow before it is enqueued again."""
FORGET_AT_ONCE = 200
"""Jobs forgotten in one sweep; the next one goes on."""

log = logging.getLogger(__name__)


class Workflows(Protocol):
    """What the reaper needs of the queue."""

    def requeue(self, job_id: str) -> None:
        """Put a job back into it."""

    def forget(self, job_ids: Sequence[str]) -> None:
        """Drop what it holds of finished jobs."""


class Reaper:
    """Sweeps in a thread while open.

    Args:
        worker: whose reaper this is. It never holds its own worker for dead: after the machine slept, it may look
            before that worker had the time to beat.
    """

    def __init__(self, store: Store, worker: str, queue: Workflows, retention_days: int) -> None:
        self._store = store
        self._worker = worker
        self._queue = queue
        self._retention = timedelta(days=retention_days)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reaper", daemon=True)

    def __enter__(self) -> "Reaper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SWEEP_SECONDS):
            try:
                self.sweep()
            except Exception:
                # A full disk or a lost database must not end the worker's watch over its fellows.
                log.exception("the reaper's sweep failed; it goes on")

    def sweep(self) -> list[str]:
        """Requeue abandoned jobs and delete what is past retention; the requeued ids."""
        abandoned = self._abandoned()
        for job_id in abandoned:
            self._queue.requeue(job_id)
        self._forget()
        return abandoned

    def _forget(self) -> None:
        """Delete what is past retention: jobs with their events and workflows, and workers that never came back."""
        past = now() - self._retention
        with self._store.reader() as session:
            old = session.scalars(select(Job.id).where(Job.finished_at < past).limit(FORGET_AT_ONCE)).all()
            gone = session.scalars(select(WorkerHeartbeat.executor_id).where(WorkerHeartbeat.seen_at < past)).all()
        if not old and not gone:
            return
        # The queue first: a row that is still here is found again, a workflow without its row never would be.
        self._queue.forget(old)
        with self._store.writer() as session:
            session.execute(delete(Job).where(Job.id.in_(old)))
            session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.executor_id.in_(gone)))

    def _abandoned(self) -> list[str]:
        with self._store.reader() as session:
            alive = [*living_workers(session), self._worker]
            running = select(Job.id).where(Job.state == JobState.RUNNING, Job.worker.not_in(alive))
            forgotten = select(Job.id).where(
                Job.state == JobState.QUEUED, Job.created_at < now() - FORGOTTEN_AFTER, Job.tries == 0
            )
            return [*session.scalars(running), *session.scalars(forgotten)]


def living_workers(session: Session) -> list[str]:
    """Names of the workers that were seen lately and are not known to be gone."""
    seen = select(WorkerHeartbeat).where(WorkerHeartbeat.seen_at >= now() - WORKER_SILENT_AFTER)
    return [row.executor_id for row in session.scalars(seen) if is_alive(row)]
