"""Errors of doing runs.

RunError              kept with the run, in one sentence
├── UnknownRun        a job names a run that the store does not hold
├── NothingToRepair   a re-run names a draft that is not in the store
├── UnknownProblemSet imported results answer a problem set that the store does not hold
├── BadForeignResult  a line of somebody else's results cannot be read
└── BadArchive        the archive of a run cannot be read, or this store lacks what it refers to
"""

from pathlib import Path

from models.errors import TekhneError


class RunError(TekhneError):
    """Base of this room's errors; its text is shown on the run's page."""


class UnknownRun(RunError):
    """The run was deleted."""


class NothingToRepair(RunError):
    """The draft was deleted with its run."""


class UnknownProblemSet(RunError):
    """No set has that name."""


class BadForeignResult(RunError):
    """Names file, line and field; nothing of the file was imported."""

    def __init__(self, source: str, line: int, problem: str, *, unit: str = "line") -> None:
        super().__init__(f"{source}, {unit} {line}: {problem}; nothing was imported.")


class BadArchive(RunError):
    """Names file and line; nothing of the file was imported."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}; nothing was imported.")
