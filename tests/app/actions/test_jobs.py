"""Cancelling a job ends it and its run together, and a process that does a run itself takes over the run's job."""

import pytest
from sqlalchemy import func, select

from app.actions.errors import NotAllowed
from app.actions.jobs import cancel_job, claim_run
from models import Job, JobEvent, Run, Store
from models.enums import JobKind, JobState, RunState
from tests.store_factory import StoreFactory


@pytest.fixture
def run_id(sqlite_store: Store) -> int:
    factory = StoreFactory(sqlite_store)
    return factory.run(factory.problem_set(problems=1), samples=1)


def add_job(store: Store, run_id: int, state: JobState, worker: str = "") -> None:
    with store.writer() as session:
        session.get_one(Run, run_id).state = RunState(state)
        session.add(
            Job(
                id="j", kind=JobKind.RUN, queue="bulk", run_id=run_id, state=state, worker=worker, tries=2,
                payload={"run_id": run_id}, deduplication_key=f"run-{run_id}",
            )
        )  # fmt: skip


def test_a_waiting_job_and_its_run_end_together(sqlite_store: Store, run_id: int) -> None:
    add_job(sqlite_store, run_id, JobState.QUEUED)
    assert cancel_job(sqlite_store, "j")
    with sqlite_store.reader() as session:
        job, run = session.get_one(Job, "j"), session.get_one(Run, run_id)
        assert (job.state, run.state) == (JobState.CANCELLED, RunState.CANCELLED)
        assert job.finished_at is not None
        assert run.finished_at is not None
        assert session.scalars(select(JobEvent.kind)).all() == ["cancelled"]
    assert not cancel_job(sqlite_store, "j")


def test_a_job_at_work_is_asked_to_stop_and_the_worker_says_how_the_run_ends(
    sqlite_store: Store, run_id: int
) -> None:
    add_job(sqlite_store, run_id, JobState.RUNNING)
    assert cancel_job(sqlite_store, "j")
    with sqlite_store.reader() as session:
        assert session.get_one(Job, "j").cancel_requested
        assert session.get_one(Run, run_id).state is RunState.RUNNING


def test_an_unknown_job_is_not_cancelled(sqlite_store: Store) -> None:
    assert not cancel_job(sqlite_store, "nothing")


def test_a_process_that_does_a_run_itself_has_one_job_for_it(sqlite_store: Store, run_id: int) -> None:
    first = claim_run(sqlite_store, run_id, "me", lambda _: [])
    again = claim_run(sqlite_store, run_id, "me", lambda _: ["me-before"])
    assert first == again
    with sqlite_store.reader() as session:
        job = session.get_one(Job, first)
        assert (job.worker, job.state, job.run_id) == ("me", JobState.RUNNING, run_id)
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_dead_workers_job_is_taken_over_and_a_living_ones_is_not(sqlite_store: Store, run_id: int) -> None:
    add_job(sqlite_store, run_id, JobState.RUNNING, worker="other")
    with pytest.raises(NotAllowed, match=f"Worker other is doing run {run_id}"):
        claim_run(sqlite_store, run_id, "me", lambda _: ["other"])
    assert claim_run(sqlite_store, run_id, "me", lambda _: []) == "j"
    with sqlite_store.reader() as session:
        assert (session.get_one(Job, "j").worker, session.get_one(Job, "j").tries) == ("me", 0)
