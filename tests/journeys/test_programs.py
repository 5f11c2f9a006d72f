"""A reader goes from two runs to a changed problem to both of its programs: by mouse and by keys alone."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHOSEN = "/compare?a=1&b=1&arm_b=critic"


def test_two_runs_a_changed_problem_both_programs(page: Page) -> None:
    page.goto("/compare")
    for letter, run in (("a", "1"), ("b", "2")):
        page.locator(f"select[name={letter}]").select_option(run)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Problems whose pass count changed")).to_be_visible()
    row = page.locator("tr[data-row]").first
    row.locator("[data-unfolds]").click()
    unfolded = page.locator("tr.unfolded")
    expect(unfolded).to_be_visible()
    expect(unfolded.locator(".file-head")).to_have_count(2)
    unfolded.get_by_role("link", name="open these two").click()
    expect(page.get_by_role("heading", level=1, name="Two programs")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/programs\?left=.*&right="))


def test_a_row_folds_and_unfolds_without_asking_again(page: Page) -> None:
    page.goto(CHOSEN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/programs" in request.url else None)
    link = page.locator("[data-unfolds]").first
    for visible in (True, False, True):
        link.click()
        expect(page.locator("tr.unfolded")).to_be_visible(visible=visible)
    assert len(asked) == 1


def test_the_same_by_keys_alone(page: Page) -> None:
    page.goto(CHOSEN)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tr.unfolded")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator("tr.unfolded")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_visible()


def test_one_side_is_changed_and_the_other_stays(page: Page) -> None:
    page.goto(CHOSEN)
    page.locator("[data-unfolds]").first.click()
    page.get_by_role("link", name="open these two").click()
    left, right = (page.get_by_label(f"Choose the {side} program") for side in ("left", "right"))
    before = page.url.split("right=")[1]
    left.get_by_role("link", name="canonical solution").click()
    expect(left.get_by_role("link", name="canonical solution")).to_have_attribute("aria-current", "true")
    assert page.url.split("right=")[1] == before
    expect(right.locator("[aria-current]")).to_have_count(1)
    page.keyboard.press("v")
    expect(right.get_by_role("link", name="canonical solution")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_the_button_and_the_options_are_in_the_first_screen(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto("/runs/1/problems/tekhne-fresh/0?arm=critic&sample=0")
    button = page.get_by_role("button", name="Re-run critic")
    expect(button).to_be_in_viewport(ratio=1)
    page.keyboard.press("e")
    expect(page.locator("select[name=repairer]")).to_be_in_viewport(ratio=1)
    expect(page.locator("select[name=repairer]")).to_be_focused()
