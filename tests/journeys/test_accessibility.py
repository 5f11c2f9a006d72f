"""Every page, light and dark, narrow and wide: no axe violation, no sideways scrolling, no shift, a picture of each.

The pictures go to the ignored folder `screenshots/`.
"""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).resolve().parents[2] / "screenshots"
PAGES = (
    "/",
    "/runs",
    "/runs/1",
    "/runs/2",
    "/runs/1/problems",
    "/runs/1/problems?state=fixed&class=type&q=values",
    "/runs/1/problems?q=nothing-like-this",
    "/runs/1/problems?class=bogus",
    "/runs/1/problems/tekhne-fresh/0",
    "/runs/1/problems/tekhne-fresh/1?arm=base",
    "/runs/2/problems/tekhne-fresh/59",
    "/runs/new",
    "/compare",
    "/compare?a=1&b=2",
    "/problem-sets",
    "/problem-sets/tekhne-fresh",
    "/checkpoints",
    "/checkpoints/1",
    "/transcripts",
    "/transcripts/1",
    "/transcripts?state=bad",
    "/jobs",
    "/jobs/done",
    "/jobs/waiting",
    "/jobs/under-way",
    "/health",
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
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    _picture(page, path, theme)


@pytest.mark.parametrize("width", [400, 2560])
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


def test_paper_shows_the_report_without_the_navigation(page: Page) -> None:
    page.emulate_media(media="print")
    _open(page, "/runs/1")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.get_by_role("heading", name="Arms").is_visible()
