"""A run shows its counts, a re-run each sample as it is written; a store that fails for a moment is outlived."""

from typing import Any

import pytest
from sqlalchemy import select

from models import Job, JobEvent, Store
from models.enums import JobKind, JobState, Verdict
from tests.worker.jobs.unwritable import Unwritable
from worker.jobs.handle import JobHandle
from worker.runs.progress import MOST_MESSAGE_CHARACTERS, STAGE, RunProgressReporter


@pytest.fixture
def handle(sqlite_store: Store) -> JobHandle:
    with sqlite_store.writer() as session:
        session.add(Job(id="j", kind=JobKind.RUN, queue="bulk", payload={}, state=JobState.RUNNING, worker="w"))
    return JobHandle(sqlite_store, "j", {}, "w")


def progress(store: Store) -> dict[str, Any]:
    with store.reader() as session:
        return dict(session.get_one(Job, "j").progress)


def events(store: Store) -> list[tuple[str, dict[str, Any]]]:
    with store.reader() as session:
        rows = session.execute(select(JobEvent.kind, JobEvent.data).order_by(JobEvent.number))
        return [(kind, data) for kind, data in rows]


def test_the_counts_of_a_run_are_stored_by_the_end_and_nothing_else(
    sqlite_store: Store, handle: JobHandle
) -> None:
    with RunProgressReporter(handle, 2, live=False) as reporter:
        assert reporter.writer(0) is None
        for _ in range(2):
            reporter.drafted()
        reporter.executed(owed=2)
        reporter.executed(owed=0)
        reporter.begin(0)
        reporter.executing(0)
        reporter.repaired(0, 1, Verdict.PANIC, "out of range")
        reporter.repaired(0, 2, Verdict.PASSED, "")
    assert progress(sqlite_store) == {
        "stage": STAGE, "done": 2, "total": 2, "drafted": 2, "executed": 2, "owed": 2, "repaired": 1,
    }  # fmt: skip
    assert events(sqlite_store) == []


def test_a_live_reporter_reports_text_and_verdict_of_each_sample_in_order(
    sqlite_store: Store, handle: JobHandle
) -> None:
    with RunProgressReporter(handle, 1, live=True) as reporter:
        reporter.begin(3)
        write = reporter.writer(3)
        assert write is not None
        for piece in ("\tret", "urn 1\n", "}\n"):
            write(piece)
        reporter.executing(3)
        reporter.repaired(3, 1, Verdict.ASSERTION, "x" * (MOST_MESSAGE_CHARACTERS + 1))
    reported = events(sqlite_store)
    kinds = [kind for kind, _ in reported]
    assert (kinds[0], kinds[-2], kinds[-1]) == ("begin", "executing", "verdict")
    assert set(kinds[1:-2]) == {"tokens"}
    assert "".join(data["text"] for kind, data in reported if kind == "tokens") == "\treturn 1\n}\n"
    verdict = {"sample": 3, "verdict": "assertion", "message": "x" * MOST_MESSAGE_CHARACTERS}
    assert reported[-1][1] == verdict


def test_counts_that_could_not_be_stored_are_stored_later(sqlite_store: Store, handle: JobHandle) -> None:
    unwritable = Unwritable(sqlite_store)
    with RunProgressReporter(handle, 1, live=False) as reporter:
        unwritable.transactions = 2
        reporter.drafted()
        while unwritable.transactions > 0:
            reporter.drafted()
    assert progress(sqlite_store)["drafted"] >= 2
