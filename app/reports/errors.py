"""Errors of reports, each one sentence for the person who asked.

ReportError             exit code 2: what was asked cannot be reported
├── BadResults          a file of results cannot be read; names file, line and field
└── NoSuchArm           a run has no arm of that name
"""

from models.errors import TekhneError


class ReportError(TekhneError):
    """Said to the user as it stands."""


class BadResults(ReportError):
    """A file of results cannot be read as what it should be."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}, line {line}: {problem}")
        self.line = line


class NoSuchArm(ReportError):
    """The run has no arm of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        arms = ", ".join(known) or "none"
        super().__init__(f"There is no arm {name!r} in this run; its arms are: {arms}.")
