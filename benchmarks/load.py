"""`tekhne bench load`: many watchers and readers of several web processes while a run is under way, on two cores.

Everything is real: Postgres or SQLite, web processes, a worker that does a run of the demo pair, HTTP clients. What a
watcher costs is compared with what one costs who watches alone, measured in the same run: so much would each cost if
each page looked at the store for itself.
"""

import asyncio
import html
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

import worker.demo as demo
from app.actions.jobs import JobQueue
from app.actions.runs import create_run, start_run
from benchmarks.clients import Crowd
from benchmarks.postgres import own_postgres
from benchmarks.report import BenchReport, Figure, at_most
from benchmarks.run import hold_to_cores
from benchmarks.serving import serving, working
from cli.errors import CommandError
from cli.up import prepare
from models import Attempt, Run, Store
from models.arm_kinds import ArmKind
from models.enums import RunState
from models.specification import ArmSpecification, RunSpecification
from settings import Settings
from worker.problem_sets.own_sets import OWN_SETS

PAGE_BAR_MS = 300.0
SLOPE_BAR_MB = 1.0
"""A minute, of all web processes together."""
SHARE_BAR = 0.1
"""Of the queries that a watcher costs alone."""
PHASE_SECONDS = 8.0
"""How long nobody, one watcher and all watchers are measured, each."""
SETTLING_SHARE = 0.25
"""Of the time with readers, before memory is looked at: caches and pools fill first."""
RUN_SAMPLES = 400
"""Of each problem: more than are drafted in any measurement."""
START_SECONDS = 300
PAGES = (
    "/",
    "/runs",
    "/runs/{run}",
    "/runs/{run}/problems",
    "/runs/{run}/problems?state=failed",
    "/runs/{run}/failures",
    "/failures",
    "/search?q=%3A%3D+range",
    "/compare?a={run}&b={run}&arm_b=critic%3Ademo-critic",
    "/problem-sets",
    "/checkpoints",
    "/transcripts",
    "/jobs",
    "/health",
)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What the web processes spent in a second, all together."""

    queries: float
    cpu_ms: float


class Site:
    """The web processes over one store."""

    def __init__(self, served: Sequence[tuple[str, psutil.Process]]) -> None:
        self.addresses = [address for address, _ in served]
        self._processes = [process for _, process in served]

    async def rate(self) -> Rate:
        """What is spent during the next phase."""
        began, before = time.monotonic(), await asyncio.to_thread(self._spent)
        await asyncio.sleep(PHASE_SECONDS)
        after, seconds = await asyncio.to_thread(self._spent), time.monotonic() - began
        queries, cpu = ((new - old) / seconds for old, new in zip(before, after, strict=True))
        return Rate(queries=queries, cpu_ms=1000 * cpu)

    def memory_mb(self) -> float:
        return float(sum(process.memory_info().rss for process in self._processes)) / 1e6

    def _spent(self) -> tuple[float, float]:
        """Queries and CPU seconds since the processes started."""
        return sum(map(_queries, self.addresses)), self.cpu_seconds()

    def cpu_seconds(self) -> float:
        return float(sum(sum(process.cpu_times()[:2]) for process in self._processes))


def _queries(address: str) -> float:
    shown = httpx.get(f"{address}/metrics", timeout=60)
    shown.raise_for_status()
    samples = (one for family in text_string_to_metric_families(shown.text) for one in family.samples)
    return next(one.value for one in samples if one.name == "tekhne_store_queries_total")


def measure(*, watchers: int, readers: int, seconds: int, processes: int, store: str) -> BenchReport:
    """Every figure of one site.

    Args:
        watchers: pages that are kept open.
        readers: people who open a page every few seconds.
        seconds: how long both are there together.
        processes: web processes.
        store: `postgres` for a server of its own, `sqlite` for a temporary file, or the URL of an empty database.
    """
    cores, load = hold_to_cores(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="tekhne-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        settings = Settings(db=stack.enter_context(_database(store, folder)), data_dir=folder)
        prepare(settings)
        run_id = _start_run(settings)
        url = settings.store_url
        site = Site([stack.enter_context(serving(url, _made(folder / f"web-{n}"))) for n in range(processes)])
        stack.enter_context(working(url, folder))
        opened = stack.enter_context(closing(Store.open(url)))
        _wait_for_results(opened, run_id)
        figures = asyncio.run(_figures(site, run_id, watchers, readers, seconds))
        figures.append(Figure(name="drafts", value=_drafts(opened, run_id), unit="drafts of the run by then"))
    given: dict[str, float] = {
        "cores": cores,
        "load_average_before": round(load, 1),
        "web_processes": processes,
        "watchers": watchers,
        "readers": readers,
        "seconds": seconds,
    }
    return BenchReport(
        bench="load",
        figures=[*(Figure(name=name, value=value, unit="") for name, value in given.items()), *figures],
    )


@contextmanager
def _database(store: str, folder: Path) -> Iterator[str]:
    if store == "postgres":
        with own_postgres() as url:
            yield url.format(name="postgres")
    else:
        yield str(folder / "store.db") if store == "sqlite" else store


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _start_run(settings: Settings) -> int:
    """Queue a run of the demo pair that lasts longer than the measurement."""
    arms = (
        ArmSpecification(kind=ArmKind.CRITIC, checkpoint=demo.CRITIC.name),
        ArmSpecification(kind=ArmKind.RESAMPLE),
    )
    wanted = RunSpecification(
        name="under way",
        problem_sets=tuple(OWN_SETS.values()),
        base=demo.BASE.name,
        arms=arms,
        samples=RUN_SAMPLES,
    )
    with closing(Store.open(settings.store_url)) as store, closing(JobQueue(store, settings.jobs_url)) as queue:
        with store.writer() as session:
            run_id = create_run(session, wanted).id
        start_run(store, queue, run_id)
    return run_id


def _wait_for_results(store: Store, run_id: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _drafts(store, run_id):
        if time.monotonic() > deadline:
            raise CommandError(f"The run to watch has no result after {START_SECONDS} seconds.")
        time.sleep(0.5)


def _drafts(store: Store, run_id: int) -> int:
    """How many drafts the run has.

    Raises:
        CommandError: it is no longer under way.
    """
    with store.reader() as session:
        run = session.get_one(Run, run_id)
        if run.state not in (RunState.QUEUED, RunState.RUNNING):
            raise CommandError(f"The run to watch is {run.state} before the measurement is over: {run.error}")
        return session.query(Attempt).filter_by(run_id=run_id).count()


async def _figures(site: Site, run_id: int, watchers: int, readers: int, seconds: int) -> list[Figure]:
    live = [f"/runs/{run_id}"] * 7 + ["/", "/runs", "/jobs"]
    watched = [live[number % len(live)] for number in range(watchers)]
    idle = await site.rate()
    alone = {page: await _alone(site, page) for page in dict.fromkeys(watched)}
    crowd = Crowd(site.addresses)
    await crowd.watch(watched)
    together = await site.rate()
    crowd.watchers_move = True
    began, before = time.monotonic(), site.cpu_seconds()
    crowd.page_ms.clear()
    pages = await asyncio.to_thread(_pages, site.addresses[0], (run_id - 1, run_id))
    crowd.read(pages, readers)
    slope, highest = await _memory(site, seconds)
    busy = (site.cpu_seconds() - before) / (time.monotonic() - began)
    web_cores = Figure(name="web_cores", value=round(busy, 2), unit="cores busy with the web processes")
    await crowd.leave()
    return [
        *_costs(idle, [alone[page] for page in watched], together),
        *_answers(crowd),
        slope,
        highest,
        web_cores,
    ]


def _pages(address: str, runs: Sequence[int]) -> list[str]:
    """What readers open: of the run that came with Tekhne, and of the one that is under way."""
    pages = [page.format(run=run) for page in PAGES for run in runs]
    for run in runs:
        listed = httpx.get(f"{address}/runs/{run}/problems", timeout=60).text
        pages += [html.unescape(one) for one in re.findall(r'href="(/runs/\d+/problems/[^"]+)"', listed)[:4]]
    return pages


async def _alone(site: Site, page: str) -> Rate:
    """What is spent while one watcher has this page open."""
    one = Crowd(site.addresses[:1])
    await one.watch([page])
    rate = await site.rate()
    await one.leave()
    return rate


async def _memory(site: Site, seconds: int) -> tuple[Figure, Figure]:
    """Look at the processes' memory every second; by how much it grows in a minute, and where it was at most."""
    began, points = time.monotonic(), list[tuple[float, float]]()
    while (now := time.monotonic() - began) < seconds:
        points.append((now / 60, site.memory_mb()))
        await asyncio.sleep(1)
    settled = [point for point in points if point[0] * 60 >= SETTLING_SHARE * seconds]
    slope = statistics.linear_regression(*zip(*settled, strict=True)).slope
    highest = Figure(
        name="memory_mb", value=round(max(mb for _, mb in points)), unit="MB, all web processes, at most"
    )
    return at_most(
        "memory_slope_mb_per_minute", round(slope, 2), "MB/min, all web processes", SLOPE_BAR_MB
    ), highest


def _costs(idle: Rate, alone: Sequence[Rate], together: Rate) -> Iterator[Figure]:
    """A watcher's share of what is spent for all, with what each costs alone as the baseline."""
    own = statistics.mean(rate.queries - idle.queries for rate in alone)
    value = (together.queries - idle.queries) / len(alone)
    unit = "queries a watcher and second"
    yield at_most("queries_per_watcher_second", round(value, 3), unit, round(SHARE_BAR * own, 3), round(own, 2))
    yield Figure(
        name="cpu_ms_per_watcher_second",
        value=round((together.cpu_ms - idle.cpu_ms) / len(alone), 3),
        unit="ms of CPU a watcher and second",
        baseline=round(statistics.mean(rate.cpu_ms - idle.cpu_ms for rate in alone), 2),
    )


def _answers(crowd: Crowd) -> Iterator[Figure]:
    times = crowd.page_ms
    yield Figure(name="pages", value=len(times), unit="pages")
    yield Figure(name="events", value=crowd.events, unit="events to watchers")
    yield Figure(name="page_p50_ms", value=round(statistics.median(times), 1), unit="ms")
    yield at_most("page_p95_ms", round(statistics.quantiles(times, n=20)[-1], 1), "ms", PAGE_BAR_MS)
    what = "; ".join(f"{count} × {words}" for words, count in crowd.errors.most_common(3))
    yield at_most("errors", crowd.errors.total(), what or "errors", 0)
