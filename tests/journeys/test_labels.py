"""A reviewer goes from a failure group to its attempts, labels one, and finds it again: by mouse, and by keys alone."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete, select

from models import Review, ReviewLabel
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def unlabelled(site: Site) -> Iterator[None]:
    yield
    with site.store.writer() as session:
        session.execute(delete(Review))


def _labels(site: Site) -> list[str]:
    with site.store.reader() as session:
        return list(session.scalars(select(ReviewLabel.name).order_by(ReviewLabel.name)))


def test_a_failure_group_is_opened_labelled_filtered_and_downloaded(
    context: BrowserContext, page: Page, site: Site
) -> None:
    page.goto("/runs/1/failures")
    page.locator("tr[data-row] a.cover").first.click()
    expect(page).to_have_url(re.compile("fingerprint="))
    page.locator("tr[data-row] a.cover").first.click()
    page.get_by_text(re.compile("^Label")).first.click()
    form = page.locator("form.review").first
    form.get_by_label("New labels").fill("off by one; harness bug")
    form.get_by_label("Note").fill("the loop ends one too late")
    form.get_by_label("Your name").fill("Ada")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".label-control summary .label")).to_have_text(["harness bug", "off by one"])
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="Problems").click()
    page.locator("select[name=label]").select_option("off by one")
    expect(page).to_have_url(re.compile(r"label=off(\+|%20)by(\+|%20)one"))
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Labels").click()
    expect(page.get_by_role("row", name=re.compile("off by one"))).to_be_visible()
    assert Axe().run(page).violations_count == 0
    file = context.request.get(page.get_by_role("link", name="CSV").get_attribute("href") or "").text()
    (row,) = csv.DictReader(io.StringIO(file.removeprefix("\ufeff"), newline=""))
    assert (row["labels"], row["reviewer"]) == ("harness bug; off by one", "Ada")
    assert row["note"] == "the loop ends one too late"


def test_failures_are_labelled_one_after_the_other_without_a_mouse(page: Page, site: Site) -> None:
    page.goto("/runs/1/labels")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/problems/.*arm=base&sample="))
    first = page.url
    page.keyboard.press("l")
    # Nothing is known yet, so the field for new labels is first.
    expect(page.locator("form.review").first.get_by_label("New labels")).to_be_focused()
    page.keyboard.type("misread the statement")
    name = page.locator("form.review").first.get_by_label("Your name")
    while not name.evaluate("field => field === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type("Bo")
    page.keyboard.press("Enter")
    expect(page.locator(".label-control summary .label").first).to_have_text("misread the statement")
    page.keyboard.press("u")
    expect(page).not_to_have_url(first)
    page.keyboard.press("l")
    known = page.get_by_role("checkbox", name="misread the statement").first
    expect(known).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".label-control summary .label").first).to_have_text("misread the statement")
    assert _labels(site) == ["misread the statement"] * 2
