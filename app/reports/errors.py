"""Errors of reports, each one sentence for the user.

ReportError             what was asked for cannot be reported
├── BadResults          a file of results cannot be read; names file, line and field
├── NoSuchArm           a run has no arm of that name
└── NoSuchTable         there is no report table of that name
"""

from models.errors import TekhneError


class ReportError(TekhneError):
    """What was asked for cannot be reported."""


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


class NoSuchTable(ReportError):
    """There is no report table of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"There is no table {name!r}: choose one of {', '.join(known)}.")
