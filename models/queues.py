"""What the web process and the workers agree on about jobs: queue names, the workflow's name, the pinned version."""

from models.enums import JobKind

INTERACTIVE = "interactive"
"""Somebody waits for it in a browser: it overtakes everything."""
BULK = "bulk"
QUEUES = (INTERACTIVE, BULK)

WORKFLOW = "tekhne.job"
"""The one workflow there is; its only argument is the job's id."""
APPLICATION = "tekhne"
APPLICATION_VERSION = "1"
"""Pinned: a queue must not drop its jobs because a source file changed. Raised when old jobs can no longer run."""


def queue_of(kind: JobKind) -> str:
    return INTERACTIVE if kind is JobKind.RERUN else BULK
