"""A web process and a worker as a benchmark needs them: real processes over a given store, ended with the block."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from cli.errors import CommandError

START_SECONDS = 60


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a web process over the store `url`, and the process.

    Raises:
        CommandError: it does not start.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with _process("app", url, folder, TEKHNE_PORT=str(port)) as process:
        _wait_for(address, process)
        yield address, psutil.Process(process.pid)


@contextmanager
def working(url: str, folder: Path) -> Iterator[None]:
    """A worker over the store `url`."""
    with _process("worker", url, folder):
        yield


@contextmanager
def _process(module: str, url: str, folder: Path, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {**os.environ, "TEKHNE_DB": url, "TEKHNE_DATA_DIR": str(folder), **more}
    with (folder / f"{module}.log").open("wb") as log:
        # What it says is kept aside: stdout is the benchmark's own, which may be read as JSON.
        process = subprocess.Popen([sys.executable, "-m", module], env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{address}/health.json", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise CommandError("The web process of the benchmark did not start: `tekhne up` says why.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
