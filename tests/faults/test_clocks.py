"""A host whose clock is wrong, and a clock that jumps: nothing is seized from a worker that beats."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from models import Job, Store, WorkerHeartbeat
from models.enums import JobKind, JobState
from models.session import database_now
from tests.faults.workplace import until, workplace
from tests.forking import Nursery
from tests.worker.jobs.noted_queue import NotedQueue
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import TINY, finished_run
from worker.jobs.errors import IdentityTaken
from worker.jobs.workers import Heartbeat, Reaper, beating_workers

WANTED = TINY.model_copy(update={"samples": 6})


class WorkerOffBy:
    """A worker on another host that stamps its beats by a clock of its own, with a job under way."""

    def __init__(self, store: Store, off: timedelta) -> None:
        self._store, self._off = store, off
        self.beat()
        with store.writer() as session:
            session.merge(Job(id="j", kind=JobKind.RUN, queue="bulk", state=JobState.RUNNING, worker="w"))

    def beat(self, _seconds: float = 0.0) -> None:
        with self._store.writer() as session:
            moment = database_now(session) + self._off
            session.merge(
                WorkerHeartbeat(executor_id="w", host="h", pid=7, instance="x", started_at=moment, seen_at=moment)
            )


def be_still(_seconds: float) -> None:
    """The time in which a dead worker does not beat."""


def swept(store: Store, wait: Callable[[float], None]) -> list[str]:
    noted = NotedQueue()
    Reaper(store, "me", noted, 30, wait).sweep()
    assert not noted.forgotten
    return noted.requeued


@pytest.mark.parametrize("off", [timedelta(seconds=-60), timedelta(seconds=60), timedelta(days=-400)])
def test_a_worker_that_beats_keeps_its_job_and_its_name_whatever_its_clock_says(
    store: Store, off: timedelta
) -> None:
    worker = WorkerOffBy(store, off)
    assert swept(store, worker.beat) == []
    with pytest.raises(IdentityTaken), Heartbeat(store, "w", {}, worker.beat):
        pass


def test_a_worker_that_stopped_beating_loses_its_job(store: Store) -> None:
    worker = WorkerOffBy(store, timedelta(seconds=-60))
    assert beating_workers(store, ["w", "nobody"], worker.beat) == {"w"}
    assert beating_workers(store, ["w"], be_still) == frozenset()
    assert swept(store, be_still) == ["j"]


def test_beats_are_stamped_with_the_databases_clock(store: Store) -> None:
    with store.reader() as session:
        before = database_now(session)
    with Heartbeat(store, "w", {}), store.reader() as session:
        assert before <= session.get_one(WorkerHeartbeat, "w").seen_at <= database_now(session)


@pytest.mark.go
@pytest.mark.slow
@pytest.mark.parametrize("seconds", [60, -60])
def test_a_worker_on_a_host_whose_clock_is_wrong_seizes_no_run(
    postgres_url: str, tmp_path: Path, nursery: Nursery, seconds: int
) -> None:
    url = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    with workplace(tmp_path / "here", nursery, url) as place:
        expected = stored_rows(place.store, finished_run(place.store, WANTED))
        worker = place.start_worker("w-1")
        run_id = place.start_run(WANTED)
        until(lambda: place.job(run_id).worker == "w-1")
        skewed = place.start_worker(
            "w-2", program=(str(Path(__file__).with_name("skewed_worker.py")), str(seconds))
        )
        place.finish(run_id)
        assert place.job(run_id).worker == "w-1"
        assert stored_rows(place.store, run_id) == expected
        beats = {place.beat("w-2")}
        until(lambda: beats.add(place.beat("w-2")) or len(beats) > 3, but=skewed.is_gone)
        assert not worker.is_gone()
        for one in (worker, skewed):
            assert "was left by worker" not in one.said()
        assert place.page("/jobs").count("</span> alive</td>") == 2
