"""`tekhne up`: a taken port is refused before anything is touched; web and worker end with their parent, however."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import psutil
import pytest

from cli.up import check_worker
from models import Store, WorkerHeartbeat
from models.job import WORKER_ROLES
from settings import Settings
from tests.free_port import free_port
from worker.jobs.workers import Heartbeat

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def test_a_port_in_use_is_one_sentence_and_nothing_is_made(
    tekhne: Callable[..., "CompletedProcess[str]"], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finished = tekhne("up", TEKHNE_PORT=str(port))
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert f"Port {port} on 127.0.0.1 is taken" in finished.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(
    tekhne: Callable[..., "CompletedProcess[str]"], port: str, tmp_path: Path
) -> None:
    finished = tekhne("up", f"--port={port}")
    assert finished.returncode == 2
    assert "'--port'" in finished.stderr
    assert "or equal to" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (tmp_path / "data").exists()


def wait_until(condition: Callable[[], bool], seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.2)


def test_a_worker_is_checked_by_the_beat_that_is_in_the_store(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(db=str(sqlite_store.engine.url))
    assert check_worker(settings, "one") == 1
    assert "The worker one is not in the store" in capsys.readouterr().err
    with Heartbeat(sqlite_store, "one", {WORKER_ROLES: ["judge"]}):
        assert check_worker(settings, "one") == 0
        assert capsys.readouterr().out == "The worker one is alive. Its roles: judge.\n"
        with sqlite_store.writer() as session:
            row = session.get_one(WorkerHeartbeat, "one")
            row.seen_at, row.instance = row.seen_at - timedelta(minutes=5), "of another process"
        assert check_worker(settings, "one") == 1
        assert "The worker one last beat 300 s ago" in capsys.readouterr().err


def alive_workers(port: int) -> int:
    try:
        return int(httpx.get(f"http://127.0.0.1:{port}/health.json", timeout=5).json()["workers_alive"])
    except (httpx.TransportError, KeyError):
        return -1


@pytest.mark.go
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_one_command_serves_works_and_ends_as_one_tree(tmp_path: Path, ending: signal.Signals) -> None:
    port = free_port()
    environment = {**os.environ, "TEKHNE_PORT": str(port), "TEKHNE_DEVICE": "cpu"}
    command = [str(ROOT / ".venv/bin/tekhne"), "up"]
    parent = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
    children: list[psutil.Process] = []
    try:
        wait_until(lambda: alive_workers(port) == 1)
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 2
        parent.send_signal(ending)
        parent.wait(timeout=60)
        wait_until(lambda: not any(child.is_running() and child.status() != "zombie" for child in children))
        assert parent.returncode == (0 if ending is not signal.SIGKILL else -9)
    finally:
        for process in [parent, *children]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        parent.wait()
