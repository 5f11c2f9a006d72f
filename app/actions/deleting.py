"""Deleting runs: nobody sees a deleted run from that moment on; its rows go in small batches, so that others can write.

`delete_run` only marks; a `Remover` does the work in a thread of the web process. A process that ends in between
leaves nothing wrong: the next one goes on.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from app.actions.errors import NotAllowed
from app.actions.runs import ACTIVE, find_run
from models import (
    Attempt,
    FailureCount,
    Job,
    JobEvent,
    Reflection,
    Review,
    Revision,
    Run,
    RunProblem,
    RunProblemCount,
    Store,
)
from models.enums import RunState
from models.session import SEES_DELETED

BATCH_SECONDS = 0.1
"""How long one batch is to hold the write lock."""
PAUSE_SECONDS = 0.11
"""SQLite's waiting writers look for the lock every 100 ms at the latest: a shorter pause could pass unnoticed."""
FIRST_BATCH, SMALLEST_BATCH, LARGEST_BATCH = 500, 2_000, 50_000
"""Rows of a batch. 2,000 take about 50 ms of computing: where they take longer, something else keeps the machine busy,
and smaller batches would not end sooner, only be more."""
RETRY_SECONDS = 5.0

log = logging.getLogger(__name__)


def delete_run(store: Store, run_id: int) -> None:
    """Delete a run that is not active, with all its results and re-runs. It cannot be seen any more; rows go later."""
    with store.writer() as session:
        run = find_run(session, run_id)
        if run.state in ACTIVE:
            raise NotAllowed(f"Run {run_id} is {run.state}: pause or cancel it before deleting it.")
        reruns = session.scalars(select(Run).where(Run.parent_id == run_id)).all()
        if any(rerun.state in ACTIVE for rerun in reruns):
            raise NotAllowed(f"Run {run_id} has an active re-run: cancel it before deleting the run.")
        for one in (run, *reruns):
            one.state = RunState.DELETING


def remove_deleted(store: Store, stopped: Callable[[], bool] = lambda: False) -> int:
    """Remove the rows of all deleted runs; how many runs are gone."""
    gone = 0
    with store.reader() as session:
        # The re-runs of a run have higher numbers than it, and their rows name its drafts.
        deleted = select(Run.id).where(Run.state == RunState.DELETING).order_by(Run.id.desc())
        ids = session.scalars(deleted, execution_options={SEES_DELETED: True}).all()
    for run_id in ids:
        for key, mine in _parts(run_id):
            _remove(store, key, mine, stopped)
        if stopped():
            break
        with store.writer() as session:
            session.execute(delete(Run).where(Run.id == run_id))
        gone += 1
    return gone


def _parts(run_id: int) -> Iterator[tuple[InstrumentedAttribute[int], ColumnElement[bool]]]:
    """What belongs to a run, rows before those that they refer to: the column to cut batches by, and which rows."""
    yield JobEvent.id, JobEvent.job_id.in_(select(Job.id).where(Job.run_id == run_id))
    for table in (Review, Revision, Reflection, Attempt):
        yield table.id, table.run_id == run_id
    yield RunProblemCount.problem_id, RunProblemCount.run_id == run_id
    yield FailureCount.problem_id, FailureCount.run_id == run_id
    yield RunProblem.problem_id, RunProblem.run_id == run_id


def _remove(
    store: Store, key: InstrumentedAttribute[int], mine: ColumnElement[bool], stopped: Callable[[], bool]
) -> None:
    rows = FIRST_BATCH
    while not stopped():
        with store.writer() as session:
            session.connection()
            began = time.monotonic()
            batch = delete(key.class_).where(mine, key.in_(select(key).where(mine).limit(rows)))
            removed: CursorResult[Any] = session.execute(batch)  # type: ignore[assignment]  # a DELETE has this one
        if removed.rowcount == 0:
            return
        rows = next_batch(rows, time.monotonic() - began)
        time.sleep(PAUSE_SECONDS)


def next_batch(rows: int, seconds: float) -> int:
    """How many rows to remove after a batch of `rows` that took so long."""
    fitting = rows * BATCH_SECONDS / max(seconds, 0.001)
    return int(min(max(fitting, rows / 2, SMALLEST_BATCH), rows * 2, LARGEST_BATCH))


class Remover:
    """Removes deleted runs in a thread while open, beginning with those that an earlier process left."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="deleting", daemon=True)

    def open(self) -> None:
        self._asked.set()
        self._thread.start()

    def ask(self) -> None:
        """A run was deleted."""
        self._asked.set()

    def close(self) -> None:
        self._closed = True
        self._asked.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._asked.wait() and not self._closed:
            self._asked.clear()
            try:
                remove_deleted(self._store, lambda: self._closed)
            except Exception as error:
                # The next try may succeed: a lost store must not end this thread.
                if not self._store.faults.note(error):
                    known = isinstance(error, SQLAlchemyError)
                    words = str(error.__cause__ or error).strip()
                    log.warning(
                        "deleted runs could not be removed yet: %s", words, exc_info=None if known else error
                    )
                time.sleep(RETRY_SECONDS)
                self._asked.set()
