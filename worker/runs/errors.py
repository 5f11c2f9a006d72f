"""Errors of doing runs.

RunError              kept with the run, in one sentence
├── UnknownRun        a job names a run that the store does not hold
├── ModelGone         a checkpoint of the run has no files any more
└── NothingToRepair   a re-run names a draft that is not in the store
"""


class RunError(Exception):
    """Base of this room's errors; its text is shown on the run's page."""

    exit_code = 2


class UnknownRun(RunError):
    """The run was deleted."""


class ModelGone(RunError):
    """Its folder was moved or deleted."""


class NothingToRepair(RunError):
    """The draft was deleted with its run."""
