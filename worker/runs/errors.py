"""Errors of doing runs.

RunJobError           stored with the run, in one sentence
├── UnknownRun        a job names a run that the store does not hold
└── NothingToRepair   a re-run names a draft that is not in the store
"""

from models.errors import TekhneError

DRAFT_GONE = "The draft that should be repaired is not in the store any more."


class RunJobError(TekhneError):
    """Base of this room's errors; its text is shown on the run's page."""


class UnknownRun(RunJobError):
    """The run was deleted."""


class NothingToRepair(RunJobError):
    """The draft was deleted with its run."""
