"""Errors of jobs, and any error as one sentence.

JobError
├── JobCancelled     a user asked the job to stop
├── JobPaused        the job cannot go on now: a server that it needs does not answer
├── JobTaken         another worker has taken the job over
├── JobInterrupted   this worker ends: the job goes on when it or another worker starts
├── StoreUnwritable  not even the job's own row can be written
├── IdentityTaken    another live worker has this worker's name
└── UnknownJob       a workflow names a job that the store does not hold

`error_sentence` turns whatever a handler raised into the words that are stored with a job and its run.
"""

import errno
from typing import TypeGuard

from sqlalchemy.exc import DBAPIError, OperationalError

from models.errors import TekhneError


class JobError(TekhneError):
    """Base of this room's errors."""


class JobCancelled(JobError):
    """Raised inside a handler when its job was cancelled; what is already stored stays."""


class JobPaused(JobError):
    """Raised inside a handler that waits for something outside; a user resumes the run when it is there again."""


class JobTaken(JobError):
    """Raised inside a handler whose worker was taken for dead, say while its machine slept: another has the job."""


class JobInterrupted(JobError):
    """Raised inside a handler whose worker ends. What was cut short is not stored, so that it is done again."""


class StoreUnwritable(JobError):
    """The end of a job cannot be stored, because a disk is full or a server is gone; nothing stored is lost."""


class IdentityTaken(JobError):
    """Two workers of one name would perform each other's jobs, so the second does not start."""


class UnknownJob(JobError):
    """The job was deleted, or the queue belongs to another store."""


FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
OF_THE_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_BUSY", "SQLITE_LOCKED")


def error_sentence(error: BaseException) -> str:
    """What is stored and shown: our own errors are sentences already; any other names its class, for a bug report."""
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


def is_self_explanatory(error: BaseException) -> bool:
    """Whether the sentence alone tells a user what to do."""
    first = first_of(error)
    return (
        is_unwritable(first)
        or isinstance(first, TekhneError)
        or (isinstance(first, OSError) and first.errno in FULL)
    )


def is_unwritable(error: BaseException) -> TypeGuard[OperationalError]:
    """Whether a store's disk or server is at fault. Of SQLite only some error codes of this class mean that."""
    if not isinstance(error, OperationalError):
        return False
    code: str | None = getattr(error.orig, "sqlite_errorname", None)
    return code is None or code.startswith(OF_THE_DISK)


def first_of(error: BaseException) -> BaseException:
    """The first error of a group, however nested: the other tasks of the loop failed with it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _said(error: DBAPIError) -> str:
    """The database's own words, without the statement and its values."""
    return " ".join(str(error.orig).split())
