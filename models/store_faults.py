"""What can be wrong with a store: a closed list of faults, the words for each, and the one place that tells them apart.

In: an exception of SQLAlchemy, of the operating system or of this package. Out: a `StoreFault`, or None where the store
is not at fault. Web process, worker and command line all ask here, so that they name a fault alike.
"""

import errno
import logging
import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from models.base import now
from models.errors import TekhneError

log = logging.getLogger("tekhne.store")


class StoreFileGone(sqlite3.OperationalError):
    """The file at the store's path is not the one that was opened, or none is there."""


class SchemaChanged(TekhneError, SQLAlchemyError):
    """Another version of Tekhne migrated the store while this process had it open."""


class StoreFault(Enum):
    """A fault: what is wrong, and what to do."""

    FULL = "The disk is full", "make room on it"
    LOCKED = (
        "Another program has locked the store",
        "close what holds it, such as a database browser or `tekhne compact`",
    )
    READ_ONLY = "The store cannot be written", "give Tekhne the right to write to the file and its folder"
    GONE = "The store's file is gone", "put the file back, or a backup of it with `tekhne restore`"
    SCHEMA = "Another version of Tekhne migrated the store", "stop Tekhne and start that version"
    NO_TABLES = "The store has no tables", "run `tekhne migrate`"
    DAMAGED = "The store's file is damaged", "put a backup in its place with `tekhne restore`"
    CROWDED = (
        "The database server has no connection left",
        "raise its `max_connections` (docs/scaling.md says how many Tekhne uses), or stop what holds them",
    )
    UNREACHABLE = "The store does not answer", "see to the disk or the server that TEKHNE_DB names"

    @property
    def what(self) -> str:
        return self.value[0]

    @property
    def remedy(self) -> str:
        return self.value[1]

    @property
    def advice(self) -> str:
        """The remedy, and what follows."""
        if self is StoreFault.SCHEMA:
            return f"{self.remedy}. Until then nothing is written."
        return f"{self.remedy}. What waits for it then goes on by itself."


# SQLite's names of errors, by their beginning; the first that fits.
_BY_SQLITE_NAME = (
    ("SQLITE_FULL", StoreFault.FULL),
    ("SQLITE_BUSY", StoreFault.LOCKED),
    ("SQLITE_LOCKED", StoreFault.LOCKED),
    ("SQLITE_READONLY_DBMOVED", StoreFault.GONE),
    ("SQLITE_READONLY", StoreFault.READ_ONLY),
    ("SQLITE_CANTOPEN", StoreFault.READ_ONLY),
    ("SQLITE_PERM", StoreFault.READ_ONLY),
    ("SQLITE_CORRUPT", StoreFault.DAMAGED),
    ("SQLITE_NOTADB", StoreFault.DAMAGED),
    ("SQLITE_IOERR", StoreFault.UNREACHABLE),
)
# Postgres' codes of errors, by their beginning.
_BY_SQLSTATE = (
    ("53100", StoreFault.FULL),
    ("53300", StoreFault.CROWDED),
    ("25006", StoreFault.READ_ONLY),
    ("42501", StoreFault.READ_ONLY),
    ("55P03", StoreFault.LOCKED),
    ("57014", StoreFault.LOCKED),
    ("40", StoreFault.LOCKED),
    ("3D000", StoreFault.GONE),
    ("42P01", StoreFault.NO_TABLES),
    ("XX00", StoreFault.DAMAGED),
)
_NO_CONNECTION = (
    "too many clients already",
    "too many connections for",
    "remaining connection slots are reserved",
)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def fault_of(error: BaseException) -> StoreFault | None:
    """What is wrong with the store, by the first error of a group; None for any other error."""
    first = first_of(error)
    if isinstance(first, SchemaChanged):
        return StoreFault.SCHEMA
    if isinstance(first, OSError) and first.errno in _FULL:
        return StoreFault.FULL
    original = first.orig if isinstance(first, DBAPIError) else first
    if isinstance(original, StoreFileGone):
        return StoreFault.GONE
    if isinstance(original, sqlite3.Error):
        return _fault_in_sqlite(original)
    if not isinstance(first, DBAPIError):
        return None
    state = str(getattr(original, "sqlstate", None) or "") or _state_in_words(original)
    known = next((fault for prefix, fault in _BY_SQLSTATE if state.startswith(prefix)), None)
    return known or (StoreFault.UNREACHABLE if isinstance(first, OperationalError) else None)


def _state_in_words(error: object) -> str:
    """Postgres' code of a connection that it refused: libpq gives its words only."""
    words = str(error)
    return "53300" if any(reason in words for reason in _NO_CONNECTION) else ""


def _fault_in_sqlite(error: sqlite3.Error) -> StoreFault | None:
    name: str = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_ERROR" and str(error).startswith("no such table"):
        return StoreFault.NO_TABLES
    return next((fault for prefix, fault in _BY_SQLITE_NAME if name.startswith(prefix)), None)


def first_of(error: BaseException) -> BaseException:
    """The first error of a group, however nested: the other tasks of a loop failed with it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def words_of(error: BaseException) -> str:
    """The database's or the system's own words, without the statement and its values."""
    first: Any = first_of(error)
    if isinstance(first, DBAPIError):
        first = first.orig
    if isinstance(first, OSError):
        return str(first.filename or first.strerror)
    return " ".join(str(first).split())


def waiting_sentence(fault: StoreFault, words: str) -> str:
    """For a page or a log: what is wrong, what to do, and that nothing else is needed."""
    return f"{fault.what} ({words}): {fault.advice}"


def command_sentence(fault: StoreFault, words: str) -> str:
    """For a command that ends with it."""
    return f"{fault.what} ({words}): {fault.remedy}, then start again. Everything done so far is kept."


@dataclass(frozen=True, kw_only=True)
class FaultNotice:
    """A fault that lasts."""

    fault: StoreFault
    words: str
    since: datetime

    @property
    def sentence(self) -> str:
        return waiting_sentence(self.fault, self.words)


class FaultRecord:
    """The store's present fault as the threads of one process meet it. It is logged when it begins and when it ends,
    not by each thread and at each try.

    Args:
        place: the store's URL without a password, for the words.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._current: FaultNotice | None = None

    @property
    def current(self) -> FaultNotice | None:
        return self._current

    def note(self, error: BaseException) -> bool:
        """Take down what the error says of the store; False where it says nothing of it."""
        fault = fault_of(error)
        with self._lock:
            if fault is None or (self._current is not None and self._current.fault is fault):
                return fault is not None
            words = words_of(error)
            if self._place not in words:
                words = f"{words}; {self._place}"
            self._current = FaultNotice(fault=fault, words=words, since=now())
            log.error("%s", self._current.sentence)
            return True

    def passed(self) -> None:
        """The store can be used."""
        if self._current is None:
            return
        with self._lock:
            ended, self._current = self._current, None
            if ended is not None:
                seconds = (now() - ended.since).total_seconds()
                log.warning("The store can be used again, after %.0f seconds: %s.", seconds, self._place)
