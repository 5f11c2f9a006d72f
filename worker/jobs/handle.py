"""What a job's handler sees: its payload, a way to report, and whether it should stop.

Reports go to the store, where any web process can read them. Events are numbered within the job, so that a reader
who lost the connection asks for those after the last one it saw.
"""

import logging
import threading
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from models import Job, JobEvent, Store
from models.job import is_pausing
from worker.jobs.errors import JobCancelled, JobInterrupted, JobTaken, error_sentence

CANCEL_POLL_SECONDS = 0.25
"""Between two looks at whether a job shall stop."""
STEPS = ("done", "repaired")
"""The counts of a job's progress that grow with what it has stored."""

log = logging.getLogger(__name__)


class JobHandle:
    """One try at one job by `worker`.

    A context manager: while open it watches whether the job was cancelled or taken over by another worker.

    Args:
        ending: set when the worker ends.
    """

    def __init__(
        self,
        store: Store,
        job_id: str,
        payload: dict[str, Any],
        worker: str,
        ending: threading.Event | None = None,
    ) -> None:
        self.store = store
        self.job_id = job_id
        self.payload = payload
        self.worker = worker
        self._taken = False
        self._ending = ending or threading.Event()
        self._cancelled = threading.Event()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._watcher = threading.Thread(target=self._watch, name=f"cancel-{job_id[:8]}", daemon=True)

    def __enter__(self) -> "JobHandle":
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._watcher.join()

    @property
    def row(self) -> str:
        """The id of the job in the store that this is, or is a piece of."""
        return self.job_id

    @property
    def cancelled(self) -> bool:
        """Whether to stop: True within a second after the request, after another worker took the job, or at once
        when this worker ends."""
        return self._cancelled.is_set() or self._ending.is_set()

    @property
    def reached(self) -> Mapping[str, Any]:
        """What an earlier try said last."""
        with self.store.reader() as session:
            return dict(session.scalar(select(Job.progress).where(Job.id == self.job_id)) or {})

    @property
    def is_pausing(self) -> bool:
        """Whether it is stopped in order to be resumed."""
        with self.store.reader() as session:
            job = session.get(Job, self.job_id)
            return job is not None and is_pausing(session, job)

    def check(self) -> None:
        """Raise JobCancelled, JobTaken or JobInterrupted if the job should stop."""
        if self._taken:
            raise JobTaken(self.job_id)
        if self._cancelled.is_set():
            raise JobCancelled(self.job_id)
        if self._ending.is_set():
            raise JobInterrupted(self.job_id)

    def progress(self, **values: Any) -> None:
        """Replace what the progress bars show, unless an earlier try got further: this try only repeats its steps, and
        only its stage is shown.

        Getting further resets the count of tries: a job that advances between two crashes may go on.
        """
        with self.store.writer() as session:
            job = session.get(Job, self.job_id)
            if job is None:
                return
            if _distance(values) < _distance(job.progress):
                job.progress = {**job.progress, **({"stage": values["stage"]} if "stage" in values else {})}
                return
            if _distance(values) > _distance(job.progress):
                job.tries = 0
            job.progress = values

    def event(self, kind: str, **data: Any) -> None:
        """Append one numbered event."""
        with self._lock, self.store.writer() as session:
            last = session.scalar(select(func.max(JobEvent.number)).where(JobEvent.job_id == self.job_id)) or 0
            session.add(JobEvent(job_id=self.job_id, number=last + 1, kind=kind, data=data))

    def _watch(self) -> None:
        while not self._closed.wait(CANCEL_POLL_SECONDS):
            try:
                stop = self._asked_to_stop()
            except SQLAlchemyError as error:
                # The next poll may succeed: a job must hear its cancellation after the store was unreadable.
                if not self.store.faults.note(error):
                    log.warning(
                        "whether job %s was cancelled cannot be read: %s", self.job_id, error_sentence(error)
                    )
                continue
            if stop:
                self._cancelled.set()
                return

    def _asked_to_stop(self) -> bool:
        with self.store.reader() as session:
            job = session.execute(select(Job.cancel_requested, Job.worker).where(Job.id == self.job_id)).first()
        self._taken = job is None or job.worker != self.worker
        return job is None or self._taken or bool(job.cancel_requested)


def _distance(progress: dict[str, Any]) -> int:
    """How far a job has come, counted in stored steps."""
    return sum(int(progress.get(name, 0)) for name in STEPS)
