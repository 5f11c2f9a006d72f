"""`tekhne up` in mid-run: what is killed comes back by itself, and what cannot pass ends everything in order."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from models.work import CollectSpecification
from tests.faults.living import Living, Prepared, Process, living
from tests.faults.workplace import until
from tests.forking import ROOT, Nursery

pytestmark = [pytest.mark.go, pytest.mark.slow]


def child_of(up: Process, module: str) -> psutil.Process | None:
    """The supervisor's child that runs this module now."""
    for child in psutil.Process(up.forked.pid).children():
        try:
            if child.status() != psutil.STATUS_ZOMBIE and module in child.cmdline():
                return child
        except psutil.NoSuchProcess:
            continue
    return None


def alive_workers(place: Living) -> bool:
    return place.answers() and "1 worker alive" in place.page("/")


def kill(up: Process, module: str) -> None:
    """As the system's memory killer does; returns when another is in its place."""
    until(lambda: child_of(up, module))
    killed = child_of(up, module)
    assert killed is not None
    killed.send_signal(signal.SIGKILL)
    until(lambda: (child := child_of(up, module)) is not None and child.pid != killed.pid)


def test_web_process_and_worker_that_are_killed_come_back_and_the_run_is_equal(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        up = place.start(str(ROOT / ".venv/bin/tekhne"), "up", ready="Tekhne serves")
        until(lambda: alive_workers(place), but=up.is_gone)
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        kill(up, "worker")
        assert "The worker ended (exit code -9); it starts again in 1 s." in up.said()
        kill(up, "app")
        assert "The web process ended (exit code -9); it starts again in 1 s." in up.said()
        until(place.answers, but=up.is_gone)
        assert f"run {run_id}" in place.page("/jobs")
        place.ends_as_undisturbed(run_id)
        # A newer Tekhne migrates the store: nothing that is started again could use it.
        with closing(sqlite3.connect(place.store, timeout=60, isolation_level=None)) as newer:
            newer.execute("UPDATE tekhne_schema_version SET version_num = '9999'")
        assert up.forked.wait(240) == 2
        assert "Another version of Tekhne migrated the store" in up.said()
        assert "Traceback" not in up.said()


def test_a_long_job_goes_on_while_the_web_process_is_killed_and_its_page_comes_back(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    wanted = CollectSpecification.of(problems="two", mutants=12, each_class=24)
    with living(prepared, tmp_path, nursery) as place:
        up = place.start(str(ROOT / ".venv/bin/tekhne"), "up", ready="Tekhne serves")
        until(lambda: alive_workers(place), but=up.is_gone)
        job_id = place.queue_work(wanted)
        until(lambda: place.job(job_id) != "queued", but=up.is_gone)
        kill(up, "app")
        until(place.answers, but=up.is_gone)
        until(lambda: place.job(job_id) == "done", but=lambda: place.job(job_id) in ("failed", "cancelled"))
        assert "The worker ended" not in up.said()
        assert "Transcripts of this job" in place.page(f"/jobs/{job_id}")
        assert "Traceback" not in up.said()


def test_a_web_process_whose_port_is_taken_says_so_and_ends_for_good(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        place.start_web()
        second = place.start("-m", "app")
        assert second.forked.wait(120) == 2
        [sentence] = second.said().splitlines()
        assert sentence.startswith(f"error: Nothing can listen on port {place.port} of 127.0.0.1")
