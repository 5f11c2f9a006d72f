"""Errors of the job room.

JobError
├── JobCancelled     somebody asked the job to stop
├── JobTaken         another worker has taken the job over
├── StoreUnwritable  not even the job's own row can be written
├── IdentityTaken    another live worker has this worker's name
└── UnknownJob       a workflow names a job that the store does not hold
"""

from models.errors import TekhneError


class JobError(TekhneError):
    """Base of this room's errors."""


class JobCancelled(JobError):
    """Raised inside a handler when its job was cancelled; what is already stored stays."""


class JobTaken(JobError):
    """Raised inside a handler that was thought dead, for as long as its machine slept: the job is another's now."""


class StoreUnwritable(JobError):
    """How a job ended cannot be kept, for want of a disk or a server; nothing that was kept before is lost."""


class IdentityTaken(JobError):
    """Two workers with one name would do each other's jobs, so the second does not start."""


class UnknownJob(JobError):
    """The job's row is gone: deleted, or the queue belongs to another store."""
