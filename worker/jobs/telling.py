"""An error in one sentence, as it is kept with a job and its run.

In: whatever a handler raised. Out: words. A group of errors is told by its first; a store that cannot be used, by what
to do about it; our own errors are sentences already; anything else keeps its class, for whoever reports it.
"""

import errno

from sqlalchemy.exc import DBAPIError, OperationalError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def in_words(error: BaseException) -> str:
    first = first_of(error)
    if isinstance(first, OperationalError):
        return (
            f"The store cannot be written ({_said(first)}): see to its disk or its server, then start again. "
            f"Everything done so far is kept."
        )
    if isinstance(first, OSError) and first.errno in FULL:
        return (
            f"The disk is full ({first.filename or first.strerror}): make room, then start again. "
            f"Everything done so far is kept."
        )
    if isinstance(getattr(first, "exit_code", None), int):
        return str(first)
    return f"{type(first).__name__}: {_said(first) if isinstance(first, DBAPIError) else first}"


def first_of(error: BaseException) -> BaseException:
    """The first error of a group, or of a group in it; of the loop's many tasks the others fell with it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _said(error: DBAPIError) -> str:
    """The database's own words, without the statement and all its values."""
    return " ".join(str(error.orig).split())
