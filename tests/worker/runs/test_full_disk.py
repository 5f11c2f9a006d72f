"""A store that runs full in the middle of a run: one clear sentence, nothing lost, and the run goes on when there is
room. SQLite's own limit of pages fails as a full disk does, wherever the tests run."""

from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from app.actions.runs import create_run
from cli.store import open_store
from models import Attempt, Job, Run, Store
from models.enums import JobKind, JobState, RunState
from settings import Settings
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import TINY, add_tiny_models, finish, finished_run
from worker.handlers import handlers_for
from worker.jobs.errors import StoreUnusable
from worker.jobs.performing import perform
from worker.service import Service

pytestmark = pytest.mark.go

WANTED = TINY.model_copy(update={"samples": 6})
SENTENCE = (
    "The disk is full (database or disk is full): make room on it, then start again. "
    "Everything done so far is kept."
)


def cramped(url: str, pages: int) -> Store:
    """The store with room for that many more pages."""
    store = Store.open(url)
    with store.reader() as session:
        used = session.execute(text("PRAGMA page_count")).scalar_one()
    store.close()

    @event.listens_for(store.engine, "connect")
    def _limit(connection: object, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={used + pages}")  # type: ignore[attr-defined]

    return store


@pytest.mark.parametrize("pages", [2, 8])
def test_a_run_on_a_full_disk_says_so_and_goes_on_when_there_is_room(tmp_path: Path, pages: int) -> None:
    roomy, url = open_store(f"sqlite:///{tmp_path / 'roomy.db'}"), f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(url)
    for each in (roomy, store):
        add_tiny_models(each, tmp_path)
    expected = stored_rows(roomy, finished_run(roomy, WANTED))
    roomy.close()
    with store.writer() as session:
        run_id = create_run(session, WANTED).id
        session.add(
            Job(id=f"run-{run_id}", kind=JobKind.RUN, queue="bulk", payload={"run_id": run_id}, run_id=run_id)
        )
    full = cramped(url, pages)
    with Service(Settings(device="cpu"), full) as service, pytest.raises(StoreUnusable) as raised:
        perform(full, f"run-{run_id}", handlers_for(service), "test", backoff_seconds=(0.01,))
    assert str(raised.value) == SENTENCE
    full.close()
    with store.reader() as session:
        job, run = session.get_one(Job, f"run-{run_id}"), session.get_one(Run, run_id)
        assert (job.state, run.state) == (JobState.RUNNING, RunState.RUNNING)
        assert (job.error, run.error) == ("", "")
        assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        kept = session.scalars(select(Attempt.id).where(Attempt.run_id == run_id)).all()
    finish(store, run_id)
    assert stored_rows(store, run_id) == expected
    with store.reader() as session:
        assert set(kept) <= set(session.scalars(select(Attempt.id).where(Attempt.run_id == run_id)))
    store.close()
