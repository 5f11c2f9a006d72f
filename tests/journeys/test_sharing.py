"""What is handed on: a link that another reader opens, and a page that is read without the tool."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser


def test_a_copied_link_opens_the_same_arm_and_sample_elsewhere(
    context: BrowserContext, page: Page, browser: Browser, site: Site
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    page.goto("/runs/1/problems/tekhne-fresh/3?arm=resample&sample=2")
    shown = page.get_by_role("main").get_by_role("heading", level=2).first.inner_text()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.startswith(site.url)
    elsewhere = browser.new_page()
    elsewhere.goto(address)
    expect(elsewhere.get_by_role("main").get_by_role("heading", level=2).first).to_have_text(shown)
    assert "sample 2" in shown
    assert "new draft" in shown
    elsewhere.close()


@pytest.mark.parametrize("path", ["/runs/1", "/compare?a=1&b=2", "/runs/1/problems/tekhne-fresh/3"])
def test_a_page_in_a_file_is_read_without_the_tool(
    page: Page, browser: Browser, tmp_path: Path, path: str
) -> None:
    page.goto(path)
    with page.expect_download() as download:
        page.get_by_role("link", name="HTML file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        alone = browser.new_page(color_scheme=theme, viewport={"width": 390, "height": 844})
        asked: list[str] = []
        alone.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[misc]
        alone.goto(file.as_uri())
        expect(alone.get_by_role("heading", level=1)).to_be_visible()
        assert asked == [file.as_uri()]
        assert alone.evaluate("document.documentElement.scrollWidth") <= 390
        found = Axe().run(alone)
        assert found.violations_count == 0, found.generate_report()
        alone.close()
