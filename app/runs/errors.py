"""Errors of making and steering runs.

RunError                 exit code 2 on the command line, status 422 in the browser; one sentence for the user
├── SpecificationError   a field of a specification cannot be used
└── NotSteerable         the run is in a state in which that cannot be done
    └── NoSuchRun        there is no such run: status 404
"""

from models.errors import TekhneError


class RunError(TekhneError):
    """Said to the user as it stands; nothing was changed."""


class SpecificationError(RunError):
    """Names the field and what it may be."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NotSteerable(RunError):
    """The run's state does not allow what was asked."""


class NoSuchRun(NotSteerable):
    """No run has this number."""
