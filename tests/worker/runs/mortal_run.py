"""A process that may be killed at any moment: it does one run of a store, as `tekhne run` would.

Run as `python mortal_run.py STORE_URL RUN_ID`; it continues the run to its end unless it is killed.
"""

import os
import sys

import torch

from models import Job, Run, Store
from models.enums import JobKind
from settings import Settings
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.service import Service


def main() -> None:
    torch.set_num_threads(1)
    store_url, run_id = sys.argv[1], int(sys.argv[2])
    store = Store.open(store_url)
    job_id = f"run-{run_id}"
    with store.writer() as session:
        session.get_one(Run, run_id)
        job = session.get(Job, job_id)
        if job is None:
            job = Job(id=job_id, kind=JobKind.RUN, queue="bulk", payload={"run_id": run_id}, run_id=run_id)
            session.add(job)
        # As `tekhne run` does: starting it again by hand does not count earlier tries.
        job.tries = 0
    with Service(Settings(device="cpu", judge_cores=1), store) as service:
        perform(store, job_id, handlers_for(service), f"life-{os.getpid()}", backoff_seconds=(0.01,))
    store.close()


if __name__ == "__main__":
    main()
