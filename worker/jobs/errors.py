"""Errors of jobs, and any error as one sentence.

JobError
├── JobStopped       the job stops where it is, and may keep what it has done until then
│   ├── JobCancelled     a user asked the job to stop, or to pause
│   ├── JobPaused        the job cannot go on now: a server that it needs does not answer
│   └── JobInterrupted   this worker ends: the job goes on when it or another worker starts
├── JobLeft          this worker lacks a model that the job needs, and another may have it
├── WorkerUnfit      this worker is not like the others that do the same run, and another may be
├── JobTaken         another worker has taken the job over
├── StoreUnusable    the store or a disk is at fault, so nothing can be stored
├── IdentityTaken    another live worker has this worker's name
└── UnknownJob       a workflow names a job that the store does not hold

`error_sentence` turns whatever a handler raised into the words that are stored with a job and its run.
"""

from sqlalchemy.exc import DBAPIError

from models.errors import MAY_PASS, TekhneError
from models.store_faults import command_sentence, fault_of, first_of, words_of


class JobError(TekhneError):
    """Base of this room's errors."""


class JobStopped(JobError):
    """Raised inside a handler that is to stop; before it ends it may store what it has done."""


class JobCancelled(JobStopped):
    """Raised inside a handler when its job was cancelled; what is already stored stays."""


class JobPaused(JobStopped):
    """Raised inside a handler that waits for something outside; a user resumes the run when it is there again."""


class JobTaken(JobError):
    """Raised inside a handler whose worker was taken for dead, say while its machine slept: another has the job."""


class JobLeft(JobError):
    """The job waits again; its workflow is to be put back into the queue."""


class WorkerUnfit(JobError):
    """Raised inside a handler that would not get the numbers of the run's other workers; the job is left to them."""


class JobInterrupted(JobStopped):
    """Raised inside a handler whose worker ends. What was cut short is not stored, so that it is done again."""


class StoreUnusable(JobError):
    """A disk is full, the store is locked, or the like (`models.store_faults`): the job waits, and has not failed."""


class IdentityTaken(JobError):
    """Two workers of one name would perform each other's jobs, so the second does not start."""

    exit_code = MAY_PASS


class UnknownJob(JobError):
    """The job was deleted, or the queue belongs to another store."""


def error_sentence(error: BaseException) -> str:
    """What is stored and shown: our own errors are sentences already; any other names its class, for a bug report."""
    first = first_of(error)
    fault = fault_of(first)
    if fault is not None:
        return command_sentence(fault, words_of(first))
    if isinstance(first, TekhneError):
        return str(first)
    return f"{type(first).__name__}: {words_of(first) if isinstance(first, DBAPIError) else first}"


def is_self_explanatory(error: BaseException) -> bool:
    """Whether the sentence alone tells a user what to do."""
    return fault_of(error) is not None or isinstance(first_of(error), TekhneError)
