"""Overview, Runs and a run's page tell by themselves what happens: a run started, followed, finished before a reader.

Everything is real: server, queue, worker process, network (a tiny one), Go. No page is ever loaded again.
"""

import random
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from app.actions.runs import create_run, start_run
from models import Run, RunProblem
from models.arm_kinds import ArmKind
from models.enums import RunState
from models.specification import ArmSpecification, RunSpecification, Sampling
from tests.forking import Nursery
from tests.journeys.conftest import Watch
from tests.journeys.running_tekhne import PATIENCE_MS, RunningTekhne, running_tekhne
from tests.run_filler import RunFiller
from tests.store_factory import Chances, StoreFactory

pytestmark = [pytest.mark.browser, pytest.mark.go, pytest.mark.slow]
SAMPLING = Sampling(temperature=1.0, top_p=1.0, max_new_tokens=24)


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


def new_run(running: RunningTekhne, name: str, samples: int) -> int:
    """A run that nobody has started."""
    arms = (ArmSpecification(kind=ArmKind.CRITIC, name="critic", checkpoint="critic", sampling=SAMPLING),)
    wanted = RunSpecification(
        name=name, problem_sets=("two",), base="base", arms=arms, samples=samples, sampling=SAMPLING
    )
    with running.store.writer() as session:
        return create_run(session, wanted).id


def start(running: RunningTekhne, run_id: int) -> None:
    start_run(running.store, running.server.queue, run_id)


def test_a_run_is_followed_on_all_three_pages_at_once(context: BrowserContext, running: RunningTekhne) -> None:
    run_id = new_run(running, "followed", samples=40)
    overview, runs, run = (context.new_page() for _ in range(3))
    for page, path in ((overview, "/"), (runs, "/runs"), (run, f"/runs/{run_id}")):
        page.goto(path)
        page.get_by_role("heading", level=1).evaluate("one => { one.dataset.loaded = 'once' }")
    for page in (overview, runs, run):
        page.bring_to_front()
        expect(page.locator(".lost")).to_be_hidden()
    running.end_worker()
    start(running, run_id)
    overview.bring_to_front()
    expect(overview.locator("#work")).to_contain_text("followed", timeout=20000)
    expect(overview.locator("#work")).to_contain_text("No worker")
    expect(run.locator("#run-progress")).to_contain_text("tekhne worker")
    running.start_worker()
    expect(run.locator("#run-progress .step", has_text="executed")).to_be_visible(timeout=PATIENCE_MS)
    expect(run.locator("#run-body .title-line .state.done")).to_be_visible(timeout=PATIENCE_MS)
    expect(run.locator(".verdict-line")).not_to_contain_text("No sample")
    expect(run.locator("#run-progress section")).to_have_count(0)
    expect(overview.locator(f"#run-{run_id} .state.done")).to_be_visible(timeout=PATIENCE_MS)
    expect(overview.locator(f"#run-{run_id} .sentence[data-stage]")).not_to_be_empty()
    expect(runs.locator(f"#run-{run_id} .state.done")).to_be_visible(timeout=PATIENCE_MS)
    expect(overview.locator("#work .jobs li")).to_have_count(0)
    for page in (overview, runs):
        expect(page.get_by_role("heading", level=1)).to_have_attribute("data-loaded", "once")


def test_numbers_follow_new_results_and_leave_open_what_is_being_read(page: Page, running: RunningTekhne) -> None:
    factory = StoreFactory(running.store)
    run_id = factory.run(factory.problem_set("growing", problems=9), samples=2, state=RunState.RUNNING)
    page.goto(f"/runs/{run_id}")
    page.evaluate("window.loaded = 'once'")
    opened = page.locator(f"#{page.locator('details.repair:not([open])').first.get_attribute('id')}")
    opened.locator("summary").first.click()
    solved = page.locator(".figures tr", has_text="samples passed").locator("td").first
    expect(solved).to_contain_text("of 12")
    with running.store.writer() as session:
        run = session.get_one(Run, run_id)
        filler = RunFiller(session, run, random.Random(3), Chances())
        for row in session.scalars(select(RunProblem).where(RunProblem.run_id == run_id, RunProblem.position > 5)):
            filler.fill(row.problem)
        run.revision_number += 1
    expect(solved).to_contain_text("of 18")
    expect(opened).to_have_attribute("open", "")
    assert page.evaluate("window.loaded") == "once"


def test_a_run_that_came_since_is_announced_and_moves_nothing(page: Page, running: RunningTekhne) -> None:
    page.goto("/")
    before = page.locator(".run-card").count()
    new_run(running, "later", samples=1)
    news = page.get_by_role("link", name="1 newer run: show")
    expect(news).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".run-card")).to_have_count(before)
    news.click()
    # The newest finished run stands above the others.
    expect(page.locator(".run-cards").last.locator(".run-card").first).to_contain_text("later")


def test_the_page_of_jobs_lives_and_announces_newer_ones(page: Page, running: RunningTekhne) -> None:
    running.end_worker()
    start(running, new_run(running, "listed", samples=20))
    page.goto("/jobs")
    page.get_by_role("heading", level=1).evaluate("one => { one.dataset.loaded = 'once' }")
    row, rows = page.locator("tr[id^=job-row-]").first, page.locator("tr[id^=job-row-]")
    expect(row.locator(".state.queued")).to_be_visible()
    before = rows.count()
    start(running, new_run(running, "later", samples=1))
    expect(page.get_by_role("link", name="1 newer job: show")).to_be_visible(timeout=PATIENCE_MS)
    expect(rows).to_have_count(before)
    running.start_worker()
    expect(row.locator(".state.done")).to_be_visible(timeout=PATIENCE_MS)
    expect(row.locator("td.num")).to_have_text("40 / 40")
    expect(page.locator("#workers-now")).to_contain_text("alive")
    expect(page.get_by_role("heading", level=1)).to_have_attribute("data-loaded", "once")
    page.get_by_role("link", name="1 newer job: show").click()
    expect(rows).to_have_count(before + 1)


def test_a_lost_connection_is_said_and_caught_up(page: Page, running: RunningTekhne) -> None:
    run_id = new_run(running, "in the dark", samples=1)
    page.goto("/")
    card = page.locator(f"#run-{run_id}")
    expect(card.locator(".state.queued")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#work .lost")).to_be_hidden()
    running.server.stop()
    expect(page.locator("#work .lost")).to_contain_text("Connection lost at")
    with running.store.writer() as session:
        session.get_one(Run, run_id).state = RunState.CANCELLED
    running.server.start()
    expect(card.locator(".state.cancelled")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#work .lost")).to_be_hidden()


def test_a_killed_worker_is_said_on_the_page_of_its_run(page: Page, running: RunningTekhne) -> None:
    run_id = new_run(running, "interrupted", samples=60)
    start(running, run_id)
    page.goto(f"/runs/{run_id}")
    bar = page.locator("#run-progress .step", has_text="executed").locator("progress")
    expect(bar).not_to_have_js_property("value", 0, timeout=PATIENCE_MS)
    running.end_worker(signal.SIGKILL)
    expect(page.locator("#run-progress .notice")).to_contain_text("No worker is alive", timeout=PATIENCE_MS)
    running.start_worker()
    expect(page.locator("#run-progress .notice")).to_have_count(0, timeout=PATIENCE_MS)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".title-line .state.cancelled")).to_be_visible(timeout=PATIENCE_MS)


def test_a_run_is_begun_from_the_overview_and_made_again_from_its_page(page: Page, running: RunningTekhne) -> None:
    page.goto("/")
    page.get_by_role("link", name="New run").click()
    expect(page.get_by_role("checkbox", name="critic critic")).to_be_checked()
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_attribute("placeholder", "critic on base, two")
    page.get_by_label("Samples per problem").fill("2")
    page.get_by_label("Max new tokens").fill("12")
    expect(page.locator("#plan .cost")).to_contain_text("2 samples × 3 arms")
    page.get_by_role("checkbox", name="critic critic").uncheck()
    expect(name).to_have_attribute("placeholder", "resampling on base, two")
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("resampling on base, two")
    expect(page.locator(".title-line .state.done")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_text("Name and tags").click()
    page.get_by_label("Name", exact=True).fill("two samples")
    page.get_by_label("Tags").fill("small, first")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("two samples")
    page.get_by_role("link", name="New run like this").click()
    expect(page.get_by_label("Samples per problem")).to_have_value("2")
    expect(page.get_by_label("Max new tokens")).to_have_value("12")
    expect(page.get_by_role("checkbox", name="critic critic")).not_to_be_checked()
    page.get_by_role("checkbox", name="two").uncheck()
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("A run needs at least one problem set")
