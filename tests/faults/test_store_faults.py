"""The store fails under web process and worker in mid-run: the page and the log name the fault and what to do, nothing
is lost or half-written, and the run goes on by itself when the fault has passed."""

import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from models.enums import JobState, RunState
from tests.faults.living import Living, Prepared, Process, living
from tests.faults.workplace import until
from tests.forking import Nursery

pytestmark = [pytest.mark.go, pytest.mark.slow]

RUNNING = (RunState.RUNNING, JobState.RUNNING)
DISK_MIB = 24


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A small file system of its own at `folder`; False where this user may mount none."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tekhne-test", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def no_room(disk: Path, *, mounted: bool, processes: list[Process]) -> Iterator[str]:
    """No byte more fits: the disk is filled, or no file may grow. What the page calls it."""
    if mounted:
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(2**12))
            except OSError:
                yield "The disk is full"
        filler.unlink()
        return
    for process in processes:
        resource.prlimit(process.forked.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield "The store does not answer"
    for process in processes:
        resource.prlimit(process.forked.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


def said_once(process: Process, sentence: str) -> None:
    """In the log, once for each time that it began, and without a traceback."""
    said = process.said()
    assert said.count(sentence) >= 1, said
    assert said.count(sentence) <= 1 + said.count("can be used again"), said
    assert "Traceback" not in said, said


def waits(place: Living, run_id: int, words: str) -> None:
    """The page of the run names the fault, and the run has not ended."""
    until(lambda: words in place.page(f"/runs/{run_id}"))
    page = place.page(f"/runs/{run_id}")
    assert "No worker is alive" not in page
    assert "goes on by itself" in page


def test_a_full_disk_is_named_and_waited_out(prepared: Prepared, tmp_path: Path, nursery: Nursery) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk) as mounted, living(prepared, tmp_path, nursery, at=disk) as place:
        web, worker = place.start_web(), place.start_worker()
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        with no_room(disk, mounted=mounted, processes=[web, worker]) as words:
            waits(place, run_id, words)
            until(lambda: "waits for the store" in worker.said())
            assert place.states(run_id) == RUNNING
        place.ends_as_undisturbed(run_id)
        until(lambda: words not in place.page(f"/runs/{run_id}"))
        said_once(worker, words)
        said_once(web, words)


def test_a_store_that_another_program_locks_for_longer_than_a_writer_waits(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    words = "Another program has locked the store"
    with living(prepared, tmp_path, nursery) as place:
        web, worker = place.start_web(), place.start_worker()
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        with closing(sqlite3.connect(place.store, timeout=60, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waits(place, run_id, words)
            until(lambda: "waits for the store" in worker.said())
            assert place.states(run_id) == RUNNING
            other.execute("ROLLBACK")
        place.ends_as_undisturbed(run_id)
        until(lambda: words not in place.page(f"/runs/{run_id}"))
        said_once(worker, words)
        said_once(web, words)


@pytest.mark.parametrize("queue_too", [False, True])
def test_a_store_that_is_deleted_is_missed_and_its_backup_taken_up(
    prepared: Prepared, tmp_path: Path, nursery: Nursery, queue_too: bool
) -> None:
    words = "The store's file is gone"
    with living(prepared, tmp_path, nursery) as place:
        web, worker = place.start_web(), place.start_worker()
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        backup = nursery.run("-m", "cli.main", "backup", str(tmp_path / "b.db"), environment=place.environment)
        assert backup.returncode == 0, backup.stderr
        for file in place.folder.glob("store.db*"):
            file.unlink()
        if queue_too:
            for file in place.folder.glob("store-jobs.db*"):
                file.unlink()
        until(lambda: words in place.page(f"/runs/{run_id}"))
        until(lambda: words in worker.said())
        # Nobody makes an empty store where the old one was.
        assert not place.store.exists()
        restored = nursery.run("-m", "cli.main", "restore", str(tmp_path / "b.db"), environment=place.environment)
        assert restored.returncode == 0, restored.stderr
        place.ends_as_undisturbed(run_id)
        until(lambda: words not in place.page(f"/runs/{run_id}"))
        said_once(worker, words)
        said_once(web, words)


def test_a_store_that_a_newer_tekhne_migrates_is_written_no_more(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    words = "Another version of Tekhne migrated the store"
    with living(prepared, tmp_path, nursery) as place:
        web, worker = place.start_web(), place.start_worker()
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        with closing(sqlite3.connect(place.store, timeout=60, isolation_level=None)) as newer:
            known = newer.execute("SELECT version_num FROM tekhne_schema_version").fetchone()[0]
            newer.execute("UPDATE tekhne_schema_version SET version_num = '9999'")
        migrated = place.rows(run_id)
        until(lambda: words in place.page(f"/runs/{run_id}"))
        assert worker.forked.wait(120) == 2
        refused = place.click(f"/runs/{run_id}/pause")
        assert refused.status_code == 503
        assert words in refused.text
        assert place.states(run_id) == RUNNING
        assert place.rows(run_id) == migrated
        said_once(worker, words)
        with closing(sqlite3.connect(place.store, timeout=60, isolation_level=None)) as older:
            older.execute("UPDATE tekhne_schema_version SET version_num = ?", (known,))
        place.start_worker()
        place.ends_as_undisturbed(run_id)
        until(lambda: words not in place.page(f"/runs/{run_id}"))
        said_once(web, words)


def test_a_second_worker_of_one_name_is_refused_and_pages_say_so(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        place.start_web()
        worker = place.start_worker()
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        second = place.start("-m", "worker", TEKHNE_WORKER_ID="w-1")
        assert second.forked.wait(120) == 75
        [sentence] = [line for line in second.said().splitlines() if line.startswith("error: ")]
        assert "Another worker runs as 'w-1'" in sentence
        assert "TEKHNE_WORKER_ID" in sentence
        for path in ("/", "/jobs", "/health"):
            page = place.page(path)
            assert f"A second worker (process {second.forked.pid} on " in page
            assert "TEKHNE_WORKER_ID" in page
        place.ends_as_undisturbed(run_id)
        assert not worker.is_gone()


def test_a_store_that_was_moved_away_and_back_is_the_same_store(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        place.start_web()
        worker = place.start_worker()
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        aside = tmp_path / "aside"
        aside.mkdir()
        # As one step: a store without its log is another store.
        home = place.folder.rename(aside / "home")
        until(lambda: "The store's file is gone" in worker.said())
        assert httpx.get(f"http://127.0.0.1:{place.port}/runs/{run_id}", timeout=120).status_code == 503
        home.rename(place.folder)
        place.ends_as_undisturbed(run_id)
