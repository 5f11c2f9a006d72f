"""An investigation in the browser: started from the form, read from its conclusions to a problem, kept as a file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from dbos import DBOS
from playwright.sync_api import Browser, Page, expect

from cli.store import open_store
from settings import Settings
from tests.journeys.conftest import serving
from tests.journeys.other_rows import add_other_rows
from tests.store_factory import StoreFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = ((390, 844), (1440, 900))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = Path(tmp_path_factory.mktemp("investigations"))
    store = open_store(f"sqlite:///{folder / 'store.db'}")
    factory = StoreFactory(store)
    version = factory.problem_set(problems=12)
    done, half_way = (factory.run(version, samples=3) for _ in range(2))
    add_other_rows(store, done, half_way)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEKHNE_DATA_DIR", str(folder))
        DBOS.migrate(Settings().jobs_url)
        with serving(store) as url:
            yield url
    store.close()


@pytest.fixture(params=SIZES, ids=["narrow", "wide"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(base_url=address, viewport={"width": width, "height": height})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def test_from_the_conclusions_by_keys_to_the_problems_behind_a_number(page: Page) -> None:
    page.goto("/investigations")
    page.get_by_role("link", name="night-1").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What two runs show")
    expect(page.get_by_role("region", name="Steps", exact=True)).to_contain_text("2 of 4 steps done")
    expect(page.get_by_role("region", name="Steps", exact=True)).to_contain_text("12 / 40")
    conclusions = page.get_by_role("region", name="Conclusions", exact=True)
    conclusions.get_by_role("link", name="What repair did").first.press("Enter")
    expect(page).to_have_url(re.compile("#step-repair$"))
    flips = page.get_by_role("region", name=re.compile("^Problems before and after critic")).first
    flips.get_by_role("link").nth(1).press("Enter")
    expect(page).to_have_url(re.compile(r"/runs/1/problems\?state=lost"))


def test_the_file_opens_by_itself_and_prints(page: Page, tmp_path: Path) -> None:
    page.goto("/investigations/night-1")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="HTML", exact=True).click()
    file = tmp_path / "night-1.html"
    downloading.value.save_as(file)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="Conclusions")).to_be_visible()
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    pdf = page.pdf(prefer_css_page_size=True)
    # A4 in points.
    assert re.search(rb"/MediaBox \[0 0 59[45]\.?\d* 84[12]\.?\d*\]", pdf)


def test_a_faulty_recipe_is_refused_beside_the_form_and_a_mended_one_starts(page: Page) -> None:
    name = "narrow" if page.viewport_size and page.viewport_size["width"] < 400 else "wide"
    page.goto("/investigations")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Own recipe (TOML)").fill('[steps.scroe]\nbase = "any"\n')
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="no kind of step")).to_contain_text("did you mean 'score'?")
    expect(page.get_by_label("Own recipe (TOML)")).to_have_value('[steps.scroe]\nbase = "any"\n')
    page.get_by_label("Own recipe (TOML)").fill('base = "any"\n[sets]\nown = "any"\n[steps.score]\n')
    page.get_by_role("button", name="Start").press("Enter")
    expect(page).to_have_url(re.compile(f"/investigations/{name}$"))
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(page.get_by_role("region", name="Steps", exact=True)).to_contain_text("cancelled")
    page.get_by_text("Delete", exact=True).press("Enter")
    page.get_by_role("button", name="Delete this investigation").press("Enter")
    expect(page).to_have_url(re.compile("/investigations$"))
