"""`python -m worker`: takes jobs until it is told to end.

It refuses to start if it could not work safely: without torch or isolation, under the name of another live worker, or
on a store that is not migrated. SIGTERM and Ctrl-C end it: first its jobs stop, then the engines close. What was cut
short is not stored, and an interrupted job continues when this worker or another one starts.
"""

import logging
import os
import signal
import sys
import threading
from typing import NoReturn

from models import Store
from models.errors import TekhneError
from settings import Settings, load_settings
from worker.extras import refuse_missing
from worker.jobs.queue import WorkerQueue
from worker.jobs.workers import Heartbeat, Reaper, default_worker_id
from worker.store import refuse_unready

STOP_SECONDS = 6.0
"""How long jobs may take to stop; `tekhne up` kills a worker that needs longer than ten."""

log = logging.getLogger("tekhne.worker")


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
    # At INFO, DBOS logs what it does every few seconds.
    logging.getLogger("dbos").setLevel(logging.WARNING)
    try:
        work(load_settings())
    except TekhneError as error:
        _refuse(error)


def _refuse(error: TekhneError) -> NoReturn:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(error.exit_code)


def work(settings: Settings) -> None:
    """Take jobs until SIGTERM or SIGINT."""
    refuse_missing("torch")
    # Imported late: these load torch.
    from worker.handlers import handlers_for
    from worker.service import Service

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    store = Store.open(settings.store_url)
    refuse_unready(store)
    worker_id = settings.worker_id or default_worker_id()
    with (
        Service(settings, store) as service,
        Heartbeat(store, worker_id, service.describe()),
        WorkerQueue(store, settings.jobs_url, worker_id, handlers_for(service)) as queue,
        Reaper(store, worker_id, queue, settings.retention_days),
    ):
        log.info("worker %s takes jobs", worker_id)
        ended.wait()
        log.info("worker %s stops its jobs and ends", worker_id)
        if not queue.end_jobs(STOP_SECONDS):
            # Engines must not close under a job. What it has not stored is done again, as after a crash.
            log.warning("a job did not stop in %.0f seconds: it goes on when a worker starts", STOP_SECONDS)
            _exit()
    _exit()


def _exit() -> NoReturn:
    # A normal exit of the interpreter would wait for every thread, also for one that is loading a model.
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
