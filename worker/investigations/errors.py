"""Errors of investigations.

InvestigationError      stored with the investigation, in one sentence
├── RunElsewhere        another worker is doing the run of a step
├── UnknownSet          a step names a problem set that is not in the store
└── NotPerformedHere    nothing here performs the work of a step
"""

from models.errors import TekhneError


class InvestigationError(TekhneError):
    """Base of this room's errors."""


class RunElsewhere(InvestigationError):
    """Wait for it, or pause it, and start the investigation again."""


class UnknownSet(InvestigationError):
    """Import it, or mend its name."""


class NotPerformedHere(InvestigationError):
    """A worker of another version may."""
