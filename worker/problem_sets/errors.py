"""Errors of problem sets; each message says what, where and what to do.

ProblemSetError
├── SourceError         a file, a name or the hub cannot be read
├── RowError            one row is not a problem: carries the line number
├── UnknownTask         the set has no problem of that name
└── OwnProblemError     a folder of the project's own problems breaks its form
"""

from models.errors import TekhneError


class ProblemSetError(TekhneError):
    """A problem set cannot be had; the message is one sentence for the person who asked."""


class SourceError(ProblemSetError):
    """Nothing readable is there."""


class RowError(ProblemSetError):
    """Line `line` of `where` is not a problem."""

    def __init__(self, where: str, line: int, reason: str) -> None:
        super().__init__(f"{where}, line {line}: {reason}")
        self.line = line
        self.reason = reason


class UnknownTask(ProblemSetError):
    """The set has no problem under that task id."""


class OwnProblemError(ProblemSetError):
    """A problem folder is not as the guide to the project's own problems says."""
