"""A deleted run: unseen at once, removed in batches by whoever goes on, and no row of any other run with it."""

import time

import pytest
from sqlalchemy import func, select

from app.actions import deleting
from app.actions.deleting import (
    FIRST_BATCH,
    LARGEST_BATCH,
    SMALLEST_BATCH,
    Remover,
    delete_run,
    next_batch,
    remove_deleted,
)
from app.actions.errors import NoSuchRow
from models import Attempt, Base, Checkpoint, Job, JobEvent, Problem, Run, Store, Trace
from models.enums import JobKind, JobState, RunState
from models.session import SEES_DELETED
from models.store_faults import StoreFileGone
from tests.store_factory import StoreFactory


def rows(store: Store) -> dict[str, int]:
    with store.reader() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def raw_state(store: Store, run_id: int) -> RunState | None:
    with store.reader() as session:
        wanted = select(Run.state).where(Run.id == run_id)
        return session.scalar(wanted, execution_options={SEES_DELETED: True})


def test_a_deleted_run_takes_its_rows_and_reruns_and_leaves_all_else(store: Store) -> None:
    factory = StoreFactory(store)
    version = factory.problem_set(problems=3)
    factory.run(version, samples=2)
    before = rows(store)
    doomed = factory.run(version, samples=2)
    with store.writer() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == doomed)).first()
        assert attempt is not None
        session.add(Job(id="j", kind=JobKind.RUN, queue="bulk", state=JobState.DONE, run_id=doomed))
        session.flush()
        session.add(JobEvent(job_id="j", number=1, kind="queued"))
    factory.rerun(doomed, attempt.problem_id)
    delete_run(store, doomed)
    assert remove_deleted(store) == 2
    kept = {table.__tablename__ for table in (Problem, Checkpoint, Trace)} | {"program", "ruler"}
    after = rows(store)
    assert {name: n for name, n in after.items() if name not in kept} == {
        name: n for name, n in before.items() if name not in kept
    }
    assert remove_deleted(store) == 0


def test_a_deleted_run_is_seen_by_no_query_while_its_rows_are_still_there(store: Store) -> None:
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=2), samples=2)
    delete_run(store, run_id)
    assert raw_state(store, run_id) is RunState.DELETING
    with store.reader() as session:
        assert session.get(Run, run_id) is None
        assert session.scalars(select(Run)).all() == []
        assert session.execute(select(Run.id).join(Attempt, Attempt.run_id == Run.id)).all() == []
        assert session.scalar(select(func.count(Run.id))) == 0
    with pytest.raises(NoSuchRow):
        delete_run(store, run_id)


def test_a_removal_that_was_stopped_goes_on_in_the_next_process(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=2), samples=2)
    delete_run(sqlite_store, run_id)
    assert remove_deleted(sqlite_store, stopped=lambda: True) == 0
    assert raw_state(sqlite_store, run_id) is RunState.DELETING
    remover = Remover(sqlite_store)
    remover.open()
    while raw_state(sqlite_store, run_id) is not None:
        pass
    remover.close()
    assert rows(sqlite_store)["attempt"] == 0


@pytest.mark.parametrize(("seconds", "end"), [(5.0, SMALLEST_BATCH), (0.0, LARGEST_BATCH)])
def test_a_busy_machine_makes_no_batches_of_a_few_rows(seconds: float, end: int) -> None:
    """Where each batch takes long whatever it holds, a million rows are still removed in a few hundred of them."""
    rows = FIRST_BATCH
    for _ in range(20):
        rows = next_batch(rows, seconds)
    assert rows == end
    assert 1_000_000 / rows <= 500


def test_a_store_that_is_gone_is_logged_once_and_not_at_every_try(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 0

    def counted(*_: object) -> int:
        nonlocal tries
        tries += 1
        raise StoreFileGone("there is no file")

    monkeypatch.setattr(deleting, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(deleting, "remove_deleted", counted)
    remover = Remover(sqlite_store)
    remover.open()
    while tries < 5:
        time.sleep(0.001)
    remover.close()
    assert [record.name for record in caplog.records] == ["tekhne.store"]
