"""Which jobs a sweep requeues, which it leaves alone and which it deletes."""

import socket
import subprocess
import sys
from datetime import timedelta

from sqlalchemy import select

from models import Job, JobEvent, Store, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState
from tests.worker.jobs.noted_queue import NotedQueue
from worker.jobs.workers import Reaper

DAYS = 30


def sweep(store: Store) -> NotedQueue:
    noted = NotedQueue()
    Reaper(store, "me", noted, DAYS).sweep()
    return noted


def add(store: Store, *jobs: Job) -> None:
    with store.writer() as session:
        session.add_all(jobs)
        session.flush()
        session.add_all(JobEvent(job_id=job.id, number=1, kind="queued") for job in jobs)


def a_job(job_id: str, state: JobState, worker: str = "", finished_days_ago: float | None = None) -> Job:
    ended = now() - timedelta(days=finished_days_ago) if finished_days_ago is not None else None
    return Job(id=job_id, kind=JobKind.RUN, queue="bulk", state=state, worker=worker, finished_at=ended)


def a_worker(store: Store, name: str, silent: timedelta, *, host: str = "h", pid: int = 1) -> None:
    with store.writer() as session:
        session.add(
            WorkerHeartbeat(
                executor_id=name,
                host=host,
                pid=pid,
                instance=name,
                started_at=now() - silent,
                seen_at=now() - silent,
            )
        )


def test_finished_jobs_are_forgotten_after_their_retention_with_events_and_workflows(store: Store) -> None:
    add(
        store,
        a_job("old", JobState.DONE, finished_days_ago=DAYS + 1),
        a_job("failed long ago", JobState.FAILED, finished_days_ago=DAYS + 9),
        a_job("new", JobState.DONE, finished_days_ago=DAYS - 1),
        a_job("waiting", JobState.QUEUED),
    )
    assert sorted(sweep(store).forgotten) == ["failed long ago", "old"]
    with store.reader() as session:
        assert session.scalars(select(Job.id).order_by(Job.id)).all() == ["new", "waiting"]
        assert session.scalars(select(JobEvent.job_id).order_by(JobEvent.job_id)).all() == ["new", "waiting"]


def test_workers_that_never_came_back_are_forgotten_as_well(store: Store) -> None:
    a_worker(store, "gone", timedelta(days=DAYS + 1))
    a_worker(store, "silent", timedelta(hours=1))
    sweep(store)
    with store.reader() as session:
        assert session.scalars(select(WorkerHeartbeat.executor_id)).all() == ["silent"]


def test_jobs_of_silent_workers_are_taken_up_and_those_of_living_ones_left_alone(store: Store) -> None:
    a_worker(store, "silent", timedelta(minutes=1))
    a_worker(store, "living", timedelta(seconds=1))
    running = JobState.RUNNING
    add(store, a_job("left", running, "silent"), a_job("under way", running, "living"))
    assert sweep(store).requeued == ["left"]


def test_jobs_of_a_worker_killed_on_this_host_are_taken_up_at_once(store: Store) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as alive:
        a_worker(store, "living", timedelta(seconds=1), host=socket.gethostname(), pid=alive.pid)
        add(store, a_job("under way", JobState.RUNNING, "living"))
        assert sweep(store).requeued == []
        alive.kill()
    assert sweep(store).requeued == ["under way"]


def test_a_reaper_never_takes_its_own_worker_for_dead(store: Store) -> None:
    """The machine slept for an hour, and the reaper woke before the heartbeat."""
    a_worker(store, "me", timedelta(hours=1))
    add(store, a_job("mine", JobState.RUNNING, "me"))
    assert sweep(store).requeued == []
