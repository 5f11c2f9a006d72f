"""Doing one job: its states, its tries and its end, whatever happens inside.

Handlers are at-least-once and idempotent, so a try after a crash simply starts the handler again. A job that fails
three times without moving forward stops, with its last error kept in one sentence.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.exc import OperationalError

from models import Job, Store
from models.base import now
from models.enums import JobKind, JobState
from worker.jobs.context import JobHandle
from worker.jobs.errors import JobCancelled, JobTaken, StoreUnwritable, UnknownJob
from worker.jobs.telling import in_words, is_told, is_unwritable

MAX_TRIES = 3
BACKOFF_SECONDS = (1.0, 4.0)
UNWRITABLE_SECONDS = 5.0

Handler = Callable[[JobHandle], None]
log = logging.getLogger(__name__)


def perform(
    store: Store,
    job_id: str,
    handlers: Mapping[JobKind, Handler],
    worker: str,
    backoff_seconds: Sequence[float] = BACKOFF_SECONDS,
) -> None:
    """Run the job to its end: done, cancelled, or failed after `MAX_TRIES` fruitless tries.

    Args:
        backoff_seconds: the pause after the first, second, … failed try; the last value serves for all further.

    Raises:
        UnknownJob: the store holds no such job.
        StoreUnwritable: neither the job's results nor its end can be kept; the job waits to be performed again.
    """
    try:
        while (job := _begin(store, job_id, worker)) is not None:
            with JobHandle(store, job.id, job.payload, job.run_id, worker) as context:
                again = _try(context, handlers[job.kind])
            if not again:
                return
            time.sleep(backoff_seconds[min(job.tries, len(backoff_seconds)) - 1])
    except OperationalError as error:
        if not is_unwritable(error):
            raise
        raise StoreUnwritable(in_words(error)) from error


def perform_patiently(
    store: Store,
    job_id: str,
    handlers: Mapping[JobKind, Handler],
    worker: str,
    pause_seconds: float = UNWRITABLE_SECONDS,
) -> None:
    """`perform`, once more after a pause for as long as nothing can be stored: a worker waits for room on its disk."""
    while True:
        try:
            return perform(store, job_id, handlers, worker)
        except StoreUnwritable as error:
            log.error("job %s waits: %s", job_id, error)
            time.sleep(pause_seconds)


def _try(context: JobHandle, handler: Handler) -> bool:
    """Do the job once; whether it failed and is still this worker's to try again."""
    try:
        handler(context)
    except JobCancelled:
        _end(context, JobState.CANCELLED)
    except JobTaken:
        log.warning("job %s is another worker's now", context.job_id)
    except Exception as error:
        # What a user can see to is told; a traceback is for whoever mends the program.
        log.error("job %s failed: %s", context.job_id, in_words(error), exc_info=None if is_told(error) else error)
        return _keep_error(context, error)
    else:
        _end(context, JobState.DONE)
    return False


def _begin(store: Store, job_id: str, worker: str) -> Job | None:
    """Count one more try and hand out the job, or None where nothing is left to do."""
    with store.writer() as session:
        job = session.get(Job, job_id)
        if job is None:
            raise UnknownJob(f"job {job_id} is not in this store: was it deleted?")
        if job.finished_at is not None:
            return None
        if job.tries < MAX_TRIES:
            job.tries += 1
            job.state, job.worker = JobState.RUNNING, worker
            job.started_at = job.started_at or now()
            return job
    with JobHandle(store, job_id, {}, None, job.worker) as context:
        _end(context, JobState.FAILED, job.error or "The worker died three times on this job.")
    return None


def _keep_error(context: JobHandle, error: Exception) -> bool:
    """Whether the job is still this worker's to try again."""
    with context.store.writer() as session:
        job = session.get(Job, context.job_id)
        if job is None or job.worker != context.worker:
            return False
        job.error = in_words(error)[:2000]
        return True


def _end(context: JobHandle, state: JobState, error: str = "") -> None:
    with context.store.writer() as session:
        job = session.get(Job, context.job_id)
        if job is None or job.worker != context.worker:
            return
        job.state, job.finished_at, job.deduplication_key = state, now(), None
        job.error = error
    context.event(state.value, error=error)
