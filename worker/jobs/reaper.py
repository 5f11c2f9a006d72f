"""Taking over what dead workers left, and forgetting what finished long ago.

A running job whose worker no longer beats, and a queued row whose workflow may never have been written, are put back
into the queue. Both are safe to repeat: a workflow has its job's id, and a job's results have unique keys.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Job, Store, WorkerHeartbeat
from models.base import now
from models.enums import JobState
from worker.jobs.heartbeat import DEAD_AFTER

SWEEP_SECONDS = 3.0
FORGOTTEN_AFTER = timedelta(seconds=30)
"""How long a queued row may lack a workflow before it is enqueued again."""

log = logging.getLogger(__name__)


class Reaper:
    """Sweeps in a thread while open. `requeue(job_id)` puts a job back into DBOS."""

    def __init__(self, store: Store, requeue: Callable[[str], None], retention_days: int) -> None:
        self._store = store
        self._requeue = requeue
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
            self._requeue(job_id)
        with self._store.writer() as session:
            session.execute(delete(Job).where(Job.finished_at < now() - self._retention))
        return abandoned

    def _abandoned(self) -> list[str]:
        with self._store.reader() as session:
            alive = living_workers(session)
            running = select(Job.id).where(Job.state == JobState.RUNNING, Job.worker.not_in(alive))
            forgotten = select(Job.id).where(
                Job.state == JobState.QUEUED, Job.created_at < now() - FORGOTTEN_AFTER, Job.tries == 0
            )
            return [*session.scalars(running), *session.scalars(forgotten)]


def living_workers(session: Session) -> list[str]:
    """Names of the workers that were seen lately."""
    seen = WorkerHeartbeat.seen_at >= now() - DEAD_AFTER
    return list(session.scalars(select(WorkerHeartbeat.executor_id).where(seen)))
