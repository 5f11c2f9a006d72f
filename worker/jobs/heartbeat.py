"""A worker slot saying that it is alive, and refusing a name that another live worker has."""

import logging
import os
import socket
import threading
from typing import Any
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from models import Store, WorkerHeartbeat
from models.base import now
from models.job import WORKER_SILENT_AFTER
from worker.jobs.errors import IdentityTaken
from worker.jobs.telling import in_words

BEAT_SECONDS = 2.0

log = logging.getLogger(__name__)


def default_worker_id() -> str:
    return f"{socket.gethostname()}-0"


class Heartbeat:
    """Beats in a thread of its own while open.

    Raises:
        IdentityTaken: another process beats under this name, and not long ago.
    """

    def __init__(self, store: Store, executor_id: str, details: dict[str, Any]) -> None:
        self.executor_id = executor_id
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
        with self._store.writer() as session:
            row = session.get(WorkerHeartbeat, self.executor_id)
            if row is not None and is_alive(row) and not _was_mine(row):
                raise IdentityTaken(
                    f"Another worker runs as {self.executor_id!r} (process {row.pid} on {row.host}): "
                    f"give this one a name of its own with TEKHNE_WORKER_ID."
                )
            session.merge(
                WorkerHeartbeat(
                    executor_id=self.executor_id,
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    instance=self._instance,
                    started_at=now(),
                    seen_at=now(),
                    details=self._details,
                )
            )

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._say_alive()
            except SQLAlchemyError as error:
                # A full disk or a lost database must not make this worker look dead for good.
                log.warning("the heartbeat could not be stored: %s", in_words(error))

    def _say_alive(self) -> None:
        with self._store.writer() as session:
            row = session.get(WorkerHeartbeat, self.executor_id)
            if row is not None and row.instance == self._instance:
                row.seen_at = now()


def is_alive(row: WorkerHeartbeat) -> bool:
    """On this host the process itself is asked, so that what a killed worker left goes on at once."""
    if row.host == socket.gethostname() and not _process_exists(row.pid):
        return False
    return now() - row.seen_at < WORKER_SILENT_AFTER


def _was_mine(row: WorkerHeartbeat) -> bool:
    """An earlier process that had the number of this one."""
    return row.host == socket.gethostname() and row.pid == os.getpid()


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
