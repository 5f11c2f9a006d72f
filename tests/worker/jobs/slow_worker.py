"""A worker process for the tests of the queue: its one job counts to ten, a number at a time, in the store.

Run as `python slow_worker.py STORE_URL JOBS_URL WORKER_ID PAUSE_SECONDS [ROLE...]`; it says "ready" and works until
killed.
"""

import sys
import time

from models import JobEvent, Store
from models.enums import JobKind, WorkerRole
from models.job import WORKER_ROLES
from worker.jobs.handle import JobHandle
from worker.jobs.queue import WorkerQueue
from worker.jobs.workers import Heartbeat, Reaper
from worker.network.errors import ModelGone

UP_TO = 10


def main() -> None:
    store_url, jobs_url, worker_id, pause, *named = sys.argv[1:]
    roles = [WorkerRole(role) for role in named] or [*WorkerRole]
    store = Store.open(store_url)

    def count(context: JobHandle) -> None:
        if worker_id in context.payload.get("lacked_by", ()):
            raise ModelGone(f"The files of m are not on {worker_id}.")
        done = numbers(store, context.job_id)
        for number in range(len(done), UP_TO):
            context.check()
            context.event("number", number=number, by=worker_id)
            context.progress(done=number + 1, total=UP_TO)
            time.sleep(float(pause))

    handlers = {JobKind.RUN: count, JobKind.RERUN: count, JobKind.TRAIN: count, JobKind.COLLECT: count}
    with (
        Heartbeat(store, worker_id, {WORKER_ROLES: [*roles]}),
        WorkerQueue(store, jobs_url, worker_id, handlers, roles) as queue,
        Reaper(store, worker_id, queue, retention_days=30),
    ):
        print("ready", flush=True)
        time.sleep(600)


def numbers(store: Store, job_id: str) -> list[int]:
    """What the job has counted so far, in order."""
    from sqlalchemy import select

    with store.reader() as session:
        rows = session.scalars(
            select(JobEvent.data)
            .where(JobEvent.job_id == job_id, JobEvent.kind == "number")
            .order_by(JobEvent.number)
        )
        return [row["number"] for row in rows]


if __name__ == "__main__":
    main()
