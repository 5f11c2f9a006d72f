"""A reader finds a failed problem and reads its repair: by mouse, by keys alone, and without scripts."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from models import Attempt, Problem, Revision, Run, Trace
from models.enums import Verdict
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def test_from_the_overview_to_the_line_that_failed(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="critic against resampling").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("critic against resampling")
    page.get_by_role("link", name="failed", exact=True).click()
    expect(page).to_have_url(re.compile(r"/runs/1/problems\?state=failed$"))
    words = page.locator("tr[data-row]").first.locator("td.clip").bounding_box()
    assert words is not None
    # Anywhere in the row, as a reader would: the row's link lies over its cells.
    page.mouse.click(words["x"] + 20, words["y"] + 10)
    expect(page.get_by_role("heading", name=re.compile("Draft"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^1 of \d+$"))).to_be_visible()
    page.get_by_role("link", name="next →").click()
    expect(page.get_by_text(re.compile(r"^2 of \d+$"))).to_be_visible()
    page.go_back()
    expect(page.get_by_text(re.compile(r"^1 of \d+$"))).to_be_visible()


def test_a_strip_opens_its_own_arm(page: Page) -> None:
    page.goto("/runs/1/problems")
    page.locator("tr[data-row]").nth(4).locator("td[data-label=resample] b.m").nth(1).click()
    expect(page).to_have_url(re.compile(r"arm=resample"))
    expect(page.locator(".sample-row.shown")).to_contain_text("resample")


def test_a_filter_swaps_the_rows_keeps_the_focus_and_goes_into_the_address(page: Page) -> None:
    page.goto("/runs/1/problems")
    heading = page.get_by_role("heading", name="Problems")
    heading.evaluate("element => { element.dataset.kept = 'yes' }")
    search = page.get_by_role("searchbox")
    search.press_sequentially("MedianOf")
    expect(page).to_have_url(re.compile(r"q=MedianOf"))
    expect(page.locator("tr[data-row]")).to_have_count(15)
    expect(search).to_be_focused()
    expect(heading).to_have_attribute("data-kept", "yes")
    page.get_by_role("checkbox", name="fixed").check()
    expect(page).to_have_url(re.compile(r"state=fixed&q=MedianOf"))
    page.reload()
    expect(search).to_have_value("MedianOf")
    expect(page.get_by_role("checkbox", name="fixed")).to_be_checked()
    page.go_back()
    expect(page).to_have_url(re.compile(r"problems\?q=MedianOf$"))
    expect(page.get_by_role("checkbox", name="fixed")).not_to_be_checked()


def test_everything_goes_by_keys_alone(page: Page) -> None:
    page.goto("/runs/1")
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile(r"/runs/1/problems$"))
    page.keyboard.press("f")
    page.keyboard.type("Collatz")
    expect(page.locator("tr[data-row]")).to_have_count(15)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr[data-row]").nth(1).locator("a.cover")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("tr[data-row]").nth(0).locator("a.cover")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("tekhne-fresh/2")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("tekhne-fresh/6")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_contain_text("tekhne-fresh/2")
    page.keyboard.press("d")
    expect(page.locator(".bench.unified")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_contain_text("tekhne-fresh/2")


def test_brackets_go_through_the_samples(page: Page) -> None:
    page.goto("/runs/1/problems/tekhne-fresh/2?arm=critic&sample=1")
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("sample=2"))
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile("sample=1"))


def test_keys_that_were_switched_off_stay_off_and_fields_keep_their_letters(page: Page) -> None:
    page.goto("/runs/1/problems")
    page.get_by_role("searchbox").press_sequentially("jkn?")
    expect(page.get_by_role("searchbox")).to_have_value("jkn?")
    page.goto("/preferences")
    page.get_by_role("main").get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("main").get_by_text("Single keys are off")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_diff_has_two_columns_where_there_is_room_and_one_where_there_is_none(page: Page) -> None:
    page.goto("/runs/1/problems/tekhne-fresh/0?arm=critic&sample=0")
    left, right = page.locator(".file-head.left"), page.locator(".file-head.right")
    wide = left.bounding_box(), right.bounding_box()
    assert wide[0] is not None
    assert wide[1] is not None
    assert wide[0]["y"] == wide[1]["y"]
    page.set_viewport_size({"width": 400, "height": 800})
    narrow = left.bounding_box(), right.bounding_box()
    assert narrow[0] is not None
    assert narrow[1] is not None
    assert narrow[0]["x"] == narrow[1]["x"]


def test_copy_takes_the_program_as_the_model_wrote_it(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/runs/1/problems/tekhne-fresh/1?arm=base&sample=0")
    address = page.get_by_role("link", name="raw").get_attribute("href")
    page.keyboard.press("c")
    expect(page.locator("#status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.request.get(f"{site.url}{address}").text()
    context.close()


def test_it_reads_and_filters_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/runs/1/problems")
    page.get_by_role("checkbox", name="fixed").check()
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(f"{site.url}/runs/1/problems?state=fixed")
    page.locator("tr[data-row] a.cover").first.click()
    expect(page.get_by_role("heading", name="Draft and revision")).to_be_visible()
    page.get_by_role("button", name=re.compile("Theme")).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()


def test_a_hostile_candidate_cannot_script_the_page(page: Page, site: Site) -> None:
    with site.store.reader() as session:
        kept = session.get_one(Problem, 60).description, session.get_one(Run, 2).name
    with site.store.writer() as session:
        session.execute(update(Problem).where(Problem.id == 60).values(description=HOSTILE))
        session.execute(update(Attempt).where(Attempt.problem_id == 60).values(text=HOSTILE, notes=[HOSTILE]))
        session.execute(update(Revision).where(Revision.problem_id == 60).values(text=HOSTILE * 2))
        session.execute(update(Trace).values(message=HOSTILE))
        session.execute(update(Run).where(Run.id == 2).values(name=HOSTILE, error=HOSTILE))
    try:
        for path in (
            "/",
            "/runs",
            "/runs/2",
            "/runs/1/problems?q=tekhne-fresh/59",
            "/runs/1/problems/tekhne-fresh/59",
        ):
            page.goto(path)
            assert "owned" not in page.title() or HOSTILE in page.title()
            assert page.locator("img").count() == 0
    finally:
        with site.store.writer() as session:
            session.execute(update(Problem).where(Problem.id == 60).values(description=kept[0]))
            session.execute(update(Run).where(Run.id == 2).values(name=kept[1], error=""))


def test_a_refused_rerun_says_why_and_leaves_the_page_as_it_was(context: BrowserContext, page: Page) -> None:
    page.goto("/runs/1/problems/tekhne-fresh/0?arm=critic&sample=0")
    context.clear_cookies()
    page.get_by_role("button", name="Re-run critic").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#refusal")).to_contain_text("token of its page")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("button", name="Re-run critic")).to_be_focused()


def test_a_form_sent_at_once_is_not_sent_past_htmx(context: BrowserContext, page: Page) -> None:
    page.add_init_script("const timer = setTimeout; window.setTimeout = (does, ms) => timer(does, ms ?? 30000)")
    test_a_refused_rerun_says_why_and_leaves_the_page_as_it_was(context, page)


def test_the_arm_that_is_listed_stays_while_searching(page: Page) -> None:
    page.goto("/runs/1/problems?state=fixed&by=resample")
    page.get_by_role("searchbox").fill("Collatz")
    expect(page).to_have_url(re.compile(r"by=resample.*q=Collatz"))
    expect(page.locator("#problems-count [aria-current]")).to_have_text("resample")


def test_a_filter_that_never_arrived_says_so_and_is_forgotten_once_it_works(page: Page) -> None:
    page.goto("/runs/1/problems")
    page.route("**/problems?*", lambda route: route.abort())
    page.get_by_role("searchbox").fill("Collatz")
    expect(page.locator("#refusal")).to_contain_text("does not answer")
    expect(page.locator("#problems-count")).to_contain_text("60 problems")
    page.unroute("**/problems?*")
    page.get_by_role("searchbox").fill("CollatzSteps")
    expect(page.locator("tr[data-row]")).to_have_count(15)
    expect(page.locator("#refusal")).to_be_empty()


def test_a_line_that_an_address_points_at_is_unfolded_and_not_under_the_head(page: Page, site: Site) -> None:
    with site.store.writer() as session:
        row = session.scalars(
            select(Attempt).where(Attempt.run_id == 1, Attempt.verdict != Verdict.PASSED)
        ).first()
        assert row is not None
        before, row.text = row.text, "\n".join(f"line{number}()" for number in range(400))
        address = f"/runs/1/problems/{row.problem.task_id}?arm=base&sample={row.sample}"
        number = row.id
    try:
        page.goto(f"{address}#A300")
        line, head = page.locator("#A300"), page.locator(".file-head").first
        expect(line).to_be_in_viewport()
        stands, covered = line.bounding_box(), head.bounding_box()
        assert stands is not None
        assert covered is not None
        assert stands["y"] >= covered["y"] + covered["height"]
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollHeight") < 5_000
        page.keyboard.press("z")
        expect(page).to_have_url(re.compile("fold=no"))
        expect(page.locator("details.fold")).to_have_count(0)
    finally:
        with site.store.writer() as session:
            session.execute(update(Attempt).where(Attempt.id == number).values(text=before))
