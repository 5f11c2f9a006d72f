"""One reader in Chromium: the problem list cold and again, a filter, a problem opened; medians of five.

In: a served dashboard. Out: milliseconds until the rows can be read, and what the page should not have done.
"""

import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.errors import CommandError
from worker.extras import refuse_missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TIMES = 5
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


def find_chromium() -> str:
    """Raises CommandError or ExtraMissing where no browser can be driven: asked before long work begins."""
    refuse_missing("playwright")
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise CommandError("No Chromium was found for the browser's figures: install it, or add --no-browser.")
    return found


def browse(executable: str, address: str, run: int) -> Browsing:
    # Only here: it comes with the extra `dev`, and the other figures need none.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            return _browse(browser, address, run)
        finally:
            browser.close()


def _browse(browser: "Browser", address: str, run: int) -> Browsing:
    foreign: list[str] = []
    violations: list[str] = []
    times: dict[str, list[float]] = {"cold": [], "reload": [], "filter": [], "open": []}
    problems = f"{address}/runs/{run}/problems"
    for _ in range(TIMES):
        context = browser.new_context()
        page = context.new_page()
        page.on("request", lambda one: foreign.append(one.url) if not one.url.startswith(address) else None)
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
