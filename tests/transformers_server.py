"""`transformers serve`, an OpenAI-compatible server that we did not write, as a process of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_port import free_port

SECONDS = 600.0


@contextmanager
def transformers_server(model: Path | None, log: Path) -> Iterator[str]:
    """The server's URL, with /v1. `model` is the only model, and its name; None for whatever folder a request names."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "transformers"), "serve", *([str(model)] if model else [])]
    command += ["--port", str(port), "--device", "cpu"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            stdout=out,
            stderr=out,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))
