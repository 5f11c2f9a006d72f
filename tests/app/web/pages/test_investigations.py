"""Pages of investigations: the list with its form, one with its steps and report, and the report as a file."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select

from app.actions.investigations import put_investigation
from app.main import create_app
from models import Investigation, InvestigationStep, Job, Store
from models.enums import JobKind, JobState
from models.step_kinds import StepResult
from settings import Settings
from tests.app.web.pages.conftest import Served
from tests.client import TestClient

RECIPE = """\
title = "Of <one> run"
about = "In little."
base = "any"
[sets]
own = "any"
[steps.score]
[steps.later]
kind = "best_of"
"""


def with_results(store: Store, run_id: int, state: JobState = JobState.DONE) -> None:
    put_investigation(store, "one", RECIPE)
    with store.writer() as session:
        row = session.scalars(select(Investigation)).one()
        row.state = state
        step = session.scalars(select(InvestigationStep).filter_by(name="score")).one()
        step.state = JobState.DONE
        step.results = [StepResult(run_id=run_id).model_dump(mode="json")]


class _Addresses(HTMLParser):
    """Every address that a file names, and every id that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"href", "src", "action", "xlink:href", "srcset", "data"}:
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_the_page_begins_with_the_conclusions_and_its_numbers_lead_to_problems(served: Served) -> None:
    with_results(served.store, served.run_id)
    page = served.text("/investigations/one")
    verdict = served.client.get(f"/api/v1/runs/{served.run_id}/report").json()["verdict"]
    assert "Of &lt;one&gt; run" in page
    assert verdict.split(".")[0] in page
    assert page.index('id="conclusions"') < page.index('id="step-score"') < page.index('id="problems"')
    assert page.index('id="identities"') < page.index('id="recipe"')
    for state in ("gained", "lost", "both", "neither"):
        assert f"/runs/{served.run_id}/problems?state={state}" in page
    assert "1 of 2 steps are done; what the others will show is not known yet." in page
    assert "one" in served.text("/investigations")


def test_the_file_needs_nothing_outside_itself(served: Served) -> None:
    with_results(served.store, served.run_id)
    answer = served.client.get("/investigations/one/report.html")
    assert answer.headers["content-disposition"] == 'attachment; filename="one.html"'
    found = _Addresses()
    found.feed(answer.text)
    assert found.tags.isdisjoint({"script", "link", "img", "iframe", "form", "object", "video", "base"})
    assert found.addresses
    assert all(address.startswith("#") for address in found.addresses)
    assert {address[1:] for address in found.addresses} <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))
    assert not re.search(r"https?://|url\(|@import", answer.text)
    # Asked again with its tag, nothing is sent.
    again = served.client.get("/investigations/one/report.html", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_markdown_tells_the_same(served: Served) -> None:
    with_results(served.store, served.run_id)
    text = served.text("/investigations/one/report.md")
    assert text.startswith("# Of \\<one\\> run\n")
    for head in (
        "## Conclusions",
        "## What the base scores",
        "### Arms",
        "## Problems",
        "## Identities",
        "## Recipe",
    ):
        assert f"\n{head}" in text
    assert "    [steps.score]" in text


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as opened:
        yield opened


def test_a_recipe_is_started_from_the_form_or_refused_beside_it(client: TestClient, sqlite_store: Store) -> None:
    page = client.get("/investigations").text
    assert "No investigation yet." in page
    token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]

    def send(**fields: str) -> tuple[int, str]:
        answer = client.post("/investigations", data={"csrf": token, "preset": "", **fields})
        return answer.status_code, answer.text

    status, text = send(name="x", recipe="[steps.scroe]\n")
    assert status == 422
    assert "x, line 1: there is no kind of step &#39;scroe&#39;; did you mean &#39;score&#39;?" in text
    assert "[steps.scroe]" in text
    assert send(name="a b", recipe=RECIPE)[0] == 422
    with sqlite_store.reader() as session:
        assert session.scalars(select(Investigation)).all() == []
    assert send(name="mine", recipe=RECIPE)[0] == 303
    status, text = send(name="mine", recipe=RECIPE + "# other\n")
    assert (status, "follows another recipe" in text) == (422, True)
    with sqlite_store.reader() as session:
        [job] = session.scalars(select(Job)).all()
        assert (job.kind, job.state, job.queue) == (JobKind.INVESTIGATION, JobState.QUEUED, "long")

    for action, state in (("pause", "paused"), ("start", "queued"), ("cancel", "cancelled")):
        assert client.post(f"/investigations/mine/{action}", data={"csrf": token}).status_code == 303
        with sqlite_store.reader() as session:
            assert session.scalars(select(Investigation.state)).one() == state
    assert client.post("/investigations/mine/delete", data={"csrf": token}).status_code == 303
    assert client.get("/investigations/mine").status_code == 404


def test_steps_are_live_while_a_job_does_them(served: Served) -> None:
    with_results(served.store, served.run_id, JobState.RUNNING)
    page = served.text("/investigations/one")
    assert 'hx-sse:connect="/investigations/one/live?done=1"' in page
    assert "No worker is alive, so it waits." in page
    with served.store.writer() as session:
        session.scalars(select(Investigation)).one().state = JobState.DONE
    events = served.text("/investigations/one/live?done=0")
    assert "investigation-steps" in events
    assert "Show the newest results" in events
    assert events.rstrip().endswith("data:") or "event: over" in events


def test_the_api_does_what_the_pages_do(client: TestClient) -> None:
    path = "/api/v1/investigations"
    made = client.post(path, json={"name": "mine", "recipe": RECIPE}, params={"start": "false"})
    assert (made.status_code, made.json()["state"]) == (201, "paused"), made.text
    assert [step["name"] for step in made.json()["steps"]] == ["score", "later"]
    assert [row["name"] for row in client.get(path).json()] == ["mine"]
    assert client.post(f"{path}/mine/start", json={}).json()["state"] == "queued"
    refused = client.post(path, json={"name": "other", "recipe": "[steps.scroe]"})
    assert (refused.status_code, refused.json()["error"][:34]) == (422, "other, line 1: there is no kind of")
    assert client.post(path, json={"name": "x", "preset": "none"}).status_code == 422
    assert client.get(f"{path}/mine/report.md").text.startswith("# Of")
    assert client.delete(f"{path}/mine").status_code == 422
    assert client.post(f"{path}/mine/cancel", json={}).json()["state"] == "cancelled"
    assert client.delete(f"{path}/mine").status_code == 204
    assert client.get(f"{path}/mine").status_code == 404
