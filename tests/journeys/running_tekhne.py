"""A store with one finished run, a server over it, and a worker process: everything real, the network tiny."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dbos import DBOS

from cli.store import open_store
from models import Store
from settings import Settings
from tests.journeys.lent_server import LentServer
from tests.worker.tiny_run import add_tiny_models, finished_run

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 150_000


@dataclass
class RunningTekhne:
    """The worker can be killed and started, the server restarted."""

    url: str
    store: Store
    run_id: int
    environment: dict[str, str]
    server: LentServer
    worker: "subprocess.Popen[bytes]"

    def start_worker(self) -> None:
        self.worker = subprocess.Popen([sys.executable, "-m", "worker"], cwd=ROOT, env=self.environment)

    def end_worker(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.worker.send_signal(number)
        self.worker.wait(timeout=60)


@contextmanager
def running_tekhne(folder: Path) -> Iterator[RunningTekhne]:
    """Open for as long as the block runs."""
    settings = Settings(db=str(folder / "store.db"), data_dir=folder, device="cpu")
    store = open_store(settings.store_url)
    DBOS.migrate(settings.jobs_url)
    add_tiny_models(store, folder)
    # Playwright keeps an event loop in this thread; the run wants one of its own.
    with ThreadPoolExecutor(1) as other:
        run_id = other.submit(finished_run, store).result()
    environment = {**os.environ, "TEKHNE_DB": settings.db, "TEKHNE_DATA_DIR": str(folder), "TEKHNE_DEVICE": "cpu"}
    environment["OMP_NUM_THREADS"] = "1"
    with LentServer(settings, store) as server:
        worker = subprocess.Popen([sys.executable, "-m", "worker"], cwd=ROOT, env=environment)
        lent = RunningTekhne(server.url, store, run_id, environment, server, worker)
        yield lent
        lent.end_worker(signal.SIGKILL)
    store.close()
