"""The way from the overview to a re-run's verdict, as a reader clicks it in Chromium at 1440×900.

In: a served store with one finished run, and a worker. Out: how many clicks it took, and whether the button and the
verdict could be seen without scrolling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.report import Figure, at_least, at_most
from benchmarks.serving import FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FIRST_SCREEN = {"width": 1440, "height": 900}
CLICKS_BAR = 3
VERDICT_MS = 120_000


@dataclass(frozen=True, kw_only=True)
class Way:
    """One walk."""

    clicks: int
    button_is_seen: bool
    verdict_is_seen: bool


def figures(way: Way) -> Iterator[Figure]:
    yield at_most("rerun_clicks_from_overview", way.clicks, "clicks", CLICKS_BAR)
    yield at_least("rerun_button_in_first_screen", int(way.button_is_seen), "yes", 1)
    yield at_least("verdict_in_first_screen", int(way.verdict_is_seen), "yes", 1)


def walk(executable: str, address: str, run_id: int) -> Way:
    """From the overview to the verdict of a re-run."""
    # Imported here: it comes with the extra `dev`, which the other figures do not need.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            page = browser.new_page(viewport=FIRST_SCREEN)  # type: ignore[arg-type]
            return _walk(page, address, run_id)
        finally:
            browser.close()


def _walk(page: "Page", address: str, run_id: int) -> Way:
    page.goto(address)
    clicked = 0
    for target in (f'a[href="/runs/{run_id}/problems?state=failed"]', "tr[data-row] a.cover"):
        page.locator(target).first.click()
        clicked += 1
    button = page.get_by_role("button", name="Re-run critic")
    button.wait_for()
    button_is_seen = _is_seen(page, button)
    button.click()
    clicked += 1
    verdict = page.locator(".sample-row.shown .rerun-marks .m")
    verdict.first.wait_for(timeout=VERDICT_MS)
    return Way(clicks=clicked, button_is_seen=button_is_seen, verdict_is_seen=_is_seen(page, verdict.first))


def _is_seen(page: "Page", one: "Locator") -> bool:
    """Whether all of it is in the first screen, and the page is not scrolled."""
    box = one.bounding_box()
    if box is None or page.evaluate("window.scrollY") != 0:
        return False
    return box["y"] >= 0 and box["y"] + box["height"] <= FIRST_SCREEN["height"]
