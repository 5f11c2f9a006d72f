"""A host whose clock is wrong, and a clock that jumps: nothing is seized from a worker that beats."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest

from models import Job, Store, WorkerHeartbeat
from models.enums import JobKind, JobState
from models.session import database_now
from worker.jobs import workers
from worker.jobs.errors import IdentityTaken
from worker.jobs.workers import Heartbeat, Reaper, beating_workers

BEAT = 0.4
"""Seconds; a worker is watched for two and a half of them."""


@pytest.fixture(autouse=True)
def quick_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "BEAT_SECONDS", BEAT)


class Noted:
    """A queue that records what it is given."""

    def __init__(self) -> None:
        self.requeued: list[str] = []

    def requeue(self, job_id: str) -> None:
        self.requeued.append(job_id)

    def forget(self, job_ids: Sequence[str]) -> None:
        assert not job_ids


@contextmanager
def worker_off_by(store: Store, off: timedelta) -> Iterator[None]:
    """A worker on another host that beats by a clock of its own, with a job under way."""
    ended = threading.Event()

    def beat() -> None:
        with store.writer() as session:
            moment = database_now(session) + off
            session.merge(
                WorkerHeartbeat(executor_id="w", host="h", pid=7, instance="x", started_at=moment, seen_at=moment)
            )

    def beat_on() -> None:
        while not ended.wait(BEAT / 8):
            beat()

    beat()
    with store.writer() as session:
        session.merge(Job(id="j", kind=JobKind.RUN, queue="bulk", state=JobState.RUNNING, worker="w"))
    thread = threading.Thread(target=beat_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def swept(store: Store) -> list[str]:
    noted = Noted()
    Reaper(store, "me", noted, retention_days=30).sweep()
    return noted.requeued


@pytest.mark.parametrize("off", [timedelta(seconds=-60), timedelta(seconds=60), timedelta(days=-400)])
def test_a_worker_that_beats_keeps_its_job_and_its_name_whatever_its_clock_says(
    store: Store, off: timedelta
) -> None:
    with worker_off_by(store, off):
        assert swept(store) == []
        with pytest.raises(IdentityTaken), Heartbeat(store, "w", {}):
            pass


def test_a_worker_that_stopped_beating_loses_its_job(store: Store) -> None:
    with worker_off_by(store, timedelta(seconds=-60)):
        assert beating_workers(store, ["w", "nobody"]) == {"w"}
    assert beating_workers(store, ["w"]) == frozenset()
    assert swept(store) == ["j"]


def test_beats_are_stamped_with_the_databases_clock(store: Store) -> None:
    with store.reader() as session:
        before = database_now(session)
    with Heartbeat(store, "w", {}), store.reader() as session:
        assert before <= session.get_one(WorkerHeartbeat, "w").seen_at <= database_now(session)
