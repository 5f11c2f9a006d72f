"""Memory on the pages: a card on the checkpoint's, the panel on the run's, recited problems in the list, the files."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select, update

from app.main import create_app
from app.reporting import read_report
from app.reports.memory_panel import memory_panel
from models import Checkpoint, Job, Problem, Store
from models.base import now
from models.enums import JobKind
from settings import Settings
from tests.client import TestClient
from tests.memory_rows import mark_recited, put_card
from tests.store_factory import StoreFactory


@pytest.fixture
def run_id(sqlite_store: Store) -> int:
    factory = StoreFactory(sqlite_store)
    run: int = factory.run(factory.problem_set(problems=12), samples=2)
    mark_recited(sqlite_store, run)
    return run


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as opened:
        yield opened


def test_the_panel_says_how_to_measure_what_was_not_measured(client: TestClient, run_id: int) -> None:
    page = client.get(f"/runs/{run_id}").text
    assert 'id="memory"' in page
    assert "<code>tekhne memory " in page
    assert "`" not in page.partition('id="memory"')[2].partition("</section>")[0]
    assert "tekhne problems twins" in page
    assert "Passes that are the canonical solution up to names, layout and comments: " in page


def test_few_recited_problems_are_no_sign_of_memory(run_id: int, sqlite_store: Store) -> None:
    with sqlite_store.reader() as session:
        report = read_report(session, run_id)
    base, *others = report.arms
    told = [
        memory_panel(
            replace(report, arms=(replace(base, solved=solved), *others)), [], has_solutions=True
        ).sentence
        for solved in (9, 10)
    ]
    assert "memory shows" not in told[0]
    assert "memory shows in recitation" in told[1]


def test_a_card_shows_on_the_pages_of_checkpoint_and_run_and_in_the_files(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    base = put_card(sqlite_store, run_id)
    says = "Memory shows: solutions are recited, and original variable names are preferred"
    assert says in client.get(f"/checkpoints/{base}").text
    assert says in client.get(f"/runs/{run_id}").text
    assert says in client.get(f"/runs/{run_id}/report.md").text
    rows = client.get(f"/runs/{run_id}/report.json").json()["memory"]["rows"]
    assert [row["name"] for row in rows] == ["In training", "Twins", "Recitation", "Likelihood"]
    [card] = client.get(f"/api/v1/checkpoints/{base}/memory").json()
    assert card["report"]["is_memory"] is True


def test_recited_problems_are_marked_filtered_and_in_the_csv(client: TestClient, run_id: int) -> None:
    page = client.get(f"/runs/{run_id}/problems?state=recited").text
    assert ">recited</span>" in page
    rows = csv.DictReader(io.StringIO(client.get(f"/runs/{run_id}/attempts.csv").text))
    drafts = [row for row in rows if row["verdict"] == "passed" and row["arm"] == "base"]
    assert {row["recited"] for row in drafts} == {"true"}


def test_a_card_is_asked_for_once_and_refused_where_there_is_none(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    base = put_card(sqlite_store, run_id)
    client.get("/preferences")
    fields = {"csrf": client.cookies["tekhne_csrf"]}
    names = client.get("/api/v1/problem-sets").json()
    for _ in range(2):
        answer = client.post(f"/checkpoints/{base}/memory", data={**fields, "problem_set": names[0]["name"]})
        assert answer.headers["location"].startswith("/jobs/"), answer.text
    with sqlite_store.reader() as session:
        assert session.scalars(select(Job.kind)).all() == [JobKind.MEMORY]
    refused = client.post(f"/checkpoints/{base}/memory", data={**fields, "problem_set": "none"})
    assert "There is no problem set" in refused.text
    with sqlite_store.writer() as session:
        solved = select(Problem.id).order_by(Problem.id).limit(3)
        session.execute(update(Problem).where(Problem.id.not_in(solved)).values(canonical_solution=None))
    refused = client.post(f"/checkpoints/{base}/memory", data={**fields, "problem_set": names[0]["name"]})
    assert "3 problems with a canonical solution, too few for a statement" in refused.text
    with sqlite_store.writer() as session:
        session.get_one(Checkpoint, base).deleted_at = now()
    refused = client.post(f"/checkpoints/{base}/memory", data={**fields, "problem_set": names[0]["name"]})
    assert "The files of" in refused.text
    with sqlite_store.reader() as session:
        assert session.scalars(select(Job.kind)).all() == [JobKind.MEMORY]
