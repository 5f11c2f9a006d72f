"""A whole Tekhne of real processes over a copy of one prepared store: a web process, workers, and their logs.

`Prepared` is made once a session: a store with tiny models, and the rows that an undisturbed run of `WANTED` leaves.
A test copies it, starts what it needs, breaks something at a random moment, reads the page, mends it, and compares.
"""

import html
import re
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from dbos import DBOS

from app.actions.jobs import JobQueue
from app.actions.runs import new_run, start_run
from app.actions.work import queue_work
from cli.store import open_store
from models import Job, Store
from models.enums import JobState, RunState
from models.specification import RunSpecification
from models.work import CollectSpecification
from settings import Settings
from tests.faults.workplace import random_moments, until
from tests.forking import Forked, Nursery
from tests.free_port import free_port
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import TINY, add_tiny_models, finished_run

WANTED = TINY.model_copy(update={"samples": 5})
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What every test begins with."""

    folder: Path
    expected: Rows
    """The rows of an undisturbed run of `WANTED`."""
    whole: int
    """How many drafts and revisions it stores."""


def prepare(folder: Path) -> Prepared:
    settings = Settings(db=str(folder / "store.db"), data_dir=folder, device="cpu")
    store = open_store(settings.store_url)
    DBOS.migrate(settings.jobs_url)
    add_tiny_models(store, folder)
    copy_database(folder / "store.db", folder / "undisturbed.db")
    store.close()
    undisturbed = Store.open(f"sqlite:///{folder / 'undisturbed.db'}")
    expected = stored_rows(undisturbed, finished_run(undisturbed, WANTED))
    undisturbed.close()
    return Prepared(folder=folder, expected=expected, whole=len(expected["drafts"]) + len(expected["revisions"]))


def copy_database(source: Path, target: Path) -> None:
    """A whole SQLite file, whatever its log holds."""
    with closing(sqlite3.connect(source)) as opened:
        opened.execute("VACUUM INTO ?", (str(target),))


@dataclass
class Process:
    """A real process and what it wrote."""

    forked: Forked
    log: Path

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def is_gone(self) -> bool:
        return self.forked.poll() is not None

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after this signal."""
        self.forked.send_signal(number)
        return self.forked.wait(120)


@dataclass
class Living:
    """One Tekhne. `folder` holds its store; logs are beside it, where a full disk does not reach them."""

    prepared: Prepared
    folder: Path
    nursery: Nursery
    logs: Path
    port: int = field(default_factory=free_port)
    processes: list[Process] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "store.db"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TEKHNE_DB": str(self.store),
            "TEKHNE_DATA_DIR": str(self.folder),
            "TEKHNE_DEVICE": "cpu",
            "TEKHNE_PORT": str(self.port),
        }

    def start(self, *arguments: str, ready: str = "", **environment: str) -> Process:
        """`python ARGUMENTS`; returns once its log holds `ready`."""
        log = self.logs / f"{len(self.processes)}-{Path(arguments[-1]).name}.log"
        with log.open("w") as output:
            forked = self.nursery.start(
                *arguments, environment={**self.environment, **environment}, stdout=output, stderr=output
            )
        process = Process(forked, log)
        self.processes.append(process)
        if ready:
            until(lambda: ready in process.said(), but=process.is_gone)
        return process

    def start_worker(self, name: str = "w-1", **environment: str) -> Process:
        ready = f"worker {name} takes jobs"
        return self.start("-m", "worker", ready=ready, TEKHNE_WORKER_ID=name, **environment)

    def start_web(self, **environment: str) -> Process:
        web = self.start("-m", "app", **environment)
        until(self.answers, but=web.is_gone)
        return web

    def answers(self) -> bool:
        """Whether the web process answers, whatever it says."""
        try:
            httpx.get(f"http://127.0.0.1:{self.port}/health.json", timeout=60)
        except httpx.TransportError:
            return False
        return True

    def html(self, path: str) -> str:
        """What a browser is sent; an error page as well."""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=120).text

    def page(self, path: str) -> str:
        """Its words, in one line."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(self.html(path))))

    def click(self, path: str, **fields: str) -> httpx.Response:
        """Press a button of a page."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=120) as client:
            client.get("/preferences")
            return client.post(path, data={"csrf": client.cookies["tekhne_csrf"], **fields})

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The store as the test reads it, opened anew each time: the file may be another one."""
        store = Store.open(f"sqlite:///{self.store}", create=False)
        try:
            yield store
        finally:
            store.close()

    def start_run(self, wanted: RunSpecification = WANTED) -> int:
        """A new run in the queue."""
        jobs_url = Settings(db=str(self.store), data_dir=self.folder).jobs_url
        with self.opened() as store:
            queue = JobQueue(store, jobs_url)
            run_id = new_run(store, wanted)
            start_run(store, queue, run_id)
            queue.close()
        return run_id

    def queue_work(self, wanted: CollectSpecification) -> str:
        """The id of a new long job in the queue."""
        with self.opened() as store:
            queue = JobQueue(store, Settings(db=str(self.store), data_dir=self.folder).jobs_url)
            job_id = queue_work(store, queue, wanted).job_id
            queue.close()
        return job_id

    def job(self, job_id: str) -> str:
        """Its state."""
        with self.opened() as store, store.reader() as session:
            return str(session.get_one(Job, job_id).state)

    def _ask(self, question: str, run_id: int) -> list[tuple[str, ...]]:
        """Asked many times a second, so without SQLAlchemy."""
        address = f"{self.store.as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=60)) as opened:
            return opened.execute(question, {"run": run_id}).fetchall()

    def rows(self, run_id: int) -> int:
        """Drafts and revisions that are stored."""
        counted = (f"(SELECT count(*) FROM {table} WHERE run_id = :run)" for table in ("attempt", "revision"))
        return int(self._ask(f"SELECT {' + '.join(counted)}", run_id)[0][0])

    def states(self, run_id: int) -> tuple[RunState, JobState]:
        """Of the run and of its newest own job, which is no shard."""
        newest = "SELECT state FROM job WHERE run_id = :run AND kind != 'shard' ORDER BY created_at DESC LIMIT 1"
        [(run, job)] = self._ask(f"SELECT state, ({newest}) FROM run WHERE id = :run", run_id)
        return RunState(run), JobState(job)

    def wait_for_random_moment(self, run_id: int) -> None:
        """Until a random part of the run, not all of it, is stored."""
        wanted = random_moments().randrange(1, self.prepared.whole // 2)
        until(lambda: self.rows(run_id) >= wanted)

    def ends_as_undisturbed(self, run_id: int) -> None:
        """Wait for the end of the run, and compare."""
        until(
            lambda: self.states(run_id) == (RunState.DONE, JobState.DONE),
            but=lambda: self.states(run_id)[0] in (RunState.FAILED, RunState.CANCELLED),
        )
        with self.opened() as store:
            found = stored_rows(store, run_id)
        for table, rows in self.prepared.expected.items():
            assert found[table] == rows, table


@contextmanager
def living(prepared: Prepared, folder: Path, nursery: Nursery, *, at: Path | None = None) -> Iterator[Living]:
    """Open for as long as the block runs. `at`: where its store is, if not in `folder`."""
    home = at or folder / "home"
    home.mkdir(exist_ok=True)
    for name in ("store.db", "store-jobs.db"):
        shutil.copyfile(prepared.folder / name, home / name)
    opened = Living(prepared, home, nursery, folder)
    try:
        yield opened
    finally:
        for process in opened.processes:
            process.end(signal.SIGKILL)
