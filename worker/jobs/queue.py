"""The worker's side of DBOS: launching it, its one workflow, and putting abandoned jobs back.

DBOS holds the queue and resumes workflows after a crash; it knows nothing of what a job does or shows. The queue is
a file of its own beside SQLite, and a schema of its own in Postgres.
"""

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dbos import DBOS, DBOSConfig, _serialization
from sqlalchemy import select

from models import Job, Store
from models.enums import JobKind, JobState, WorkerRole
from models.job import (
    APPLICATION,
    APPLICATION_VERSION,
    BULK,
    INTERACTIVE,
    LONG,
    ROLES,
    SHARDS,
    WORKFLOW,
    left_by,
    queues_for,
    role_queue,
)
from models.queue_rows import json_serializer
from models.session import open_jobs_engine
from models.store_file import lost_file
from worker.jobs.errors import JobInterrupted, JobLeft, UnknownJob
from worker.jobs.performing import Handler, perform_patiently
from worker.jobs.workers import other_workers

AT_ONCE = {INTERACTIVE: 2, SHARDS: 2}
"""Jobs of a queue that one worker performs at once, where that is not 1. A bulk job fills the device: a second would
only share it. The last samples of a shard do not, so the next one begins beside it."""
POLL_SECONDS = {INTERACTIVE: 0.2, BULK: 0.2, LONG: 1.0, SHARDS: 0.5}
"""Between two looks at a queue: each is three statements, also of a worker that has nothing to do."""
SELDOM_SECONDS = 2.0
"""The same of a queue of jobs that others handed on, which is empty where all workers have all roles."""
LEFT_SECONDS = 2.0
"""How long a job that a worker left to others is in no queue: the worker itself would take it again at once."""
OVER = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
"""States of a workflow that DBOS does not perform again."""
TAKEN = "PENDING"
"""State of a workflow that a worker has taken from its queue."""
IDS_AT_ONCE = 500

log = logging.getLogger(__name__)


class _WorkflowLeft(BaseException):
    """Ends a workflow's thread without an outcome: DBOS records one for every `Exception`, and the job is not over."""


class WorkerQueue:
    """DBOS while open, with the handlers of this worker. One a process, because DBOS is global to a process.

    Args:
        roles: of this worker. It listens to the queues that hold jobs of its roles; a job there that needs others is
            handed on.
    """

    def __init__(
        self,
        store: Store,
        jobs_url: str,
        executor_id: str,
        handlers: Mapping[JobKind, Handler],
        roles: Collection[WorkerRole] = tuple(WorkerRole),
    ) -> None:
        self._store = store
        self._engine = open_jobs_engine(jobs_url)
        self._executor_id = executor_id
        self._handlers = handlers
        self._roles = frozenset(roles)
        self._ending = threading.Event()
        self._at_work = 0
        self._changed = threading.Condition()

    def __enter__(self) -> "WorkerQueue":
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": self._engine,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._executor_id,
            "serializer": json_serializer(_serialization),
            "log_level": "WARNING",
            "use_listen_notify": False,
        }
        DBOS(config=config)
        # `perform` counts tries and can tell progress from a crash loop; DBOS must not give up before it does.
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(self._workflow())
        queues = queues_for(self._roles)
        DBOS.listen_queues(queues)
        DBOS.launch()
        for name in queues:
            DBOS.register_queue(
                name,
                worker_concurrency=AT_ONCE.get(name, 1),
                polling_interval_sec=POLL_SECONDS.get(name, SELDOM_SECONDS),
                on_conflict="always_update",
            )
        self._take_up_own()
        return self

    def __exit__(self, *_: object) -> None:
        DBOS.destroy(destroy_registry=True)
        self._engine.dispose()

    def end_jobs(self, seconds: float) -> bool:
        """Ask the jobs to stop where they are, and wait for that. False if one has not stopped in time.

        They stay this worker's: it goes on with them when it starts again, and another worker takes them over when
        this one's heartbeat has ended.
        """
        self._ending.set()
        with self._changed:
            return self._changed.wait_for(lambda: self._at_work == 0, seconds)

    def lost_file(self) -> str:
        """Why the queue's file is not the one that was opened, in words; empty while it is."""
        return lost_file(self._engine)

    def requeue(self, job_id: str) -> None:
        """Make sure that the job has a workflow, and put the workflow of a dead worker's job back into the queue."""
        with self._store.reader() as session:
            job = session.get(Job, job_id)
        if job is None:
            return
        is_left = _enqueue_again(job)
        if job.state is JobState.RUNNING:
            log.warning("job %s was left by worker %s; it is queued again", job_id, job.worker)
        if job.state is JobState.RUNNING or is_left:
            DBOS.resume_workflow(job_id, queue_name=job.queue)

    def lost(self, job_ids: Sequence[str], living: Collection[str]) -> list[str]:
        """Those queued jobs that no worker will begin: the queue has no workflow of them, or a worker that is not among
        `living` took it and died before it began."""
        lost = []
        for start in range(0, len(job_ids), IDS_AT_ONCE):
            some = list(job_ids[start : start + IDS_AT_ONCE])
            found = DBOS.list_workflows(workflow_ids=some, load_input=False, load_output=False)
            coming = {
                one.workflow_id
                for one in found
                if one.status not in OVER and not (one.status == TAKEN and one.executor_id not in living)
            }
            lost += [job_id for job_id in some if job_id not in coming]
        return lost

    def _take_up_own(self) -> None:
        """Jobs that this worker left running and of which the queue knows nothing, because one of the two databases
        was restored or lost. DBOS goes on with the others by itself."""
        with self._store.reader() as session:
            left = select(Job).where(Job.state == JobState.RUNNING, Job.worker == self._executor_id)
            jobs = session.scalars(left).all()
        for job in jobs:
            _enqueue_again(job)

    def forget(self, job_ids: Sequence[str]) -> None:
        """Drop the workflows of finished jobs; a job that the command line performed itself has none."""
        if job_ids:
            DBOS.delete_workflows(list(job_ids))

    def _workflow(self) -> Callable[[str], None]:
        # A plain function: DBOS sets attributes on what it registers, which a bound method does not allow.
        def do(job_id: str) -> None:
            self._count_at_work(+1)
            try:
                if self._hands_on(job_id) or self._has_left(job_id):
                    raise _WorkflowLeft
                perform_patiently(self._store, job_id, self._handlers, self._executor_id, ending=self._ending)
            except JobInterrupted as error:
                raise _WorkflowLeft from error
            except JobLeft as error:
                self._put_back(job_id)
                raise _WorkflowLeft from error
            except UnknownJob as error:
                # The workflow ends here and is not tried again; DBOS would log a traceback.
                log.warning("%s", error)
            finally:
                self._count_at_work(-1)

        return do

    def _hands_on(self, job_id: str) -> bool:
        """Whether the job needs roles that this worker lacks; it then waits where only those listen that have them."""
        with self._store.writer() as session:
            job = session.get(Job, job_id)
            if job is None or job.finished_at is not None or ROLES[job.kind] <= self._roles:
                return False
            job.queue = queue = role_queue(job.kind)
        _outside_workflow(lambda: DBOS.resume_workflow(job_id, queue_name=queue))
        return True

    def _has_left(self, job_id: str) -> bool:
        """Whether this worker left the job to others, one of which may still do it; it then waits for them."""
        with self._store.reader() as session:
            job = session.get(Job, job_id)
            left = job is not None and job.finished_at is None and self._executor_id in left_by(session, job_id)
            if job is None or not left or not other_workers(session, job, self._executor_id):
                return False
        self._put_back(job_id)
        return True

    def _put_back(self, job_id: str) -> None:
        """Into its queue, for whichever worker looks there after a while."""
        with self._store.reader() as session:
            job = session.get(Job, job_id)

        def put() -> None:
            DBOS.delete_workflows([job_id])
            if job is not None:
                enqueue(job, delay_seconds=LEFT_SECONDS)

        _outside_workflow(put)

    def _count_at_work(self, change: int) -> None:
        with self._changed:
            self._at_work += change
            self._changed.notify_all()


def _enqueue_again(job: Job) -> bool:
    """Create the job's workflow unless there is one that is not over; whether that one was taken by a worker."""
    known = DBOS.get_workflow_status(job.id)
    if known is not None and known.status in OVER:
        # It ended, and the store was restored to a time before that.
        DBOS.delete_workflows([job.id])
    # If a workflow has this id already, nothing changes.
    enqueue(job)
    return known is not None and known.status == TAKEN


def enqueue(job: Job, **more: Any) -> None:
    """Create the workflow of a job row from inside a worker; `more` are options of DBOS."""
    options: Any = {
        "workflow_name": WORKFLOW,
        "queue_name": job.queue,
        "workflow_id": job.id,
        "app_version": APPLICATION_VERSION,
        **more,
    }
    DBOS.enqueue_workflow_with_options(options, job.id)


def send(jobs: Sequence[Job]) -> None:
    """Create the workflows of jobs from inside another job."""

    def enqueue_all() -> None:
        for job in jobs:
            enqueue(job)

    _outside_workflow(enqueue_all)


def _outside_workflow(do: Callable[[], object]) -> None:
    """In a thread of its own: DBOS takes what a workflow's thread asks of it for a step, and does that only once. A
    second try, which asks for something else, would be handed what the first one got."""
    with ThreadPoolExecutor(1, thread_name_prefix="queue") as thread:
        thread.submit(do).result()
