"""`tekhne bench pages`: how quickly the dashboard answers over a large store, at the server and in a browser.

A store of problems × samples × runs attempts is filled, a real web process serves it, and one client asks for every
page. Server time is from request to last byte on loopback; the browser's figures are Chromium's, cold and on reload.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil

from benchmarks import rerunning
from benchmarks.big_shared import Size
from benchmarks.big_store import fill
from benchmarks.report import BenchReport, Figure, at_least, at_most
from benchmarks.serving import Browsing, browse, find_chromium, serving
from cli.store import open_store
from settings import database_url

REPORTS_SECONDS = 60
PAGE_BAR_MS = 50.0
BARS_MS = {"problem": 30.0, "search": 300.0, "compare_six_runs": 100.0}
"""Of pages with a bar of their own."""
CSV_ROWS_BAR = 50_000.0
CSV_MEMORY_BAR_MB = 50.0
FIRST_VISIT_BAR_KB = 100.0
LATER_VISIT_BAR_KB = 30.0
CPU_BAR_SECONDS = 0.1


def measure(
    *, problems: int, samples: int, runs: int, store: str, requests: int, browser: bool, visits: int,
    rerun: bool, clicks: int,
) -> BenchReport:  # fmt: skip
    """Every figure of one store.

    Args:
        problems: how many the store has; the size is problems × samples × runs.
        samples: per problem and run.
        runs: how many the store has.
        store: a database to fill, or one that an earlier call filled; empty means a temporary SQLite file.
        requests: per page, after the first one.
        browser: whether to measure in Chromium as well, with so many `visits`.
        rerun: whether to measure `clicks` on "Re-run critic" as well, in a store of its own.
    """
    size = Size(problems=problems, samples=samples, runs=runs)
    chromium = find_chromium() if browser else ""
    with tempfile.TemporaryDirectory(prefix="tekhne-bench-") as folder:
        url = database_url(store or f"{folder}/store.db")
        run_ids = _filled(url, size)
        with serving(url, Path(folder)) as (address, server):
            figures = [Figure(name="attempts", value=size.attempts, unit="rows")]
            figures += list(_pages(address, run_ids, size, server, requests))
            _wait_for_reports(address)
            figures += list(_sizes(address, run_ids))
            figures += list(_csv(address, run_ids[0], server))
            if browser:
                figures += list(_browser(browse(chromium, address, run_ids[0], visits)))
    if rerun:
        figures += list(rerunning.figures(clicks, chromium))
    return BenchReport(bench="pages", figures=figures)


def _filled(url: str, size: Size) -> list[int]:
    """The runs of a filled store whose planner has statistics, as a database collects them by itself in time."""
    store = open_store(url)
    try:
        runs = fill(store, size)
        with store.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    finally:
        store.close()
    return runs


def _wait_for_reports(address: str) -> None:
    """Wait until Overview has its sentences, so that reports computed in the background do not disturb the figures."""
    deadline = time.monotonic() + REPORTS_SECONDS
    while "-waits" in httpx.get(address, timeout=60).text and time.monotonic() < deadline:
        time.sleep(1)


def _pages(address: str, runs: list[int], size: Size, server: psutil.Process, requests: int) -> Iterator[Figure]:
    run, few = runs[-1], max(1, min(50, size.problems * size.samples // 4))
    asked: dict[str, Callable[[int], str]] = {
        "overview": lambda _: "/",
        "runs": lambda _: "/runs",
        "run": lambda _: f"/runs/{run}",
        "problems": lambda n: f"/runs/{run}/problems?{FILTERS[n % len(FILTERS)]}",
        "failures": lambda n: ("/failures", f"/runs/{run}/failures", f"/runs/{run}/failures?sort=repaired")[n % 3],
        "search": lambda n: f"/search?{SEARCHES[n % len(SEARCHES)].format(run=run)}",
        "problem": lambda n: f"/runs/{run}/problems/bench/{n * 13 % size.problems}?sample={n % size.samples}",
        "labels": lambda _: f"/runs/{run}/labels",
        "revision_tokens": lambda n: f"/revisions/{n % few + 1}/tokens",
        "compare": lambda _: f"/compare?a={runs[0]}&b={run}",
        "compare_six_runs": lambda _: f"/compare?{_six_sides(runs)}",
        "programs": lambda n: f"/programs?left=attempt:{n % few + 1}&right=revision:{n % few + 1}",
        "problem_sets": lambda _: "/problem-sets",
        "problem_set": lambda _: "/problem-sets/bench",
        "checkpoints": lambda _: "/checkpoints",
        "forgetting": lambda _: "/forgetting?checkpoint=1",
        "transcripts": lambda _: "/transcripts",
        "jobs": lambda _: "/jobs",
        "investigations": lambda _: "/investigations",
        "columns": lambda _: "/columns",
        "health": lambda _: "/health",
    }
    with httpx.Client(base_url=address, timeout=120) as client:
        for name, path_of in asked.items():
            times, cpu = _times(client, path_of, server, requests)
            bar = BARS_MS.get(name, PAGE_BAR_MS)
            yield Figure(name=f"{name}_first_ms", value=round(times[0], 1), unit="ms")
            yield at_most(f"{name}_p95_ms", round(_p95(times[1:]), 1), "ms", bar)
            yield at_most(f"{name}_cpu_seconds", round(cpu, 4), "s", CPU_BAR_SECONDS)


def _six_sides(runs: list[int]) -> str:
    """Six columns; where the store has fewer runs, the critic's arms of the last ones as well."""
    sides = [*((run, "base") for run in runs), *((run, "critic") for run in reversed(runs))][:6]
    return "&".join(
        f"{letter}={run}&arm_{letter}={arm}" for letter, (run, arm) in zip("abcdef", sides, strict=False)
    )


SEARCHES = (
    "q=%2B%3D+value+%2A",
    "q=nothing+like+this",
    "q=expected%3A+9&in=traces",
    "q=wrong+values&in=reflections&run={run}",
    "q=limit+%7B&in=programs&run={run}&class=panic",
    "q=%3A%3D",
    "fingerprint=type%3A+undefined%3A+X",
    "fingerprint=type%3A+undefined%3A+X&run={run}",
    "run={run}&tokens_min=48&class=timeout_run",
    "tokens_min=1000",
)
FILTERS = (
    "",
    "state=failed",
    "state=fixed",
    "state=never",
    "state=timeout",
    "q=SumAbove1",
    "state=failed&class=panic",
    "state=fixed&q=above",
)


def _times(
    client: httpx.Client, path_of: Callable[[int], str], server: psutil.Process, requests: int
) -> tuple[list[float], float]:
    """Milliseconds of each request, and CPU seconds per request after the first."""
    times: list[float] = []
    before = 0.0
    for number in range(requests + 1):
        if number == 1:
            before = _cpu(server)
        started = time.perf_counter()
        answer = client.get(path_of(number), follow_redirects=True)
        times.append((time.perf_counter() - started) * 1000)
        answer.raise_for_status()
    return times, (_cpu(server) - before) / requests


def _cpu(server: psutil.Process) -> float:
    spent = server.cpu_times()
    return float(spent.user + spent.system)


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _sizes(address: str, runs: list[int]) -> Iterator[Figure]:
    """Bytes on the wire, as a browser that takes gzip gets them."""
    with httpx.Client(base_url=address, timeout=120, headers={"Accept-Encoding": "gzip"}) as client:
        path = f"/runs/{runs[0]}/problems"
        page = _wire_bytes(client, path)
        assets = sum(_wire_bytes(client, asset) for asset in _assets_of(client, path))
        yield at_most("first_visit_kb", round((page + assets) / 1000, 1), "kB", FIRST_VISIT_BAR_KB)
        yield at_most("later_visit_kb", round(page / 1000, 1), "kB", LATER_VISIT_BAR_KB)


def _wire_bytes(client: httpx.Client, path: str) -> int:
    with client.stream("GET", path, follow_redirects=True) as answer:
        for _ in answer.iter_raw():
            pass
        return answer.num_bytes_downloaded


def _assets_of(client: httpx.Client, path: str) -> list[str]:
    return sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(path, follow_redirects=True).text)))


def _csv(address: str, run: int, server: psutil.Process) -> Iterator[Figure]:
    """A run's attempts as CSV: rows per second, and by how much the server's memory grew at most."""
    idle = highest = server.memory_info().rss
    started = time.perf_counter()
    with httpx.stream("GET", f"{address}/runs/{run}/attempts.csv", timeout=600) as answer:
        answer.raise_for_status()
        # Messages hold line ends, so that lines are not rows.
        rows = int(answer.headers["X-Rows"])
        for _ in answer.iter_bytes(1 << 20):
            highest = max(highest, server.memory_info().rss)
    seconds = time.perf_counter() - started
    yield Figure(name="csv_rows", value=rows, unit="rows")
    yield at_least("csv_rows_per_second", round(rows / seconds), "rows/s", CSV_ROWS_BAR)
    yield at_most("csv_added_memory_mb", round((highest - idle) / 1e6, 1), "MB", CSV_MEMORY_BAR_MB)


def _browser(seen: Browsing) -> Iterator[Figure]:
    yield at_most("browser_cold_ms", round(seen.cold_ms), "ms", 500)
    yield at_most("browser_reload_ms", round(seen.reload_ms), "ms", 250)
    yield at_most("browser_filter_ms", round(seen.filter_ms), "ms", 300)
    yield at_most("browser_open_problem_ms", round(seen.open_ms), "ms", 400)
    yield at_most("browser_foreign_requests", seen.foreign_requests, "requests", 0)
    yield at_most("browser_policy_violations", seen.policy_violations, "violations", 0)
