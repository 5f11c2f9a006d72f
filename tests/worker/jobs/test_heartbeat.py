"""A worker's name is its own: the second of two is refused in a sentence, a dead one's is free again."""

import os
import socket
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli.store import open_store
from models import Store, WorkerHeartbeat
from models.base import now
from models.job import WORKER_SILENT_AFTER
from tests.forking import Nursery
from tests.worker.jobs.unwritable import Unwritable
from worker.jobs import workers
from worker.jobs.errors import IdentityTaken
from worker.jobs.workers import PROCESSES, Heartbeat, living_workers, process_space


def beat_of(
    store: Store, silent: timedelta, host: str = "elsewhere", pid: int = 7, details: dict[str, str] | None = None
) -> None:
    at = now() - silent
    with store.writer() as session:
        session.add(
            WorkerHeartbeat(
                executor_id="w", host=host, pid=pid, instance="x", started_at=at, seen_at=at, details=details or {}
            )
        )


def test_a_name_in_use_is_refused_with_who_has_it(store: Store) -> None:
    beat_of(store, timedelta(seconds=1))
    with pytest.raises(IdentityTaken) as caught, Heartbeat(store, "w", {}):
        pass
    assert str(caught.value) == (
        "Another worker runs as 'w' (process 7 on elsewhere): give this one a name of its own with TEKHNE_WORKER_ID."
    )


def test_a_name_that_fell_silent_is_free_and_given_back_at_the_end(store: Store) -> None:
    beat_of(store, WORKER_SILENT_AFTER + timedelta(seconds=1))
    with Heartbeat(store, "w", {}, wait=lambda _seconds: None), store.reader() as session:
        assert session.get_one(WorkerHeartbeat, "w").pid == os.getpid()
    with store.reader() as session:
        assert session.get(WorkerHeartbeat, "w") is None


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 + 1], ids=["the same number", "a number that nobody has here"])
def test_a_worker_in_another_container_of_the_same_host_name_is_alive(store: Store, pid: int) -> None:
    other = {PROCESSES: "some-boot pid:[1]"}
    beat_of(store, timedelta(seconds=1), socket.gethostname(), pid, other)
    with store.reader() as session:
        assert living_workers(session) == ["w"]
    with pytest.raises(IdentityTaken), Heartbeat(store, "w", {}):
        pass


def test_a_worker_that_was_killed_in_this_container_is_gone_at_once(store: Store) -> None:
    beat_of(store, timedelta(seconds=1), socket.gethostname(), 2**22 + 1, {PROCESSES: process_space()})
    with store.reader() as session:
        assert living_workers(session) == []


@pytest.mark.go
def test_a_second_worker_process_of_one_name_ends_with_one_sentence(tmp_path: Path, nursery: Nursery) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    beat_of(store, timedelta(seconds=-60))
    store.close()
    environment = {"TEKHNE_DB": str(tmp_path / "store.db"), "TEKHNE_WORKER_ID": "w"}
    done = nursery.run("-m", "worker", environment=environment)
    assert done.returncode != 0
    assert done.stderr == (
        "error: Another worker runs as 'w' (process 7 on elsewhere): give this one a name of its own "
        "with TEKHNE_WORKER_ID.\n"
    )


def test_a_worker_outlives_a_store_that_cannot_be_written(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "BEAT_SECONDS", 0.01)
    unwritable = Unwritable(sqlite_store)
    with Heartbeat(sqlite_store, "w", {}):
        unwritable.transactions = 5
        while unwritable.transactions > 0:
            time.sleep(0.01)
        refused = now()
        while seen(sqlite_store) < refused:
            time.sleep(0.01)


def seen(store: Store) -> datetime:
    with store.reader() as session:
        return session.get_one(WorkerHeartbeat, "w").seen_at
