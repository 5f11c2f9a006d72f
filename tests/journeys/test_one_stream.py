"""A live page holds one stream: a browser opens six connections to a host, and two a page would use them up."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Site


@pytest.mark.parametrize("path", ["/", "/runs", "/runs/2", "/jobs"])
def test_a_live_page_opens_one_stream(page: Page, site: Site, path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/live" in request.url else None)
    page.goto(path)
    page.wait_for_timeout(1500)
    assert len(asked) == 1, asked
