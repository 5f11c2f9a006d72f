"""A store with tiny models, its pages, and real worker processes that a test stops, starves and starts again."""

import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from dbos import DBOS
from sqlalchemy import func, select

from app.actions.jobs import JobQueue
from app.actions.runs import new_run, start_run
from app.main import create_app
from cli.store import open_store
from models import Attempt, Job, Revision, Run, Store, WorkerHeartbeat
from models.enums import RunState
from models.specification import RunSpecification
from settings import Settings
from tests.client import TestClient
from tests.forking import Forked, Nursery
from tests.worker.tiny_run import add_tiny_models

PATIENCE_SECONDS = 240.0
"""An event that has not come by now never will; nothing is ever waited for as long as this."""


def until(condition: Callable[[], object], *, but: Callable[[], object] = lambda: False) -> None:
    """Wait for an event; fail if `but` comes true instead."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert not but(), "something else happened"
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def random_moments() -> random.Random:
    """A source of random moments; its seed is printed, so that a failure can be repeated."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"the random moments come from seed {seed}")
    return random.Random(seed)


@dataclass
class Worker:
    """A real worker process."""

    process: Forked
    log: Path

    def said(self) -> str:
        return self.log.read_text()

    def is_gone(self) -> bool:
        return self.process.poll() is not None

    def end(self, number: signal.Signals) -> int:
        """Its exit code after this signal."""
        self.process.send_signal(number)
        return self.process.wait()


@dataclass
class Workplace:
    """Everything of one Tekhne: folder, store, pages, and the workers that the test started."""

    folder: Path
    settings: Settings
    store: Store
    queue: JobQueue
    client: TestClient
    environment: dict[str, str]
    nursery: Nursery | None
    workers: list[Worker] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)

    def start_worker(
        self, name: str = "w-1", program: Sequence[str] = ("-m", "worker"), **environment: str
    ) -> Worker:
        """A worker that takes jobs."""
        assert self.nursery is not None
        log = self.folder / f"worker-{next(self._number)}.log"
        environment = {**self.environment, "TEKHNE_WORKER_ID": name, **environment}
        with log.open("w") as output:
            process = self.nursery.start(*program, environment=environment, stdout=output, stderr=output)
        worker = Worker(process, log)
        self.workers.append(worker)
        until(lambda: f"worker {name} takes jobs" in worker.said(), but=worker.is_gone)
        return worker

    def end_worker(self, worker: Worker, number: signal.Signals) -> int:
        """Its exit code."""
        self.workers.remove(worker)
        return worker.end(number)

    def beat(self, worker: str) -> datetime:
        """When the worker was last seen, by its own word."""
        with self.store.reader() as session:
            return session.get_one(WorkerHeartbeat, worker).seen_at

    def start_run(self, wanted: RunSpecification) -> int:
        """A new run in the queue."""
        run_id = new_run(self.store, wanted)
        start_run(self.store, self.queue, run_id)
        return run_id

    def rows(self, run_id: int) -> int:
        """Drafts and revisions that are stored."""
        with self.store.reader() as session:
            tables = (Attempt, Revision)
            counted = [select(func.count()).select_from(table).where(table.run_id == run_id) for table in tables]
            return sum(session.scalar(one) or 0 for one in counted)

    def run(self, run_id: int) -> Run:
        with self.store.reader() as session:
            return session.get_one(Run, run_id)

    def job(self, run_id: int) -> Job:
        """The newest job of the run."""
        with self.store.reader() as session:
            newest = select(Job).where(Job.run_id == run_id).order_by(Job.created_at.desc())
            return session.scalars(newest).first() or Job()

    def finish(self, run_id: int) -> None:
        """Wait for the run's end."""
        stopped = (RunState.FAILED, RunState.CANCELLED)
        until(lambda: self.run(run_id).state is RunState.DONE, but=lambda: self.run(run_id).state in stopped)

    def page(self, path: str) -> str:
        """What a browser is shown, in one line."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return " ".join(answer.text.split())

    def click(self, path: str, **fields: str) -> None:
        """Press a button of a page."""
        self.client.get("/preferences")
        answer = self.client.post(path, data={"csrf": self.client.cookies["tekhne_csrf"], **fields})
        assert answer.status_code == 303, answer.text


@contextmanager
def workplace(
    folder: Path, nursery: Nursery | None = None, url: str = "", **environment: str
) -> Iterator[Workplace]:
    """Open for as long as the block runs. `url` names a database; a SQLite file in `folder` otherwise."""
    folder.mkdir(exist_ok=True)
    settings = Settings(db=url or str(folder / "store.db"), data_dir=folder, device="cpu")
    store = open_store(settings.store_url)
    DBOS.migrate(settings.jobs_url)
    add_tiny_models(store, folder)
    own = {"TEKHNE_DB": settings.db, "TEKHNE_DATA_DIR": str(folder), "TEKHNE_DEVICE": "cpu"}
    queue = JobQueue(store, settings.jobs_url)
    with TestClient(create_app(settings, store), follow_redirects=False) as client:
        place = Workplace(folder, settings, store, queue, client, {**own, **environment}, nursery)
        try:
            yield place
        finally:
            for worker in place.workers:
                worker.end(signal.SIGKILL)
    queue.close()
    store.close()
