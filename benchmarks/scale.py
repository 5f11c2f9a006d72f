"""`tekhne bench scale`: drafts per second of one run with one, two and four workers, and what an idle worker costs.

In: the size of the run, and a model server that answers after a fixed time. Out: speedups over one worker, of one run
and of four runs, rows that are there twice, and the share of a core that a worker without work uses. Workers are real
processes on one Postgres. The verdicts are in the cache before anything is measured: executing programs on the few
cores of one machine would hide how workers share a run.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import func, select

from app.actions.jobs import JobQueue
from app.actions.runs import start_new_run
from benchmarks.postgres import own_postgres
from benchmarks.report import BenchReport, Figure, at_least, at_most
from benchmarks.timed_server import timed_server
from cli.errors import CommandError
from cli.store import open_store
from models import Attempt, Run, Store
from models.enums import RunState
from models.specification import RunSpecification
from settings import database_url
from worker.checkpoints.adding import add_endpoint
from worker.problem_sets.own_sets import OWN_SETS
from worker.problem_sets.storing import install_own_sets

WORKERS = (1, 2, 4)
SEVERAL = 4
"""Runs at once, in the figure of several runs."""
SHARD_PROBLEMS = 2
BARS = {2: 1.8, 4: 3.2}
IDLE_PERCENT = 2.0
SETTLE_SECONDS = 5.0
PATIENCE_SECONDS = 1800.0
NAME = "bench scale"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One store with its workers' settings."""

    store: Store
    queue: JobQueue
    folder: Path
    environment: dict[str, str]
    problems: int
    samples: int

    def wanted(self, seed: int) -> RunSpecification:
        return RunSpecification(
            name=NAME, problem_sets=(OWN_SETS["seen"],), base="timed", arms=(), samples=self.samples, seed=seed,
            limit=self.problems,
        )  # fmt: skip


def measure(*, problems: int, samples: int, seconds: float, concurrency: int, idle: float) -> BenchReport:
    """Do the same run with each number of workers.

    Args:
        seconds: in which the server answers.
        concurrency: requests that a worker has under way.
        idle: for how many seconds an idle worker is watched.
    """
    with ExitStack() as stack:
        server = stack.enter_context(timed_server(seconds))
        place = stack.enter_context(_place(server.url, problems, samples, concurrency))
        idle_percent = _warm(place, idle)
        begun = server.drafts
        one = {workers: _drafts_per_second(place, workers, runs=1) for workers in WORKERS}
        several = {workers: _drafts_per_second(place, workers, runs=SEVERAL) for workers in (1, SEVERAL)}
        runs = len(WORKERS) + 2 * SEVERAL
        asked = server.drafts - begun - runs * problems * samples
        doubled = _doubled(place.store)
    return BenchReport(bench="scale", figures=_figures(one, several, idle_percent, doubled, asked))


def _figures(
    one: dict[int, float], several: dict[int, float], idle_percent: float, doubled: int, asked: int
) -> list[Figure]:
    figures = [
        Figure(name=f"drafts_per_second_{workers}", value=rate, unit="drafts/s of one run, stored")
        for workers, rate in one.items()
    ]
    figures += [
        at_least(f"speedup_{workers}_workers", one[workers] / one[1], "times one worker", bar, baseline=one[1])
        for workers, bar in BARS.items()
    ]
    return [
        *figures,
        Figure(
            name=f"speedup_{SEVERAL}_workers_{SEVERAL}_runs",
            value=several[SEVERAL] / several[1],
            unit="times one worker",
            baseline=several[1],
        ),
        at_most("idle_worker_core_percent", idle_percent, "% of a core", IDLE_PERCENT),
        at_most("rows_doubled", doubled, "rows", 0),
        at_most("drafts_asked_twice", asked, "requests", 0),
    ]


@contextmanager
def _place(url: str, problems: int, samples: int, concurrency: int) -> Iterator[Place]:
    """A Postgres store that knows the server and the problems."""
    with own_postgres() as server, tempfile.TemporaryDirectory(prefix="tekhne-bench-") as folder:
        with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE scale")
        db = database_url(server.format(name="scale"))
        store = open_store(db)
        queue = JobQueue(store, db)
        try:
            add_endpoint(store, "timed", url, "timed")
            with store.writer() as session:
                install_own_sets(session)
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("TEKHNE_")},
                "TEKHNE_DB": db,
                "TEKHNE_DATA_DIR": folder,
                "TEKHNE_DEVICE": "cpu",
                "TEKHNE_SHARD_PROBLEMS": str(SHARD_PROBLEMS),
                "TEKHNE_ENDPOINT_CONCURRENCY": str(concurrency),
            }
            if "TEKHNE_CACHE_DIR" in os.environ:
                environment["TEKHNE_CACHE_DIR"] = os.environ["TEKHNE_CACHE_DIR"]
            yield Place(
                store=store, queue=queue, folder=Path(folder), environment=environment, problems=problems,
                samples=samples,
            )  # fmt: skip
        finally:
            queue.close()
            store.close()


def _warm(place: Place, idle: float) -> float:
    """Fill the cache of verdicts by a run of one sample; the percentage of a core that its worker then uses."""
    with _workers(place, 1) as (process,):
        _finish(
            place, [start_new_run(place.store, place.queue, place.wanted(0).model_copy(update={"samples": 1}))]
        )
        time.sleep(SETTLE_SECONDS)
        worker = psutil.Process(process.pid)
        before, began = _cpu_seconds(worker), time.monotonic()
        time.sleep(idle)
        return 100 * (_cpu_seconds(worker) - before) / (time.monotonic() - began)


def _cpu_seconds(worker: psutil.Process) -> float:
    """Of the worker and the programs that it keeps running."""
    return sum(
        sum(process.cpu_times()[:2])
        for process in (worker, *worker.children(recursive=True))
        if process.is_running()
    )


def _drafts_per_second(place: Place, workers: int, *, runs: int) -> float:
    """Of all runs together, from the first that begins until the last has ended."""
    with _workers(place, workers):
        ids = [start_new_run(place.store, place.queue, place.wanted(1 + number)) for number in range(runs)]
        _finish(place, ids)
    with place.store.reader() as session:
        done = session.scalars(select(Run).where(Run.id.in_(ids))).all()
    began = min(run.started_at for run in done if run.started_at)
    ended = max(run.finished_at for run in done if run.finished_at)
    return runs * place.problems * place.samples / (ended - began).total_seconds()


def _finish(place: Place, ids: Sequence[int]) -> None:
    def all_done() -> bool:
        with place.store.reader() as session:
            runs = session.scalars(select(Run).where(Run.id.in_(ids))).all()
        for run in runs:
            if run.state in (RunState.FAILED, RunState.PAUSED, RunState.CANCELLED):
                raise CommandError(f"A run of the bench {run.state}: {run.error}")
        return all(run.state is RunState.DONE for run in runs)

    _wait(all_done)


@contextmanager
def _workers(place: Place, number: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Worker processes that take jobs."""
    processes: list[subprocess.Popen[bytes]] = []
    logs = [place.folder / f"w-{slot}.log" for slot in range(number)]
    try:
        for slot, log in enumerate(logs):
            with log.open("wb") as out:
                environment = {**place.environment, "TEKHNE_WORKER_ID": f"w-{slot}"}
                command = [sys.executable, "-m", "worker"]
                processes.append(subprocess.Popen(command, env=environment, stdout=out, stderr=out))

        def ready() -> bool:
            if (
                ended := next((place for place, one in zip(logs, processes, strict=True) if one.poll()), None)
            ) is not None:
                raise CommandError(f"A worker of the bench ended: {ended.read_text(errors='replace')[-300:]}")
            return all("takes jobs" in log.read_text(errors="replace") for log in logs)

        _wait(ready)
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=60)


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise CommandError(f"The bench waited longer than {PATIENCE_SECONDS:.0f} seconds.")
        time.sleep(0.05)


def _doubled(store: Store) -> int:
    """Drafts beyond one of each place of a run, and those that are missing."""
    place = (Attempt.run_id, Attempt.problem_id, Attempt.arm_id, Attempt.sample)
    with store.reader() as session:
        rows = session.scalar(select(func.count()).select_from(Attempt)) or 0
        places = session.scalar(select(func.count()).select_from(select(*place).distinct().subquery())) or 0
    return rows - places
