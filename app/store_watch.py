"""Whether the store can be used: a thread of the web process looks every two seconds, so that pages can say what is
wrong while a worker, which meets the fault first, can tell nobody.

In: the store. Out: its `faults`. A file that was put back is taken up; one of another schema is not. While jobs are
unfinished it writes a few bytes, because only a write finds a full disk; otherwise it takes the write lock and lets go.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from models import Store
from models.session import VERSION_TABLE
from models.store_faults import StoreFileGone
from models.store_file import lost_file

LOOK_SECONDS = 2.0
PATIENCE_SECONDS = 3.0
"""How long a look waits for the write lock. Tekhne's own writers hold it for a tenth of a second."""
UNFINISHED = "SELECT 1 FROM job WHERE finished_at IS NULL LIMIT 1"
VERSION = f"SELECT version_num FROM {VERSION_TABLE}"

T = TypeVar("T")
log = logging.getLogger("tekhne.web")


class StoreWatch:
    """Looks in a thread while open.

    Args:
        writes: whether this process may write; a read-only dashboard may be served from a read-only disk.
        reopened: called after another file was taken for the store.
    """

    def __init__(
        self,
        store: Store,
        *,
        writes: bool,
        reopened: Callable[[], None],
        every_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store = store
        self._every_seconds = every_seconds
        self._writes = writes
        self._reopened = reopened
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-watch", daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Exception:
                # The next look may succeed. Without this thread no page would say that the store is at fault.
                log.exception("the store could not be looked at; the next look follows")
            self._stop.wait(self._every_seconds)

    def look(self) -> None:
        """Look once."""
        try:
            if self._store.engine.dialect.name == "sqlite":
                self._look_at_file(Path(str(self._store.engine.url.database)))
            else:
                self._look_at_server()
        except (SQLAlchemyError, sqlite3.Error) as error:
            if not self._store.faults.note(error):
                log.warning("the store could not be looked at: %s", error)
        else:
            self._store.faults.passed()

    def _look_at_file(self, file: Path) -> None:
        lost = lost_file(self._store.engine)
        if lost and not os.path.isfile(file):
            raise StoreFileGone(lost)
        # A connection of its own, which waits less long and sees the file that is there now.
        address = f"{file.absolute().as_uri()}?mode={'rw' if self._writes else 'ro'}"
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)) as opened:
            self._store.check_schema(*(opened.execute(VERSION).fetchone() or ("",)))
            if lost:
                self._store.reopen()
                self._reopened()
            if not self._writes:
                return
            opened.execute("PRAGMA synchronous = NORMAL")
            works = opened.execute(UNFINISHED).fetchone() is not None
            opened.execute("BEGIN IMMEDIATE")
            if works:
                # Nobody reads this number; setting it writes one page.
                opened.execute("PRAGMA user_version = 0")
            opened.execute("COMMIT" if works else "ROLLBACK")

    def _look_at_server(self) -> None:
        with self._store.engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(PATIENCE_SECONDS * 1000)}")
            self._store.check_schema(connection.exec_driver_sql(VERSION).scalar() or "")
            if self._writes and connection.exec_driver_sql(UNFINISHED).fetchone() is not None:
                connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = version_num")


def unless_at_fault(store: Store, look: Callable[[], T]) -> T | None:
    """What `look` finds; None while the store is at fault, which is noted, and while all connections are in use."""
    try:
        return look()
    except NoConnection:
        return None
    except SQLAlchemyError as error:
        if not store.faults.note(error):
            raise
        return None
