"""One job from first try to its end: done, cancelled, retried, poisoned."""

import logging
import time

import pytest
from sqlalchemy import delete, select

from app.actions.jobs import cancel_job
from models import Job, JobEvent, Store
from models.base import now
from models.enums import JobKind, JobState
from worker.jobs.errors import UnknownJob
from worker.jobs.handle import JobHandle
from worker.jobs.performing import MAX_TRIES, perform


def a_job(store: Store, job_id: str = "j", **values: object) -> str:
    with store.writer() as session:
        session.add(Job(id=job_id, kind=JobKind.RUN, queue="bulk", **values))
    return job_id


def stored(store: Store, job_id: str = "j") -> Job:
    with store.reader() as session:
        return session.get_one(Job, job_id)


def events(store: Store, job_id: str = "j") -> list[tuple[int, str]]:
    with store.reader() as session:
        rows = session.execute(
            select(JobEvent.number, JobEvent.kind).where(JobEvent.job_id == job_id).order_by(JobEvent.number)
        )
        return [(row[0], row[1]) for row in rows]


def test_a_job_that_works_is_done_and_its_events_are_numbered_from_one(store: Store) -> None:
    def work(context: JobHandle) -> None:
        context.event("tokens", text="func")
        context.progress(done=1, total=2)

    perform(store, a_job(store, deduplication_key="k"), {JobKind.RUN: work}, "w", backoff_seconds=(0.01,))
    job = stored(store)
    assert (job.state, job.worker, job.progress, job.error) == (JobState.DONE, "w", {"done": 1, "total": 2}, "")
    assert job.finished_at is not None
    assert job.deduplication_key is None
    assert events(store) == [(1, "tokens"), (2, "done")]


def test_a_job_that_is_deleted_while_it_works_is_one_line_of_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def work(context: JobHandle) -> None:
        with store.writer() as session:
            session.execute(delete(Job))
        context.event("tokens", text="func")

    with caplog.at_level(logging.WARNING):
        perform(store, a_job(store), {JobKind.RUN: work}, "w")
    assert caplog.messages == ["job j stops: it was deleted"]
    assert [record.exc_info for record in caplog.records] == [None]


def test_a_job_is_two_lines_of_the_log_however_much_it_does(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def work(context: JobHandle) -> None:
        for _ in range(20):
            context.event("tokens", text="func")

    with caplog.at_level(logging.INFO):
        perform(sqlite_store, a_job(sqlite_store), {JobKind.RUN: work}, "w")
    assert caplog.messages == ["job j (run) begins, try 1", "job j (run) is done"]


def test_a_passing_fault_is_tried_again(store: Store) -> None:
    faults = iter([OSError("the disk was busy")])

    def work(_: JobHandle) -> None:
        for fault in faults:
            raise fault

    perform(store, a_job(store), {JobKind.RUN: work}, "w", backoff_seconds=(0.01,))
    assert stored(store).state is JobState.DONE


def test_a_poison_job_stops_after_three_tries_with_its_error_kept(store: Store) -> None:
    tries = []

    def work(_: JobHandle) -> None:
        tries.append(1)
        raise ValueError("line 7 has no task_id")

    perform(store, a_job(store), {JobKind.RUN: work}, "w", backoff_seconds=(0.01,))
    job = stored(store)
    assert len(tries) == MAX_TRIES
    assert (job.state, job.error) == (JobState.FAILED, "ValueError: line 7 has no task_id")


def test_a_job_whose_worker_dies_each_time_stops_as_well(store: Store) -> None:
    a_job(store, tries=MAX_TRIES, state=JobState.RUNNING)
    perform(store, "j", {}, "w")
    job = stored(store)
    assert job.state is JobState.FAILED
    assert "died three times" in job.error


def test_progress_between_crashes_is_no_poison(store: Store) -> None:
    a_job(store, tries=2, state=JobState.RUNNING)
    seen = []

    def work(context: JobHandle) -> None:
        context.progress(done=5)
        seen.append(stored(store).tries)

    perform(store, "j", {JobKind.RUN: work}, "w", backoff_seconds=(0.01,))
    assert seen == [0]


def test_cancel_reaches_a_running_job_within_a_second(store: Store) -> None:
    waited = []

    def work(context: JobHandle) -> None:
        with store.writer() as session:
            session.get_one(Job, "j").cancel_requested = True
        asked = time.monotonic()
        while not context.cancelled and time.monotonic() - asked < 30:
            time.sleep(0.01)
        waited.append(time.monotonic() - asked)
        context.check()

    perform(store, a_job(store), {JobKind.RUN: work}, "w", backoff_seconds=(0.01,))
    assert stored(store).state is JobState.CANCELLED
    assert waited[0] < 30
    assert events(store)[-1][1] == "cancelled"


def test_a_finished_job_is_not_done_again(store: Store) -> None:
    a_job(store, state=JobState.DONE, finished_at=now())
    perform(store, "j", {}, "w")
    assert stored(store).state is JobState.DONE


def test_a_job_of_another_store_is_named(store: Store) -> None:
    with pytest.raises(UnknownJob, match="nowhere"):
        perform(store, "nowhere", {}, "w")


def test_cancelling_a_job_that_has_not_begun_ends_it_at_once(store: Store) -> None:
    a_job(store, deduplication_key="k")
    cancel_job(store, "j")
    job = stored(store)
    assert (job.state, job.deduplication_key) == (JobState.CANCELLED, None)
    perform(store, "j", {}, "w")
    assert stored(store).state is JobState.CANCELLED


def taken_over(context: JobHandle) -> None:
    """What a reaper and another worker do with the job of a worker whose machine slept."""
    with context.store.writer() as session:
        session.get_one(Job, "j").worker = "other"
    while not context.cancelled:
        time.sleep(0.01)


def test_a_job_that_another_worker_took_over_is_left_to_it(store: Store) -> None:
    def sleep_too_long(context: JobHandle) -> None:
        taken_over(context)
        context.check()

    perform(store, a_job(store), {JobKind.RUN: sleep_too_long}, "w", backoff_seconds=(0.01,))
    job = stored(store)
    assert (job.state, job.worker, job.finished_at, job.error) == (JobState.RUNNING, "other", None, "")
    assert events(store) == []


@pytest.mark.parametrize("fails", [True, False])
def test_however_its_former_worker_ends_a_job_stays_the_new_one_s(store: Store, fails: bool) -> None:
    tries = []

    def wake_up_and_go_on(context: JobHandle) -> None:
        tries.append(1)
        taken_over(context)
        if fails:
            raise ValueError("two did the same")

    perform(store, a_job(store), {JobKind.RUN: wake_up_and_go_on}, "w", backoff_seconds=(0.01,))
    job = stored(store)
    assert tries == [1]
    assert (job.state, job.worker, job.finished_at, job.error) == (JobState.RUNNING, "other", None, "")


def test_finding_what_an_earlier_try_stored_is_no_progress(store: Store) -> None:
    """A job that always fails at its sixth step stops as poison, though each try passes the five before it."""
    told: list[int] = []

    def stumble(context: JobHandle) -> None:
        for step in range(1, 6):
            context.progress(done=step)
            told.append(stored(store).progress["done"])
        raise ValueError("step 6 never works")

    perform(store, a_job(store), {JobKind.RUN: stumble}, "w", backoff_seconds=(0.01,))
    assert told == [1, 2, 3, 4, 5] + [5] * 5 * MAX_TRIES
    assert (stored(store).state, stored(store).error) == (JobState.FAILED, "ValueError: step 6 never works")
