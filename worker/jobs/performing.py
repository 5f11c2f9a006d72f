"""Performing one job: its states, its tries and its end.

Handlers are idempotent and run at least once, so a try after a crash simply starts the handler again. A job that fails
three times without progress stops; its last error is stored in one sentence.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import Job, Store, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState
from models.job import end_job, leave_job
from models.session import database_now
from models.store_faults import fault_of, first_of, waiting_sentence, words_of
from worker.jobs.errors import (
    JobCancelled,
    JobInterrupted,
    JobLeft,
    JobPaused,
    JobTaken,
    StoreUnusable,
    UnknownJob,
    WorkerUnfit,
    error_sentence,
    is_self_explanatory,
)
from worker.jobs.handle import JobHandle
from worker.jobs.workers import is_alive, other_workers
from worker.network.errors import ModelChanged, ModelGone

MAX_TRIES = 3
BACKOFF_SECONDS = (1.0, 4.0)
FAULT_PAUSE_SECONDS, LONGEST_FAULT_PAUSE_SECONDS = 1.0, 10.0

NOT_HERE = (ModelGone, ModelChanged, WorkerUnfit)
"""Errors of this machine, not of the job: the model's files, or the run's ruler, may be on another one."""

Handler = Callable[[JobHandle], None]
log = logging.getLogger(__name__)


def perform(
    store: Store,
    job_id: str,
    handlers: Mapping[JobKind, Handler],
    worker: str,
    backoff_seconds: Sequence[float] = BACKOFF_SECONDS,
    ending: threading.Event | None = None,
    *,
    counted: bool = True,
    leaves: bool = False,
) -> None:
    """Run the job to its end: done, cancelled, or failed after `MAX_TRIES` tries without progress.

    Args:
        backoff_seconds: the pause after the first, second, … failed try; the last value holds for every further one.
        ending: set when the worker ends.
        counted: whether the first try counts; it does not where a store's fault broke off the one before.
        leaves: whether a job whose model is not on this machine is left to another worker, if there is one.

    Raises:
        UnknownJob: the store holds no such job.
        JobLeft: the job is left to another worker.
        JobInterrupted: the worker ends; the job is to be performed again, and this try does not count.
        StoreUnusable: the store or a disk is at fault, which is no failure of the job: it is to be performed again.
    """
    ending = ending or threading.Event()
    try:
        while (job := _begin(store, job_id, worker, ending, counted=counted)) is not None:
            counted = True
            with JobHandle(store, job.id, job.payload, worker, ending) as handle:
                again = _try(handle, handlers[job.kind], leaves=leaves)
            if not again:
                return
            ending.wait(backoff_seconds[min(job.tries, len(backoff_seconds)) - 1])
    except Exception as error:
        if fault_of(error) is None:
            raise
        raise StoreUnusable(error_sentence(error)) from error


def perform_patiently(
    store: Store,
    job_id: str,
    handlers: Mapping[JobKind, Handler],
    worker: str,
    pause_seconds: float = FAULT_PAUSE_SECONDS,
    ending: threading.Event | None = None,
) -> None:
    """`perform`, repeated after a pause while the store or a disk is at fault: a worker waits until that has passed."""
    ending = ending or threading.Event()
    waits = 0
    while True:
        try:
            return perform(store, job_id, handlers, worker, ending=ending, counted=waits == 0, leaves=True)
        except StoreUnusable as error:
            if not waits:
                _tell_waiting(store, job_id, error.__cause__ or error)
            waits += 1
            ending.wait(min(pause_seconds * waits, LONGEST_FAULT_PAUSE_SECONDS))


def _tell_waiting(store: Store, job_id: str, cause: BaseException) -> None:
    """Log it; where the disk is not the store's, write it on the job's line. A store's own fault pages say anyway."""
    fault = fault_of(cause)
    if fault is None or not isinstance(first_of(cause), OSError):
        store.faults.note(cause)
        log.warning("job %s waits for the store", job_id[:8])
        return
    sentence = waiting_sentence(fault, words_of(cause))
    log.error("job %s waits: %s", job_id[:8], sentence)
    with suppress(SQLAlchemyError), store.writer() as session:
        job = session.get(Job, job_id)
        if job is not None:
            job.progress = {**job.progress, "stage": f"waiting: {sentence}"}


def _try(handle: JobHandle, handler: Handler, *, leaves: bool) -> bool:
    """Do the job once. True if it failed and is still this worker's to try again."""
    try:
        handler(handle)
    except JobCancelled:
        _end(handle, JobState.CANCELLED)
    except JobPaused as error:
        log.warning("job %s is paused: %s", handle.job_id, error)
        _end(handle, JobState.PAUSED, str(error))
    except JobTaken:
        log.warning("job %s stops: it is another worker's now, or was deleted", handle.job_id[:8])
    except JobInterrupted:
        _uncount_try(handle)
        raise
    except Exception as error:
        if fault_of(error) is not None:
            raise
        if not _exists(handle):
            # Its rows, or those of its run, were gone when it wrote.
            log.warning("job %s stops: it was deleted", handle.job_id[:8])
            return False
        if leaves and isinstance(first_of(error), NOT_HERE) and _leave(handle, error_sentence(error)):
            raise JobLeft(handle.job_id) from error
        # An error that its sentence explains needs no traceback; any other is a bug.
        trace = None if is_self_explanatory(error) else error
        log.error("job %s failed: %s", handle.job_id, error_sentence(error), exc_info=trace)
        return _keep_error(handle, error)
    else:
        _end(handle, JobState.DONE)
    return False


def _exists(handle: JobHandle) -> bool:
    with handle.store.reader() as session:
        return session.get(Job, handle.job_id) is not None


def _leave(handle: JobHandle, reason: str) -> bool:
    """Whether another worker may do the job; it then waits again."""
    with handle.store.writer() as session:
        job = session.get_one(Job, handle.job_id)
        if job.worker != handle.worker or job.cancel_requested or not other_workers(session, job, handle.worker):
            return False
        leave_job(session, job, reason)
    log.warning("job %s is left to another worker: %s", handle.job_id[:8], reason)
    return True


def _uncount_try(handle: JobHandle) -> None:
    """The job stays this worker's and running, as after a crash, but it is no crash: three restarts are no fault."""
    with handle.store.writer() as session:
        job = session.get(Job, handle.job_id)
        if job is not None and job.worker == handle.worker:
            job.tries = max(0, job.tries - 1)


def _begin(store: Store, job_id: str, worker: str, ending: threading.Event, *, counted: bool) -> Job | None:
    """The job, with one more try counted; None if nothing is left to do."""
    if ending.is_set():
        raise JobInterrupted(job_id)
    with store.writer() as session:
        # Locked, so that of two workers that take a job one sees what the other did.
        job = session.get(Job, job_id, with_for_update=True)
        if job is None:
            raise UnknownJob(f"job {job_id[:8]} is not in the store any more: nothing is left to do of it")
        if job.finished_at is not None or _is_held(session, job, worker):
            return None
        if job.tries < MAX_TRIES or not counted:
            job.tries += counted
            job.state, job.worker = JobState.RUNNING, worker
            job.started_at = job.started_at or now()
            if counted:
                log.info("job %s (%s%s) begins, try %d", job.id[:8], job.kind, _of_run(job), job.tries)
            return job
    with JobHandle(store, job_id, {}, job.worker) as handle:
        _end(handle, JobState.FAILED, job.error or "The worker died three times on this job.")
    return None


def _keep_error(handle: JobHandle, error: Exception) -> bool:
    """Store the error. True if the job is still this worker's to try again."""
    with handle.store.writer() as session:
        job = session.get(Job, handle.job_id)
        if job is None or job.worker != handle.worker:
            return False
        job.error = error_sentence(error)[:2000]
        return True


def _is_held(session: Session, job: Job, worker: str) -> bool:
    """Whether another worker does it and is alive: two sweeps may have put a job into the queue one after the other."""
    if job.state is not JobState.RUNNING or job.worker == worker:
        return False
    row = session.get(WorkerHeartbeat, job.worker)
    held = row is not None and is_alive(row, database_now(session))
    if held:
        log.warning("job %s is left to worker %s, which does it", job.id[:8], job.worker)
    return held


def _end(handle: JobHandle, state: JobState, error: str = "") -> None:
    with handle.store.writer() as session:
        job = session.get(Job, handle.job_id, with_for_update=True)
        if job is None or job.worker != handle.worker:
            # It was deleted, or is another worker's, which will say how it ended.
            return
        end_job(session, job, state, error)
        log.info("job %s (%s%s) is %s", job.id[:8], job.kind, _of_run(job), job.state)


def _of_run(job: Job) -> str:
    return f" of run {job.run_id}" if job.run_id is not None else ""
