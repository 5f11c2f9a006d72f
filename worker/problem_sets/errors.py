"""Errors of problem sets; each message says what is wrong, where, and what to do.

ProblemSetError
├── SourceError         a file, a name or the hub cannot be read
├── RowError            one row is not a problem: carries the line number
├── UnknownTask         the set has no problem of that name
├── CannotSplit         the set cannot be split in this way
├── HeldOut             it would be trained on, and is held out
└── OwnProblemError     a folder of the project's own problems is malformed
"""

from models.errors import TekhneError


class ProblemSetError(TekhneError):
    """A problem set cannot be read."""


class SourceError(ProblemSetError):
    """Nothing readable is there."""


class RowError(ProblemSetError):
    """Line `line` of `where` is not a problem; in a table or a JSON array it is a row."""

    def __init__(self, where: str, line: int, reason: str, *, unit: str = "line") -> None:
        super().__init__(f"{where}, {unit} {line}: {reason}")
        self.line = line
        self.reason = reason


class UnknownTask(ProblemSetError):
    """The set has no problem under that task id."""


class OwnProblemError(ProblemSetError):
    """A problem folder is not laid out as the guide to the project's own problems says."""


class CannotSplit(ProblemSetError):
    """The set is a slice, too small, or split in another way already."""


class HeldOut(ProblemSetError):
    """A problem of a held-out slice would be read by a training."""
