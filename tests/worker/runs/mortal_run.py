"""A process that may be killed at any moment: it does one run of a store, as `tekhne run` would.

Run as `python mortal_run.py STORE_URL RUN_ID`. It imports what it needs, says "ready", and for each line that it reads
it forks a life: a process of its own that goes on with the run. A line may hold the seconds after which that life is
killed. When it has ended, its exit code is printed. Twenty lives so cost the imports once.
"""

import os
import signal
import sys
import threading
import time

import torch

from models import Job, Run, Store
from models.enums import JobKind
from settings import Settings
from worker.engines import local  # noqa: F401 - imported once, for every life
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.service import Service


def live(store_url: str, run_id: int) -> None:
    """Continue the run, to its end unless this process is killed."""
    torch.set_num_threads(1)
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


def main() -> None:
    store_url, run_id = sys.argv[1], int(sys.argv[2])
    assert threading.active_count() == 1, "a fork takes no thread along"
    print("ready", flush=True)
    for line in sys.stdin:
        life = os.fork()
        if life == 0:
            live(store_url, run_id)
            os._exit(0)
        if line.strip():
            time.sleep(float(line))
            # It was not waited for yet, so its process id is still its own even if it has ended.
            os.kill(life, signal.SIGKILL)
        _, status = os.waitpid(life, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
