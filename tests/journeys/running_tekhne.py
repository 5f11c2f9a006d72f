"""A store with one finished run, a server over it, and a worker process: everything real, the network tiny."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dbos import DBOS

from cli.store import open_store
from models import Store
from settings import Settings
from tests.forking import Nursery
from tests.journeys.lent_server import LentServer
from tests.worker.tiny_run import add_tiny_models, finished_run

PATIENCE_MS = 150_000


@dataclass
class RunningTekhne:
    """The worker can be killed and started, the server restarted."""

    url: str
    store: Store
    run_id: int
    environment: dict[str, str]
    server: LentServer
    nursery: Nursery

    def start_worker(self) -> None:
        self.worker = self.nursery.start("-m", "worker", environment=self.environment)

    def end_worker(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.worker.send_signal(number)
        self.worker.wait(timeout=60)


@contextmanager
def running_tekhne(folder: Path, nursery: Nursery) -> Iterator[RunningTekhne]:
    """Open for as long as the block runs."""
    settings = Settings(db=str(folder / "store.db"), data_dir=folder, device="cpu")
    store = open_store(settings.store_url)
    DBOS.migrate(settings.jobs_url)
    add_tiny_models(store, folder)
    # Playwright keeps an event loop in this thread; the run wants one of its own.
    with ThreadPoolExecutor(1) as other:
        run_id = other.submit(finished_run, store).result()
    environment = {"TEKHNE_DB": settings.db, "TEKHNE_DATA_DIR": str(folder), "TEKHNE_DEVICE": "cpu"}
    with LentServer(settings, store) as server:
        lent = RunningTekhne(server.url, store, run_id, environment, server, nursery)
        lent.start_worker()
        yield lent
        lent.end_worker(signal.SIGKILL)
    store.close()
