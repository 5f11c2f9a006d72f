"""A reader searches a text and shares what was found; a group of failures leads to its programs; a filter is kept."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser


def test_a_text_is_searched_opened_and_its_address_shows_the_same_elsewhere(
    page: Page, browser: Browser, site: Site
) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill(":= range")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=%3A%3D\+range$"))
    expect(page.locator("mark").first).to_have_text(":= range")
    found = page.locator("tr[data-row]").first
    problem = found.locator("a.cover").inner_text()
    found.locator("a.cover").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+/problems/.*sample=\d"))
    expect(page.locator("main")).to_contain_text(":= range")
    address, title = page.url, page.title()
    elsewhere = browser.new_context().new_page()
    elsewhere.goto(address)
    expect(elsewhere).to_have_title(title)
    expect(elsewhere.locator("main")).to_contain_text(problem)
    expect(elsewhere.locator("main")).to_contain_text(":= range")
    elsewhere.context.close()


def test_a_group_of_failures_opens_its_programs_and_one_of_them_by_keys_alone(page: Page) -> None:
    page.goto("/runs/1")
    page.get_by_role("link", name="Failures grouped").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Failures")
    words = page.locator("a.fingerprint").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Programs of one failure group")
    expect(page.locator(".lead .fingerprint")).to_contain_text(words)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/runs/1/problems/.*sample=\d"))


def test_a_filter_is_kept_under_a_name_and_found_again(page: Page) -> None:
    page.goto("/failures?class=type")
    page.get_by_text("Save this filter").click()
    page.get_by_label("Name").fill("type errors of all runs")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"/failures\?class=type$"))
    page.goto("/search")
    page.get_by_role("link", name="type errors of all runs").click()
    expect(page).to_have_url(re.compile(r"/failures\?class=type$"))
    page.goto("/search")
    page.get_by_role("button", name="Forget the filter type errors of all runs").click()
    expect(page.get_by_role("link", name="type errors of all runs")).to_have_count(0)
