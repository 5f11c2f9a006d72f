"""The list of jobs, the unfinished ones and the workers."""

from datetime import UTC, datetime, timedelta

import pytest

from app.queries.health import is_any_worker_alive, list_workers
from app.queries.jobs import (
    PAGE_ROWS,
    ProgressStep,
    count_jobs_by_state,
    count_newer_jobs,
    find_jobs,
    list_jobs,
    read_steps,
    read_work,
)
from models import Job, Store, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState
from models.job import WORKER_SILENT_AFTER
from tests.app.queries.conftest import Filled

START = datetime(2026, 3, 1, tzinfo=UTC)


def add_jobs(store: Store, number: int, state: JobState = JobState.DONE, **more: object) -> list[str]:
    """Jobs `STATE-0`, `STATE-1`, …, two created at each moment; their ids, the newest first."""
    ids = [f"{state}-{place:03}" for place in range(number)]
    with store.writer() as session:
        for place, job_id in enumerate(ids):
            at = START + timedelta(seconds=place // 2)
            session.add(Job(id=job_id, kind=JobKind.RUN, queue="bulk", state=state, created_at=at, **more))
    return ids[::-1]


def add_worker(store: Store, name: str, *, silent: timedelta) -> None:
    with store.writer() as session:
        beat = WorkerHeartbeat(executor_id=name, host="host", pid=1, instance="i", details={"device": name})
        beat.started_at, beat.seen_at = START, now() - silent
        session.add(beat)


def test_pages_hold_every_job_once_the_newest_first(store: Store) -> None:
    ids = add_jobs(store, PAGE_ROWS + 3)
    with store.reader() as session:
        first = list_jobs(session, None, None)
        second = list_jobs(session, None, first.next_after)
    assert [row.id for row in (*first.rows, *second.rows)] == ids
    assert len(first.rows) == PAGE_ROWS
    assert second.next_after is None


def test_jobs_are_listed_and_counted_by_state(sqlite_store: Store) -> None:
    done, queued = add_jobs(sqlite_store, 3), add_jobs(sqlite_store, 2, JobState.QUEUED)
    with sqlite_store.reader() as session:
        assert [row.id for row in list_jobs(session, JobState.QUEUED, None).rows] == queued
        assert count_jobs_by_state(session) == {JobState.DONE: 3, JobState.QUEUED: 2}
        assert [row.id for row in find_jobs(session, [done[2], done[0], "gone"])] == [done[0], done[2]]


def test_newer_jobs_are_those_created_after_the_newest_that_is_shown(store: Store) -> None:
    ids = add_jobs(store, 5)
    with store.reader() as session:
        assert [count_newer_jobs(session, None, job_id) for job_id in ids] == [0, 1, 2, 3, 4]
        assert count_newer_jobs(session, JobState.QUEUED, ids[-1]) == 0
        assert count_newer_jobs(session, None, "gone") == 5


def test_work_is_the_unfinished_jobs_with_their_runs(filled: Filled) -> None:
    add_jobs(filled.store, 2)
    running = add_jobs(
        filled.store,
        1,
        JobState.RUNNING,
        run_id=filled.run_id,
        progress={"stage": "drafting", "total": 4, "done": 1},
    )
    add_jobs(filled.store, 1, JobState.QUEUED)
    with filled.store.reader() as session:
        work = read_work(session)
    assert [job.state for job in work.jobs] == [JobState.QUEUED, JobState.RUNNING]
    assert work.waiting == 1
    job = work.job_of(filled.run_id)
    assert job is not None
    assert (job.id, job.run_name, job.stage) == (running[0], "critic against resampling", "drafting")
    assert job.steps == (ProgressStep(name="", done=1, total=4),)
    assert work.job_of(filled.run_id + 1) is None


def test_a_worker_is_alive_until_it_has_been_silent_for_too_long(sqlite_store: Store) -> None:
    with sqlite_store.reader() as session:
        assert read_work(session).last_seen is None
        assert not is_any_worker_alive(session)
    add_worker(sqlite_store, "dead", silent=WORKER_SILENT_AFTER + timedelta(hours=1))
    with sqlite_store.reader() as session:
        assert not is_any_worker_alive(session)
    add_worker(sqlite_store, "living", silent=-timedelta(hours=1))
    with sqlite_store.reader() as session:
        assert is_any_worker_alive(session)
        assert {worker.executor_id: worker.alive for worker in list_workers(session)} == {
            "dead": False,
            "living": True,
        }
        work = read_work(session)
    assert (work.workers_alive, work.details) == (1, {"device": "living"})


def test_the_heartbeat_of_a_living_worker_changes_nothing_that_is_shown(sqlite_store: Store) -> None:
    add_worker(sqlite_store, "living", silent=-timedelta(hours=1))
    shown = []
    for _ in range(2):
        with sqlite_store.reader() as session:
            shown.append(read_work(session))
        with sqlite_store.writer() as session:
            session.get_one(WorkerHeartbeat, "living").seen_at += timedelta(seconds=2)
    assert shown[0].last_seen != shown[1].last_seen
    assert shown[0].visible_state == shown[1].visible_state


@pytest.mark.parametrize(
    ("progress", "steps"),
    [
        ({}, []),
        ({"total": "many", "done": 3}, []),
        ({"total": 9, "done": 3}, [("", 3, 9)]),
        ({"total": 9, "done": -3}, [("", 0, 9)]),
        (
            {"total": 9, "drafted": 8, "executed": 7, "repaired": 2, "owed": 5},
            [("drafted", 8, 9), ("executed", 7, 9), ("repaired", 2, 5)],
        ),
        ({"total": 9, "executed": 7}, [("drafted", 0, 9), ("executed", 7, 9), ("repaired", 0, 0)]),
    ],
)
def test_progress_is_read_as_bars_whatever_a_worker_wrote(
    progress: dict[str, object], steps: list[tuple[str, int, int]]
) -> None:
    assert [(step.name, step.done, step.total) for step in read_steps(progress)] == steps
