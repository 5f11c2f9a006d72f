"""Which workers are alive, and what happens to the jobs of those that are not.

A `Heartbeat` says that its worker is alive and refuses a name that another live worker has. A `Reaper` puts back into
the queue every running job whose worker is silent, and every queued row whose workflow may never have been written.
Both are safe to repeat: a workflow has its job's id, and a job's results have unique keys.

Times are the database's, which all hosts share. Its clock may jump as well, so whoever looks silent is watched for as
long as two beats before anything of his is taken.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Job, Store, WorkerHeartbeat
from models.enums import JobState
from models.job import REFUSED, ROLES, WORKER_SILENT_AFTER, left_by, roles_of
from models.session import database_now
from worker.jobs.errors import IdentityTaken, error_sentence

BEAT_SECONDS = 2.0
PROCESSES = "processes"
"""In a worker's details: where its process number means something."""
WATCHED_BEATS = 2.5
"""How many beats a worker that looks silent is watched for."""

log = logging.getLogger(__name__)


def default_worker_id() -> str:
    return f"{socket.gethostname()}-0"


class Heartbeat:
    """Stores a beat every two seconds, in a thread of its own, while open.

    Raises:
        IdentityTaken: another process beat under this name a moment ago.
    """

    def __init__(
        self, store: Store, executor_id: str, details: dict[str, Any], wait: Callable[[float], object] = time.sleep
    ) -> None:
        self.executor_id = executor_id
        self._wait = wait
        self._store = store
        self._details = details
        self._instance = uuid4().hex
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._claim()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        with self._store.writer() as session:
            row = session.get(WorkerHeartbeat, self.executor_id)
            if row is not None and row.instance == self._instance:
                session.delete(row)

    def _claim(self) -> None:
        beating = beating_workers(self._store, [self.executor_id], self._wait)
        with self._store.writer() as session:
            row = session.get(WorkerHeartbeat, self.executor_id)
            moment = database_now(session)
            alive = row is not None and (is_alive(row, moment) or self.executor_id in beating)
            if row is None or not alive or _was_mine(row):
                session.merge(self._row(moment))
                return
            # For the pages: nobody may be looking at this process's output.
            who = f"process {os.getpid()} on {socket.gethostname()}"
            row.details = {**row.details, REFUSED: {"who": who, "at": moment.isoformat()}}
        raise IdentityTaken(
            f"Another worker runs as {self.executor_id!r} (process {row.pid} on {row.host}): "
            f"give this one a name of its own with TEKHNE_WORKER_ID."
        )

    def _row(self, moment: datetime) -> WorkerHeartbeat:
        return WorkerHeartbeat(
            executor_id=self.executor_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            instance=self._instance,
            started_at=moment,
            seen_at=moment,
            details={**self._details, PROCESSES: process_space()},
        )

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._say_alive()
            except Exception as error:
                # The next beat may succeed: a full disk or a lost database must not end the heartbeat.
                if not self._store.faults.note(error):
                    log.warning("the heartbeat could not be stored: %s", error_sentence(error))
            else:
                self._store.faults.passed()

    def _say_alive(self) -> None:
        with self._store.writer() as session:
            row = session.get(WorkerHeartbeat, self.executor_id)
            if row is None:
                # Forgotten as long gone, after a clock had jumped.
                session.add(self._row(database_now(session)))
            elif row.instance == self._instance:
                row.seen_at = database_now(session)


def is_alive(row: WorkerHeartbeat, moment: datetime) -> bool:
    """Whether it beat lately, `moment` being the database's time, and its process may exist."""
    return not _is_gone(row) and moment - row.seen_at < WORKER_SILENT_AFTER


def _is_gone(row: WorkerHeartbeat) -> bool:
    """On this host the process itself is looked up, so that the jobs of a killed worker are taken over at once."""
    return _is_here(row) and not _process_exists(row.pid)


def _is_here(row: WorkerHeartbeat) -> bool:
    """Whether the row's process number means a process of ours: containers may share the name of their host."""
    here = process_space()
    return row.host == socket.gethostname() and row.details.get(PROCESSES, here) == here


def process_space() -> str:
    """What tells apart the machines and containers in which processes are numbered; empty where nothing does."""
    try:
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def beating_workers(
    store: Store, names: Collection[str], wait: Callable[[float], object] = time.sleep
) -> frozenset[str]:
    """Those of the workers that look silent by the clock and beat all the same, because the clock jumped.

    It watches for some seconds where one of them may be alive.
    """
    before = _silent(store, names)
    if not before:
        return frozenset()
    wait(WATCHED_BEATS * BEAT_SECONDS)
    with store.reader() as session:
        rows = [session.get(WorkerHeartbeat, name) for name in before]
    return frozenset(
        row.executor_id for row in rows if row and (row.instance, row.seen_at) != before[row.executor_id]
    )


def _silent(store: Store, names: Collection[str]) -> dict[str, tuple[str, datetime]]:
    """What the last beat was of those that look silent and may be alive."""
    with store.reader() as session:
        moment = database_now(session)
        rows = session.scalars(select(WorkerHeartbeat).where(WorkerHeartbeat.executor_id.in_(names))).all()
    return {
        row.executor_id: (row.instance, row.seen_at)
        for row in rows
        if not is_alive(row, moment) and not _is_gone(row)
    }


def _was_mine(row: WorkerHeartbeat) -> bool:
    """Whether the row is of an earlier process with this one's number."""
    return _is_here(row) and row.pid == os.getpid()


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


SWEEP_SECONDS = 3.0
FORGOTTEN_AFTER = timedelta(seconds=30)
"""How long a queued row may lack a workflow before it is enqueued again."""
FORGET_AT_ONCE = 200
"""Jobs forgotten in one sweep; the next one goes on."""


class Workflows(Protocol):
    """What the reaper needs of the queue."""

    def requeue(self, job_id: str) -> None:
        """Put a job back into the queue."""

    def lost(self, job_ids: Sequence[str], living: Collection[str]) -> list[str]:
        """Those queued jobs that no worker will begin; all in one look, because a run may have hundreds of shards."""

    def forget(self, job_ids: Sequence[str]) -> None:
        """Drop the workflows of finished jobs."""


class Reaper:
    """Sweeps in a thread while open.

    Args:
        worker: whose reaper this is. It never takes its own worker for dead: after the machine slept, it may look
            before that worker has had time to beat.
    """

    def __init__(
        self,
        store: Store,
        worker: str,
        queue: Workflows,
        retention_days: int,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._store = store
        self._worker = worker
        self._queue = queue
        self._retention = timedelta(days=retention_days)
        self._stop = threading.Event()
        self._wait = wait or self._stop.wait
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
            except Exception as error:
                # The next sweep may succeed: a full disk or a lost database must not end the reaper.
                if not self._store.faults.note(error):
                    log.exception("the reaper's sweep failed; it goes on")

    def sweep(self) -> list[str]:
        """Requeue abandoned jobs and delete what is past retention; returns the requeued ids."""
        abandoned = self._abandoned()
        for job_id in abandoned:
            self._queue.requeue(job_id)
        self._forget()
        return abandoned

    def _forget(self) -> None:
        """Delete what is past retention: jobs with their events and workflows, and workers that never came back."""
        with self._store.reader() as session:
            past = database_now(session) - self._retention
            old = session.scalars(select(Job.id).where(Job.finished_at < past).limit(FORGET_AT_ONCE)).all()
            gone = session.scalars(select(WorkerHeartbeat.executor_id).where(WorkerHeartbeat.seen_at < past)).all()
        if not old and not gone:
            return
        gone = [*set(gone) - beating_workers(self._store, gone, self._wait)]
        # The queue first: a row without a workflow is found by the next sweep, a workflow without its row never is.
        self._queue.forget(old)
        with self._store.writer() as session:
            session.execute(delete(Job).where(Job.id.in_(old)))
            session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.executor_id.in_(gone)))

    def _abandoned(self) -> list[str]:
        with self._store.reader() as session:
            alive = [*living_workers(session), self._worker]
            running = select(Job.id, Job.worker).where(Job.state == JobState.RUNNING, Job.worker.not_in(alive))
            left = [(row.id, row.worker) for row in session.execute(running)]
            since = database_now(session) - FORGOTTEN_AFTER
            forgotten = select(Job.id).where(Job.state == JobState.QUEUED, Job.created_at < since, Job.tries == 0)
            queued = session.scalars(forgotten).all()
        beating = beating_workers(self._store, {worker for _, worker in left}, self._wait)
        lost = self._queue.lost(queued, {*alive, *beating})
        return [*(job for job, worker in left if worker not in beating), *lost]


def living_workers(session: Session) -> list[str]:
    """Names of the workers that beat lately and whose process, if it is on this host, exists."""
    moment = database_now(session)
    return [row.executor_id for row in session.scalars(select(WorkerHeartbeat)) if is_alive(row, moment)]


def other_workers(session: Session, job: Job, worker: str) -> list[str]:
    """The living workers beside `worker` that may do the job: they have its roles, and have not left it."""
    moment, left = database_now(session), left_by(session, job.id)
    rows = session.scalars(select(WorkerHeartbeat).where(WorkerHeartbeat.executor_id != worker))
    able = [row for row in rows if is_alive(row, moment) and ROLES[job.kind] <= set(roles_of(row))]
    return [row.executor_id for row in able if row.executor_id not in left]
