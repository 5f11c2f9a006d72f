"""Errors of the job room.

JobError
├── JobCancelled     somebody asked the job to stop
├── JobTaken         another worker has taken the job over
├── IdentityTaken    another live worker has this worker's name
└── UnknownJob       a workflow names a job that the store does not hold
"""


class JobError(Exception):
    """Base of this room's errors."""


class JobCancelled(JobError):
    """Raised inside a handler when its job was cancelled; what is already stored stays."""


class JobTaken(JobError):
    """Raised inside a handler that was thought dead, for as long as its machine slept: the job is another's now."""


class IdentityTaken(JobError):
    """Two workers with one name would do each other's jobs, so the second does not start."""

    exit_code = 2


class UnknownJob(JobError):
    """The job's row is gone: deleted, or the queue belongs to another store."""
