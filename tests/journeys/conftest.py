"""A real server over a filled store, and Chromium before it, as a reader has them.

Each browser page watches itself: a script error, a violated policy or a request to another host fails its test.
"""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from app.main import create_app
from cli.store import open_store
from models import Store
from models.enums import RunState
from settings import Settings
from tests.journeys.other_rows import add_other_rows
from tests.store_factory import Chances, StoreFactory

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""As set-up looks for it (tools/steps.py)."""
START_SECONDS = 60
# Playwright's five seconds are short where the other test process compiles Go on the same cores.
expect.set_options(timeout=20_000)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running dashboard and its store: run 1 is finished and ungated, run 2 half-way, run 3 a re-run in run 1."""

    url: str
    store: Store


@contextmanager
def serving(store: Store) -> Iterator[str]:
    """A server on a free port for as long as the block runs; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(), store), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    store = open_store(f"sqlite:///{Path(tmp_path_factory.mktemp('site')) / 'store.db'}")
    factory = StoreFactory(store)
    version_id = factory.problem_set(problems=60)
    run_id = factory.run(version_id, samples=3, gated=False, chances=Chances(unscored=0.02))
    half_way = factory.run(version_id, name="half-way there", samples=2, state=RunState.RUNNING)
    factory.rerun(run_id, 1)
    add_other_rows(store, run_id, half_way)
    with serving(store) as url:
        yield Site(url=url, store=store)
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; its absence is a failure, not a reason to skip.

    Closed after each file: an open Playwright keeps an event loop in this thread, and other tests want theirs.
    """
    program = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.fail("Chromium is missing: install the system package `chromium` (`make test` does, as root)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


class Watch:
    """What must not happen on a page."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx on purpose is reported by the browser as a failed resource.
        # A connection that is lost on purpose is reported by the browser and by htmx.
        expected = ("Failed to load resource", "htmx:sse:error", "htmx:error: Failed to fetch")
        if message.type in {"error", "warning"} and not any(words in message.text for words in expected):
            self.faults.append(message.text)

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", None}:
            self.faults.append(f"request to {request.url}")


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    made.set_default_timeout(30_000)
    watch = Watch(made)
    yield made
    made.close()
    assert watch.faults == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
