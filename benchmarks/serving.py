"""A dashboard for a benchmark: real processes over a given store, and one reader in Chromium.

`serving` and `working` run a web process and a worker for a block. `browse` opens the problem list cold and again,
filters it and opens a problem. It gives medians over its visits, in milliseconds until the rows can be read, and counts
what a page must not do.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil

from cli.errors import CommandError
from worker.extras import refuse_missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

START_SECONDS = 60
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True, kw_only=True)
class Browsing:
    """Medians, in milliseconds from the request to rows on the screen."""

    cold_ms: float
    reload_ms: float
    filter_ms: float
    open_ms: float
    foreign_requests: int
    policy_violations: int


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a web process over the store `url`, and the process.

    Raises:
        CommandError: it does not start.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with _process("app", url, folder, TEKHNE_PORT=str(port)) as process:
        _wait_for(address, process)
        yield address, psutil.Process(process.pid)


@contextmanager
def working(url: str, folder: Path) -> Iterator[None]:
    """A worker over the store `url`."""
    with _process("worker", url, folder):
        yield


@contextmanager
def _process(module: str, url: str, folder: Path, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {**os.environ, "TEKHNE_DB": url, "TEKHNE_DATA_DIR": str(folder), **more}
    with (folder / f"{module}.log").open("wb") as log:
        # Its output goes to a file: stdout belongs to the benchmark, whose JSON a program may read.
        process = subprocess.Popen([sys.executable, "-m", module], env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{address}/health.json", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise CommandError("The web process of the benchmark did not start: `tekhne up` says why.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_chromium() -> str:
    """Chromium's path. Raises CommandError or ExtraMissing where no browser can be driven, before long work begins."""
    refuse_missing("playwright")
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise CommandError("No Chromium was found for the browser's figures: install it, or add --no-browser.")
    return found


def browse(executable: str, address: str, run: int, visits: int) -> Browsing:
    # Imported here: it comes with the extra `dev`, which the other figures do not need.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            return _browse(browser, address, run, visits)
        finally:
            browser.close()


def _browse(browser: "Browser", address: str, run: int, visits: int) -> Browsing:
    foreign: list[str] = []
    violations: list[str] = []
    times: dict[str, list[float]] = {"cold": [], "reload": [], "filter": [], "open": []}
    problems = f"{address}/runs/{run}/problems"
    for _ in range(visits):
        context = browser.new_context()
        page = context.new_page()
        page.on("request", lambda sent: None if sent.url.startswith(address) else foreign.append(sent.url))
        page.on(
            "console", lambda entry: violations.append(entry.text) if "Content Security" in entry.text else None
        )
        times["cold"].append(_until_rows(page, lambda: _go(page, problems)))  # noqa: B023 - called at once
        times["reload"].append(_until_rows(page, lambda: page.reload(wait_until="commit")))  # noqa: B023
        times["filter"].append(_until_rows(page, lambda: _go(page, f"{problems}?state=fixed")))  # noqa: B023
        times["open"].append(_until_code(page))
        context.close()
    median = {name: statistics.median(values) for name, values in times.items()}
    return Browsing(
        cold_ms=median["cold"],
        reload_ms=median["reload"],
        filter_ms=median["filter"],
        open_ms=median["open"],
        foreign_requests=len(foreign),
        policy_violations=len(violations),
    )


def _go(page: "Page", address: str) -> None:
    page.goto(address, wait_until="commit")


def _until_rows(page: "Page", go: Callable[[], object]) -> float:
    started = time.perf_counter()
    go()
    page.locator("tr[data-row] a.cover").first.wait_for(state="visible")
    return (time.perf_counter() - started) * 1000


def _until_code(page: "Page") -> float:
    link = page.locator("tr[data-row] a.cover").first
    started = time.perf_counter()
    link.click()
    page.locator("#code .ln").first.wait_for(state="visible")
    return (time.perf_counter() - started) * 1000
