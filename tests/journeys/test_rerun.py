"""A reader repairs one failed draft again: from the filter to the live verdict, the history and the CSV.

Everything is real: server, queue, worker process, network (a tiny one), Go. By mouse, by keys alone, with two browsers
on one job, and with the worker killed in the middle.
"""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from models import Revision, Run
from models.enums import RunKind
from tests.forking import Nursery
from tests.journeys.conftest import Watch
from tests.journeys.running_tekhne import PATIENCE_MS, RunningTekhne, running_tekhne

pytestmark = [pytest.mark.browser, pytest.mark.go, pytest.mark.slow]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[RunningTekhne]:
    with running_tekhne(tmp_path_factory.mktemp("running"), nursery) as lent:
        yield lent


@pytest.fixture
def context(browser: Browser, running: RunningTekhne) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=running.url, viewport={"width": 1280, "height": 900})
    made.set_default_timeout(PATIENCE_MS)
    watch = Watch(made)
    yield made
    made.close()
    assert watch.faults == []


def open_failed_problem(page: Page, running: RunningTekhne) -> None:
    page.goto(f"/runs/{running.run_id}/problems?state=failed")
    page.locator("tr[data-row] a.cover").first.click()
    expect(page.locator("#code")).to_be_visible()


def ask_again(page: Page, seed: int, tokens: int = 40) -> None:
    page.locator("summary", has_text="Options").click()
    page.get_by_label("Seed").fill(str(seed))
    page.get_by_label("Max new tokens").fill(str(tokens))
    page.get_by_role("button", name="Re-run critic").click()


def note_text(page: Page, selector: str) -> None:
    """Keep in `window.noted` the last text that stood there: a quick worker replaces it before anybody looks again."""
    page.evaluate(
        """selector => {
            window.noted = "";
            const note = () => { window.noted = document.querySelector(selector)?.textContent || window.noted; };
            new MutationObserver(note).observe(document, {subtree: true, childList: true, characterData: true});
        }""",
        selector,
    )


def wait_until_done(page: Page) -> None:
    expect(page.locator("#rerun-now .state.done")).to_be_visible(timeout=PATIENCE_MS)


def test_from_the_filter_to_the_live_verdict_the_strip_and_the_csv(page: Page, running: RunningTekhne) -> None:
    open_failed_problem(page, running)
    ask_again(page, seed=11)
    expect(page).to_have_url(re.compile(r"rerun=\d+"))
    wait_until_done(page)
    row = page.locator(".sample-row.shown")
    expect(row).to_contain_text("re-run")
    expect(row.locator(".m")).to_be_visible()
    expect(page.get_by_role("region", name="Draft and revision")).to_contain_text("re-run")
    expect(page.locator("#reruns tbody tr")).not_to_have_count(0)
    page.reload()
    expect(page.locator(".sample-row.shown")).to_contain_text("re-run")
    page.go_back()
    expect(page.locator(".sample-row.shown")).not_to_contain_text("re-run")
    with running.store.reader() as session:
        child = session.scalars(select(Run).where(Run.kind == RunKind.RERUN).order_by(Run.id.desc())).first()
        assert child is not None
        revision = session.scalars(select(Revision).where(Revision.run_id == child.id)).one()
    with page.expect_download() as download:
        page.goto(f"/runs/{running.run_id}")
        page.get_by_role("link", name="attempts CSV").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 4
    again = page.request.get(f"/runs/{child.id}/attempts.csv").text()
    assert str(revision.verdict) in again


def test_the_text_arrives_in_the_revisions_column_and_is_compared_with_the_published_revision(
    page: Page, running: RunningTekhne
) -> None:
    open_failed_problem(page, running)
    note_text(page, ".writing > .now #rerun-written .written")
    ask_again(page, seed=21, tokens=600)
    wait_until_done(page)
    assert page.evaluate("window.noted")
    page.keyboard.press("v")
    expect(page.get_by_role("heading", name="Published revision and re-run")).to_be_visible()
    expect(page).to_have_url(re.compile("against=published"))


def test_by_keys_alone(page: Page, running: RunningTekhne) -> None:
    page.goto(f"/runs/{running.run_id}/problems?state=failed")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_visible()
    expect(page.get_by_role("button", name="Re-run critic")).to_be_in_viewport()
    page.keyboard.press("e")
    expect(page.locator("select[name=repairer]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("spinbutton", name="Samples")).to_be_focused()
    page.keyboard.type("2")
    page.get_by_role("spinbutton", name="Samples").blur()
    page.keyboard.press("r")
    wait_until_done(page)
    expect(page.locator(".sample-row.shown .tabs a")).to_have_count(2)


def test_a_reflection_is_edited_and_what_follows_is_compared_with_the_published_revision(
    page: Page, running: RunningTekhne
) -> None:
    open_failed_problem(page, running)
    page.keyboard.press("e")
    source = page.locator("select[name=reflection_from]")
    source.select_option(index=1)
    text = page.get_by_label("Text of the given reflection")
    expect(text).not_to_have_value("")
    text.fill("Return the sum of both.")
    page.get_by_role("button", name="Re-run critic").click()
    wait_until_done(page)
    expect(page.locator(".sample-row.shown")).to_contain_text("edited reflection")
    expect(page.locator(".bench-facts")).to_contain_text("Return the sum of both.")
    expect(page.locator(".bench-facts")).to_contain_text("Given, by a reader, after")
    page.get_by_role("link", name="against the published revision").click()
    expect(page.get_by_role("heading", name="Published revision and re-run")).to_be_visible()


def test_all_that_match_a_filter_are_rerun_as_one_job(page: Page, running: RunningTekhne) -> None:
    page.goto(f"/runs/{running.run_id}/problems?state=failed")
    page.get_by_text("Re-run all that match").click()
    page.get_by_label("Max new tokens").fill("30")
    page.get_by_role("button", name=re.compile(r"Re-run \d+ problem")).click()
    expect(page.locator(".job-live .state.done")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"/runs/{running.run_id}/problems?last_rerun=any")
    expect(page.locator("tr[data-row]").first).to_be_visible()
    page.locator(".rerun-cell a").first.click()
    expect(page.locator(".sample-row.shown")).to_contain_text("re-run")


def test_two_browsers_watch_one_job(context: BrowserContext, running: RunningTekhne) -> None:
    first = context.new_page()
    open_failed_problem(first, running)
    ask_again(first, seed=13)
    job = first.locator("#rerun-now").get_by_role("link", name="its job").get_attribute("href")
    second = context.new_page()
    second.goto(str(job))
    wait_until_done(first)
    expect(second.locator(".job-live .state.done")).to_be_visible(timeout=PATIENCE_MS)


def test_without_a_worker_the_click_waits_and_says_so_and_is_done_when_one_comes(
    page: Page, running: RunningTekhne
) -> None:
    running.end_worker()
    open_failed_problem(page, running)
    ask_again(page, seed=14)
    live = page.locator("#rerun-now")
    expect(live.locator(".state.queued")).to_be_visible()
    draft, text = (
        page.locator(part).bounding_box() for part in (".writing > .single:not(.now)", "#rerun-written")
    )
    assert draft is not None
    assert text is not None
    assert draft["x"] + draft["width"] <= text["x"], "the text arrives beside the draft"
    running.start_worker()
    expect(live.locator(".state.done")).to_be_visible(timeout=PATIENCE_MS)


def test_a_worker_killed_in_the_middle_loses_nothing(page: Page, running: RunningTekhne) -> None:
    open_failed_problem(page, running)
    ask_again(page, seed=15, tokens=600)
    live = page.locator("#rerun-now")
    expect(page.locator("#rerun-written .written").first).not_to_be_empty(timeout=PATIENCE_MS)
    running.end_worker(signal.SIGKILL)
    running.start_worker()
    expect(live.locator(".state.done")).to_be_visible(timeout=PATIENCE_MS)


def test_a_server_restarted_in_mid_stream_is_said_and_caught_up(page: Page, running: RunningTekhne) -> None:
    running.end_worker()
    open_failed_problem(page, running)
    ask_again(page, seed=16)
    live = page.locator("#rerun-now")
    expect(live.locator(".state.queued")).to_be_visible()
    running.server.restart()
    running.start_worker()
    expect(live.locator(".state.done")).to_be_visible(timeout=PATIENCE_MS)


def test_a_waiting_job_is_cancelled_by_its_button(page: Page, running: RunningTekhne) -> None:
    running.end_worker()
    open_failed_problem(page, running)
    ask_again(page, seed=17)
    page.locator("#rerun-now").get_by_role("button", name="Cancel").click()
    expect(page.locator("#rerun-now .state.cancelled")).to_be_visible()
    running.start_worker()
