"""A job whose store refuses to write: one sentence, and the worker waits."""

import errno

import pytest
from sqlalchemy.exc import IntegrityError

from models import Job, Store
from models.enums import JobKind, JobState
from tests.worker.jobs.unwritable import Unwritable
from worker.jobs.errors import StoreUnusable, error_sentence
from worker.jobs.handle import JobHandle
from worker.jobs.performing import perform, perform_patiently
from worker.network.errors import ModelGone


@pytest.fixture
def job(sqlite_store: Store) -> str:
    with sqlite_store.writer() as session:
        session.add(Job(id="j", kind=JobKind.RUN, queue="bulk"))
    return "j"


def state(store: Store) -> JobState:
    with store.reader() as session:
        return session.get_one(Job, "j").state


def test_an_end_that_cannot_be_stored_is_one_sentence(sqlite_store: Store, job: str) -> None:
    unwritable = Unwritable(sqlite_store)

    def fill_the_disk(_: JobHandle) -> None:
        unwritable.transactions = 1_000_000

    with pytest.raises(
        StoreUnusable, match=r"^The store cannot be written \(attempt to write a readonly database\)"
    ):
        perform(sqlite_store, job, {JobKind.RUN: fill_the_disk}, "w", backoff_seconds=(0.01,))
    assert state(sqlite_store) is JobState.RUNNING


def test_a_worker_waits_for_room_and_then_goes_on(sqlite_store: Store, job: str) -> None:
    unwritable = Unwritable(sqlite_store)
    tries = []

    def fill_the_disk_once(context: JobHandle) -> None:
        unwritable.transactions = 5 if not tries else 0
        tries.append(1)
        context.progress(done=len(tries))

    perform_patiently(sqlite_store, job, {JobKind.RUN: fill_the_disk_once}, "w", pause_seconds=0.01)
    assert (state(sqlite_store), tries) == (JobState.DONE, [1, 1])
    assert unwritable.transactions < 0


def test_the_sentence_of_a_group_is_its_first_error_s_and_a_database_error_s_has_no_statement() -> None:
    group = ExceptionGroup("many", [ExceptionGroup("in one", [ModelGone("The files are gone.")]), ValueError("x")])
    assert error_sentence(group) == "The files are gone."
    refused = IntegrityError("INSERT INTO attempt …", {}, Exception("UNIQUE constraint failed"))
    assert error_sentence(refused) == "IntegrityError: UNIQUE constraint failed"
    assert error_sentence(OSError(errno.ENOSPC, "No space left on device", "curves.json")).startswith(
        "The disk is full (curves.json): make room"
    )
