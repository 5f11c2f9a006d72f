"""A deleted run's number is never given again, and nothing kept of a run is shown of another state of it."""

from app.actions.deleting import delete_run, remove_deleted
from app.main import create_app
from models import Run, Store
from models.enums import RunState
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory


def _revision(store: Store, run_id: int, number: int | None = None) -> int:
    with store.writer() as session:
        run = session.get_one(Run, run_id)
        run.revision_number = run.revision_number if number is None else number
        return run.revision_number


def test_a_deleted_runs_number_answers_nothing_and_is_given_to_no_later_run(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    version = factory.problem_set(problems=3)
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        run_id = factory.run(version, samples=2, name="first")
        number = _revision(sqlite_store, run_id)
        paths = [f"/api/v1/runs/{run_id}{part}" for part in ("", "/problems", "/report", "/problems.csv")]
        before = [client.get(path) for path in paths]
        assert client.get("/").status_code == 200
        delete_run(sqlite_store, run_id)
        remove_deleted(sqlite_store)
        second = factory.run(version, samples=5, name="second")
        assert second > run_id
        _revision(sqlite_store, second, number)
        for path, old in zip(paths, before, strict=True):
            assert old.status_code == 200
            assert client.get(path, headers={"If-None-Match": old.headers["etag"]}).status_code == 404, path
        shown = client.get(f"/api/v1/runs/{second}/problems").json()["rows"]
        assert {len(strip["marks"]) for row in shown for strip in row["strips"]} == {5}


def test_a_report_says_the_state_that_the_run_is_in(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=3), samples=2, state=RunState.PAUSED)
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        assert "| State | paused |" in client.get(f"/runs/{run_id}/report.md").text
        assert client.post(f"/api/v1/runs/{run_id}/cancel", json={}).status_code == 202
        assert "| State | cancelled |" in client.get(f"/runs/{run_id}/report.md").text
