"""Errors of reading files that hold runs. Nothing of such a file is imported.

ArchiveError
├── BadArchive         the archive of a run cannot be read, or this store lacks what it refers to
├── BadForeignResult   a result of another harness cannot be read
├── UnknownProblemSet  imported results answer a problem set that the store does not hold
└── NothingToPack      the run to be archived is not in the store
"""

from pathlib import Path

from models.errors import TekhneError


class ArchiveError(TekhneError):
    """Base of this room's errors."""


class BadArchive(ArchiveError):
    """Names file and line."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}; nothing was imported.")


class BadForeignResult(ArchiveError):
    """Names file, line and field."""

    def __init__(self, source: str, line: int, problem: str, *, unit: str = "line") -> None:
        super().__init__(f"{source}, {unit} {line}: {problem}; nothing was imported.")


class UnknownProblemSet(ArchiveError):
    """No problem set has that name."""


class NothingToPack(ArchiveError):
    """No run has that number, or it is a re-run."""
