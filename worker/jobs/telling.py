"""An error in one sentence, as it is kept with a job and its run.

In: whatever a handler raised. Out: words. A group of errors is told by its first; a store that cannot be used, by what
to do about it; our own errors are sentences already; anything else keeps its class, for whoever reports it.
"""

import errno
from typing import TypeGuard

from sqlalchemy.exc import DBAPIError, OperationalError

from models.errors import TekhneError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
OF_THE_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_BUSY", "SQLITE_LOCKED")


def in_words(error: BaseException) -> str:
    first = first_of(error)
    if is_unwritable(first):
        return (
            f"The store cannot be written ({_said(first)}): see to its disk or its server, then start again. "
            f"Everything done so far is kept."
        )
    if isinstance(first, OSError) and first.errno in FULL:
        return (
            f"The disk is full ({first.filename or first.strerror}): make room, then start again. "
            f"Everything done so far is kept."
        )
    if isinstance(first, TekhneError):
        return str(first)
    return f"{type(first).__name__}: {_said(first) if isinstance(first, DBAPIError) else first}"


def is_told(error: BaseException) -> bool:
    """Whether the words alone tell a user what to do."""
    first = first_of(error)
    return (
        is_unwritable(first)
        or isinstance(first, TekhneError)
        or (isinstance(first, OSError) and first.errno in FULL)
    )


def is_unwritable(error: BaseException) -> TypeGuard[OperationalError]:
    """Whether a store's disk or server is at fault. SQLite says so by its code, and means much else by that class."""
    if not isinstance(error, OperationalError):
        return False
    code: str | None = getattr(error.orig, "sqlite_errorname", None)
    return code is None or code.startswith(OF_THE_DISK)


def first_of(error: BaseException) -> BaseException:
    """The first error of a group, or of a group in it; of the loop's many tasks the others fell with it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _said(error: DBAPIError) -> str:
    """The database's own words, without the statement and all its values."""
    return " ".join(str(error.orig).split())
