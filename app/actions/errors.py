"""Errors of actions; nothing was changed.

ActionError              one sentence for the user; status 422 in the browser
├── NotAllowed           the state of the run or the transcript does not allow what was asked
└── NoSuchRow            there is no such run, checkpoint or transcript: status 404

A field of a specification that cannot be used is a `models.specification.SpecificationError`, 422 as well.
"""

from models.errors import TekhneError


class ActionError(TekhneError):
    """Base of this room's errors."""


class NotAllowed(ActionError):
    """The present state does not allow what was asked."""


class NoSuchRow(ActionError):
    """The store has no row of that number."""
