"""Several web processes over one store: what a browser got from one, another takes."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.main import create_app
from models import Run, Store
from models.enums import RunState
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory

GUARDED = Settings(host="0.0.0.0", token=SecretStr("a long secret"))


@pytest.fixture
def pair(store: Store) -> Iterator[tuple[FastAPI, FastAPI]]:
    one, other = (create_app(GUARDED, store) for _ in range(2))
    yield one, other
    for app in (one, other):
        app.state.tekhne.looks.close()


def test_login_and_form_of_one_process_are_good_at_another(store: Store, pair: tuple[FastAPI, FastAPI]) -> None:
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=2), samples=1, state=RunState.RUNNING)
    first, second = (TestClient(app, follow_redirects=False) for app in pair)
    first.get("/login")
    first.post("/login", data={"token": "a long secret", "csrf": first.cookies["tekhne_csrf"]})
    second.cookies = first.cookies
    assert second.get(f"/runs/{run_id}").status_code == 200
    form = {"csrf": first.cookies["tekhne_csrf"]}
    assert second.post(f"/runs/{run_id}/pause", data=form).status_code == 303
    with store.reader() as session:
        assert session.get_one(Run, run_id).state is RunState.PAUSED
    # What one process changed is on the pages of the other at once, whatever it has kept.
    assert 'class="state paused"' in first.get(f"/runs/{run_id}").text


def test_an_unchanged_file_is_unchanged_at_every_process(store: Store, pair: tuple[FastAPI, FastAPI]) -> None:
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=2), samples=1)
    first, second = (
        TestClient(app, headers={"Authorization": "Bearer a long secret"}, follow_redirects=False) for app in pair
    )
    tag = first.get(f"/runs/{run_id}/attempts.csv").headers["etag"]
    assert second.get(f"/runs/{run_id}/attempts.csv", headers={"If-None-Match": tag}).status_code == 304
