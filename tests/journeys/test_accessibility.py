"""Every page, light and dark, narrow and wide: no axe violation, no sideways scrolling, no shift, a picture of each.

The pictures go to the ignored folder `screenshots/`.
"""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import update

from cli.store import open_store
from models import Arm, Checkpoint, Job, Problem, ProblemSet, Run
from models.arm_kinds import arm_kinds
from models.enums import RunState
from tests.journeys.conftest import Site, serving
from tests.journeys.other_rows import add_other_rows
from tests.store_factory import StoreFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = ((390, 844), (1440, 900), (2560, 1440))
"""A telephone, a laptop and a large screen."""
PICTURES = Path(__file__).resolve().parents[2] / "screenshots"
PAGES = (
    "/",
    "/runs",
    "/runs/1",
    "/runs/2",
    "/runs/1/problems",
    "/runs/1/failures",
    "/failures",
    "/search",
    "/search?q=return&tokens_min=1",
    "/search?class=type&run=1",
    "/runs/1/problems?state=fixed&class=type&q=values",
    "/runs/1/problems?q=nothing-like-this",
    "/runs/1/problems?class=bogus",
    "/runs/1/labels",
    "/runs/1/problems/tekhne-fresh/0",
    "/runs/1/problems/tekhne-fresh/1?arm=base",
    "/runs/1/problems/tekhne-fresh/2?arm=critic&tokens=on",
    "/runs/2/problems/tekhne-fresh/59",
    "/revisions/1/tokens",
    "/runs/new",
    "/compare",
    "/compare?a=1&b=2",
    "/compare?a=1&b=1&arm_b=critic&c=2",
    "/programs?left=attempt:1&right=revision:1",
    "/runs/1/problems/tekhne-fresh/0?rerun=3",
    "/problem-sets",
    "/problem-sets/tekhne-fresh",
    "/checkpoints",
    "/checkpoints/1",
    "/forgetting",
    "/forgetting?checkpoint=1",
    "/transcripts",
    "/transcripts/1",
    "/transcripts?state=bad",
    "/transcripts/collect",
    "/checkpoints/train",
    "/checkpoints/train?what=base",
    "/jobs",
    "/jobs/done",
    "/jobs/waiting",
    "/jobs/under-way",
    "/jobs/training",
    "/investigations",
    "/investigations/night-1",
    "/health",
    "/columns",
    "/login",
    "/preferences",
    "/no-such-page",
)


def _open(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("heading", level=1).wait_for(state="attached")


def _picture(page: Page, path: str, theme: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    name = re.sub(r"\W+", "-", path).strip("-") or "overview"
    page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png", full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(context: BrowserContext, page: Page, site: Site, path: str, theme: str) -> None:
    context.add_cookies([{"name": "tekhne_theme", "value": theme, "url": site.url}])
    _open(page, path)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page)
        assert found.violations_count == 0, (width, found.generate_report())
    _picture(page, path, theme)


@pytest.mark.parametrize("width", [400, 1024, 1280, 2560])
def test_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        _open(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        _picture(page, path, "light")


def test_one_heading_of_the_first_level_on_every_page(page: Page) -> None:
    for path in PAGES:
        _open(page, path)
        assert page.get_by_role("heading", level=1).count() == 1, path


def test_paper_is_white_and_its_text_dark_whatever_the_theme(
    context: BrowserContext, page: Page, site: Site
) -> None:
    context.add_cookies([{"name": "tekhne_theme", "value": "dark", "url": site.url}])
    page.emulate_media(media="print", color_scheme="dark")
    for path in ("/runs/1", "/runs/1/problems/tekhne-fresh/0", "/investigations/night-1"):
        _open(page, path)
        shown = page.evaluate("(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))")
        assert shown == ["rgb(255, 255, 255)", "rgb(26, 34, 48)"]
        assert not page.get_by_text("Delete", exact=True).is_visible()


def test_a_list_of_long_names_and_many_samples_fits_its_window(browser: Browser, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'wide.db'}")
    factory = StoreFactory(store)
    version_id = factory.problem_set("a-set-with-a-long-name-of-its-own", problems=12)
    for samples in (4, 12, 40):
        factory.run(version_id, samples=samples)
    factory.run(version_id, samples=12, arms=tuple(arm_kinds()))
    with serving(store) as url:
        for width in (400, 830, 1024, 1120, 1280):
            page = browser.new_page(viewport={"width": width, "height": 900})
            for run_id in (1, 2, 3, 4):
                page.goto(f"{url}/runs/{run_id}/problems")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (run_id, width)
            page.close()
    store.close()


def test_names_of_any_length_fold_and_never_widen_a_page(browser: Browser, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'long.db'}")
    factory = StoreFactory(store)
    version_id = factory.problem_set(problems=6)
    run_id = factory.run(version_id, samples=2, gated=False)
    add_other_rows(store, run_id, factory.run(version_id, samples=2, state=RunState.RUNNING))
    long = "one-name-without-any-space/" * 7
    with store.writer() as session:
        session.execute(update(Run).values(name=long, error=long, note=long))
        for named in (Arm, Checkpoint, ProblemSet):
            session.execute(update(named).values(name=named.name + long))
        session.execute(update(Checkpoint).values(location=long, training={long: {long: long}}))
        session.execute(update(Problem).values(task_id=Problem.task_id + long, entry_point=long, description=long))
        session.execute(update(Job).values(error=long, worker=long))
    paths = (path for path in PAGES if "tekhne-fresh" not in path and "/runs/2/problems" not in path)
    with serving(store) as url:
        page = browser.new_page()
        for path in (*paths, "/runs/1/problems/~1"):
            for width in (400, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(url + path)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.close()
    store.close()


def test_paper_shows_the_report_without_the_navigation(page: Page) -> None:
    page.emulate_media(media="print")
    _open(page, "/runs/1")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.get_by_role("heading", name="Arms").is_visible()
