"""Unscored samples put into the queue again over the API and from the pages."""

import pytest
from sqlalchemy import func, select

from models import Attempt, Job, Run, Store
from models.enums import JobKind, RunState, Verdict
from tests.client import TestClient
from tests.store_factory import Chances, StoreFactory


@pytest.fixture
def run_id(sqlite_store: Store) -> int:
    factory = StoreFactory(sqlite_store)
    return factory.run(factory.problem_set(problems=6), samples=3, chances=Chances(unscored=0.5))


def drafts(store: Store, verdict: Verdict | None) -> int:
    with store.reader() as session:
        return session.scalar(select(func.count()).select_from(Attempt).where(Attempt.verdict == verdict)) or 0


def test_unscored_samples_of_a_run_wait_for_their_execution(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    page = client.get(f"/runs/{run_id}").text
    assert "Execute unscored again" in page
    assert "execute again" in page
    lost = drafts(sqlite_store, Verdict.SANDBOX_ERROR)
    answer = client.post(f"/api/v1/runs/{run_id}/unscored", json={})
    assert answer.status_code == 202, answer.text
    assert answer.json()["programs"] >= lost > 0
    assert (drafts(sqlite_store, Verdict.SANDBOX_ERROR), drafts(sqlite_store, None)) == (0, lost)
    with sqlite_store.reader() as session:
        assert session.get_one(Run, run_id).state is RunState.QUEUED
        assert session.get_one(Job, answer.json()["job_id"]).kind is JobKind.RUN
    assert client.post(f"/api/v1/runs/{run_id}/unscored", json={}).status_code == 422


def test_one_sample_is_executed_again_from_its_page(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    with sqlite_store.reader() as session:
        lost = session.scalars(select(Attempt).where(Attempt.verdict == Verdict.SANDBOX_ERROR)).first()
    assert lost is not None
    before = drafts(sqlite_store, Verdict.SANDBOX_ERROR)
    client.get("/preferences")
    fields = {"csrf": client.cookies["tekhne_csrf"], "problem": lost.problem_id, "sample": lost.sample}
    answer = client.post(f"/runs/{run_id}/unscored", data=fields, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run_id}")
    assert (drafts(sqlite_store, None), drafts(sqlite_store, Verdict.SANDBOX_ERROR)) == (1, before - 1)


@pytest.mark.parametrize(("query", "status"), [("arm=nobody", 404), ("problem=999", 422), ("sample=-1", 400)])
def test_what_does_not_exist_is_named(client: TestClient, run_id: int, query: str, status: int) -> None:
    assert client.post(f"/api/v1/runs/{run_id}/unscored?{query}", json={}).status_code == status


def test_words_that_are_no_numbers_are_refused(client: TestClient, run_id: int) -> None:
    client.get("/preferences")
    fields = {"csrf": client.cookies["tekhne_csrf"], "problem": "1e9"}
    assert client.post(f"/runs/{run_id}/unscored", data=fields).status_code == 400
