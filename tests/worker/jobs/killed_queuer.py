"""A process that asks for a job and is killed between the job's row and its workflow.

Run as `python killed_queuer.py STORE_URL JOBS_URL`.
"""

import os
import signal
import sys

from app.actions.jobs import JobQueue
from models import Job, Store
from models.enums import JobKind


class KilledQueue(JobQueue):
    def _send(self, job: Job) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    KilledQueue(Store.open(sys.argv[1]), sys.argv[2]).enqueue(JobKind.RUN, {})
