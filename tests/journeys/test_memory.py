"""Memory in the browser: the run's panel, marks and filters of the list, twins side by side, the checkpoint's card."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from cli.store import open_store
from models import Arm, Problem, RunProblemCount
from models.arm_kinds import ArmKind
from tests.journeys.conftest import serving
from tests.memory_rows import mark_recited, put_card
from tests.store_factory import Chances, StoreFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = ((390, 844), (1440, 900))


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A dashboard with one run of twelve problems, two of which are an original and its twin, and a memory card."""

    url: str
    base: int
    original: str


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    store = open_store(f"sqlite:///{Path(tmp_path_factory.mktemp('memory')) / 'store.db'}")
    factory = StoreFactory(store)
    chances = Chances(draft_passes=0.5, critic_fixes=0.5)
    run_id = factory.run(factory.problem_set("set", problems=12), samples=1, gated=False, chances=chances)
    mark_recited(store, run_id)
    with store.writer() as session:
        counted = RunProblemCount
        solved = dict(
            session.execute(
                select(counted.problem_id, counted.c)
                .join(Arm, Arm.id == counted.arm_id)
                .where(counted.run_id == run_id, Arm.kind == ArmKind.BASE)
                .order_by(counted.problem_id)
            ).all()
        )
        original = session.get_one(Problem, next(key for key, passes in solved.items() if passes))
        twin = session.get_one(Problem, next(key for key, passes in solved.items() if not passes))
        twin.twin_of = original.text_hash
        task_id = original.task_id
    with serving(store) as url:
        yield Measured(url=url, base=put_card(store, run_id), original=task_id)
    store.close()


@pytest.fixture(params=SIZES, ids=["narrow", "wide"])
def page(browser: Browser, measured: Measured, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(base_url=measured.url, viewport={"width": width, "height": height})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_memory_is_shown(page: Page, measured: Measured, theme: str) -> None:
    page.context.add_cookies([{"name": "tekhne_theme", "value": theme, "url": measured.url}])
    width = page.viewport_size["width"] if page.viewport_size else 0
    for path in (
        "/runs/1", "/runs/1/problems?state=recited", "/runs/1/problems?state=twin-broken",
        f"/runs/1/problems/{measured.original}?arm=base&sample=0", f"/checkpoints/{measured.base}",
    ):  # fmt: skip
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for(state="attached")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_from_the_panel_by_keys_to_recited_problems_and_to_the_broken_twin(page: Page, measured: Measured) -> None:
    page.goto("/runs/1")
    panel = page.get_by_role("region", name="Memory", exact=True)
    expect(panel).to_contain_text("Memory shows: solutions are recited")
    link = panel.get_by_role("link", name="Problems with a recited pass")
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"problems\?state=recited$"))
    expect(page.get_by_role("checkbox", name=re.compile("^recited"))).to_be_checked()
    expect(page.locator("tr[data-row]").first).to_contain_text("recited")
    page.get_by_role("checkbox", name=re.compile("^recited")).press("Space")
    page.get_by_role("checkbox", name=re.compile("^twin broken")).press("Space")
    expect(page).to_have_url(re.compile(r"state=twin-broken"))
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name=measured.original, exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Original and twin")).to_be_visible()


def test_the_checkpoints_card_says_what_it_shows_and_its_table_is_reached_by_keys(
    page: Page, measured: Measured
) -> None:
    page.goto(f"/checkpoints/{measured.base}")
    panel = page.get_by_role("region", name="Memory cards", exact=True)
    expect(panel).to_contain_text("Memory shows: solutions are recited, and original variable names are preferred")
    table = panel.get_by_role("region", name=re.compile("^Against 40 generated controls"))
    table.focus()
    expect(table).to_be_focused()
    expect(table.get_by_role("row")).to_have_count(7)
    expect(panel.get_by_label("Measure a card for")).to_be_visible()
    expect(panel.get_by_role("button", name="Measure")).to_be_enabled()
