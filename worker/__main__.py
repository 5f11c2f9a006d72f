"""`python -m worker`: takes jobs until it is told to end.

It refuses to start if it could not work safely: without torch or isolation, under the name of another live worker, or
on a store that is not migrated. SIGTERM and Ctrl-C end it: first its jobs stop, then the engines close. What was cut
short is not stored, and an interrupted job continues when this worker or another one starts.

What a worker knows of a store is worth nothing once the store's file is another one: it begins anew, with `--again`, as
soon as there is a store. When another version of Tekhne migrated the store, it ends.
"""

import logging
import os
import signal
import sys
import threading
from typing import NoReturn

from models import Store
from models.enums import WorkerRole
from models.errors import MAY_PASS, TekhneError
from models.job import WORKER_ROLES
from models.logs import log_to_standard_error
from models.session import read_version
from models.store_faults import StoreFault, fault_of, waiting_sentence
from models.terminal_text import without_controls
from settings import Settings, load_settings
from worker.extras import refuse_missing
from worker.jobs.errors import error_sentence, is_self_explanatory
from worker.jobs.queue import WorkerQueue, send
from worker.jobs.workers import Heartbeat, Reaper, default_worker_id
from worker.store import StoreUnready, refuse_unready

STOP_SECONDS = 6.0
"""How long jobs may take to stop; `tekhne up` kills a worker that needs longer than ten."""

LOOK_SECONDS = 0.5
"""How often a worker asks itself whether its store is still there."""
AGAIN = "--again"

log = logging.getLogger("tekhne.worker")


def main() -> None:
    log_to_standard_error(logging.INFO)
    # At INFO, DBOS logs what it does every few seconds.
    logging.getLogger("dbos").setLevel(logging.WARNING)
    logging.getLogger("dbos").addFilter(shorten_explained_errors)
    try:
        work(load_settings())
    except TekhneError as error:
        full = error.__cause__ is not None and fault_of(error.__cause__) is StoreFault.FULL
        _refuse(error_sentence(error), MAY_PASS if full else error.exit_code)
    except Exception as error:
        if fault_of(error) is None:
            raise
        _refuse(error_sentence(error), MAY_PASS)


def shorten_explained_errors(record: logging.LogRecord) -> bool:
    """A log filter: DBOS writes a whole traceback of any error. Of the database's, its first and last lines are kept;
    of ours, the sentence.

    What is wrong with the store is said once, by `tekhne.store`.
    """
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and is_self_explanatory(error):
        record.msg, record.args, record.exc_info = f"{record.getMessage()} {error_sentence(error)}", (), None
    lines = record.getMessage().splitlines()
    begins = [place for place, line in enumerate(lines) if "Traceback (most recent call last)" in line]
    if begins and any(line.startswith(("models.store_faults.", "sqlalchemy.exc.")) for line in lines):
        words = lines[begins[0]].partition("Traceback")[0].rstrip()
        cause = next(line for line in lines if line.startswith(("models.store_faults.", "sqlalchemy.exc.")))
        record.msg, record.args = f"{words} {cause}", ()
    return True


def _refuse(sentence: str, code: int) -> NoReturn:
    print(f"error: {without_controls(sentence)}", file=sys.stderr)
    sys.exit(code)


def work(settings: Settings) -> None:
    """Take jobs until SIGTERM or SIGINT."""
    refuse_missing("torch")
    # Imported late: these load torch.
    from worker.handlers import handlers_for
    from worker.service import Service

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    store = _ready_store(settings, ended)
    worker_id = settings.worker_id or default_worker_id()
    with (
        Service(settings, store) as service,
        Heartbeat(store, worker_id, {**service.describe(), WORKER_ROLES: [*settings.roles]}),
        WorkerQueue(store, settings.jobs_url, worker_id, handlers_for(service, send), settings.roles) as queue,
        Reaper(store, worker_id, queue, settings.retention_days),
    ):
        some = "" if len(settings.roles) == len(WorkerRole) else f" of its roles: {', '.join(settings.roles)}"
        log.info("worker %s takes jobs%s", worker_id, some)
        lost = _wait_for_end(store, queue, ended)
        log.info("worker %s stops its jobs and ends", worker_id)
        stopped = queue.end_jobs(STOP_SECONDS)
        if lost is StoreFault.GONE:
            service.ruler.close()
            os.execv(sys.executable, [sys.executable, "-P", "-m", "worker", f"{AGAIN}={store.schema}"])
        if lost is not None:
            _exit(TekhneError.exit_code)
        if not stopped:
            # Engines must not close under a job. What it has not stored is done again, as after a crash.
            log.warning("a job did not stop in %.0f seconds: it goes on when a worker starts", STOP_SECONDS)
            _exit()
    _exit()


def _ready_store(settings: Settings, ended: threading.Event) -> Store:
    """The store; a worker that begins anew waits for it, and for the schema that it knows."""
    store = Store.open(settings.store_url, create=False)
    again = next((word for word in sys.argv if word.startswith(AGAIN)), "")
    while True:
        try:
            refuse_unready(store)
            break
        except StoreUnready:
            if not again:
                raise
            if ended.wait(LOOK_SECONDS):
                _exit()
    with store.engine.connect() as connection:
        found, known = read_version(connection), again.partition("=")[2]
    if known and found != known:
        words = f"its schema is {found}; this version of Tekhne knows {known}"
        raise TekhneError(waiting_sentence(StoreFault.SCHEMA, words))
    return store


def _wait_for_end(store: Store, queue: WorkerQueue, ended: threading.Event) -> StoreFault | None:
    """Return when the worker is told to end, or with a fault that it cannot wait out."""
    while not ended.wait(LOOK_SECONDS):
        notice = store.faults.current
        if notice is not None and notice.fault in (StoreFault.GONE, StoreFault.SCHEMA):
            return notice.fault
        if lost := queue.lost_file():
            log.error("the job queue's file is gone (%s): the worker begins anew with an empty queue", lost)
            return StoreFault.GONE
    return None


def _exit(code: int = 0) -> NoReturn:
    # A normal exit of the interpreter would wait for every thread, also for one that is loading a model.
    logging.shutdown()
    os._exit(code)


if __name__ == "__main__":
    main()
