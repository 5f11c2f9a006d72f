"""Memory on the pages: a card on the checkpoint's, the panel on the run's, recited problems in the list, the files."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select, update

from app.main import create_app
from models import Attempt, Checkpoint, Job, MemoryCard, MemoryScore, Problem, Run, RunProblem, Store
from models.base import now
from models.enums import CheckpointKind, JobKind, Verdict
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory
from worker.runs.counting import recount


@pytest.fixture
def run_id(sqlite_store: Store) -> int:
    factory = StoreFactory(sqlite_store)
    run: int = factory.run(factory.problem_set(problems=12), samples=2)
    with sqlite_store.writer() as session:
        passed = select(Attempt.id).where(Attempt.run_id == run, Attempt.verdict == Verdict.PASSED)
        session.execute(update(Attempt).where(Attempt.id.in_(passed)).values(recited=True))
        session.execute(update(Problem).values(canonical_solution="\treturn 1\n}\n"))
        recount(session, run)
    return run


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as opened:
        yield opened


def put_card(store: Store, run_id: int) -> int:
    """A finished card of the run's base, in which every problem stands above the controls; the base's id."""
    with store.writer() as session:
        run = session.get_one(Run, run_id)
        if run.base_checkpoint_id is None:
            base = Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m")
            session.add(base)
            session.flush()
            run.base_checkpoint_id = base.id
        members = session.execute(
            select(RunProblem.problem_id, RunProblem.version_id, Problem.task_id)
            .join(Problem, Problem.id == RunProblem.problem_id)
            .where(RunProblem.run_id == run_id)
        ).all()
        card = MemoryCard(
            checkpoint_id=run.base_checkpoint_id, version_id=members[0].version_id, identity="i", finished_at=now()
        )
        session.add(card)
        session.flush()
        for place in range(len(members) + 40):
            own = members[place] if place < len(members) else None
            session.add(
                MemoryScore(
                    card_id=card.id, position=place, problem_id=own.problem_id if own else None,
                    task_id=own.task_id if own else f"c/{place}", is_control=own is None, tokens=40,
                    logprob=-0.1 if own else -1.0, logprob_alone=-2.0, min_k=-3.0, min_k_plus=None,
                    name_gain=(3.0 if own else 0.0) + place / 100, recited=0.9 if own else 0.1, prompt_recited=0.2,
                )
            )  # fmt: skip
        run.revision_number += 1
        return run.base_checkpoint_id


def test_the_panel_says_how_to_measure_what_was_not_measured(client: TestClient, run_id: int) -> None:
    page = client.get(f"/runs/{run_id}").text
    assert 'id="memory"' in page
    assert "<code>tekhne memory " in page
    assert "`" not in page.partition('id="memory"')[2].partition("</section>")[0]
    assert "tekhne problems twins" in page
    assert "Passes that are the canonical solution up to names, layout and comments: " in page


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
