"""Real Python processes, forked off one that has their imports: `nursery.py` says how.

What a program does depends on its arguments, its environment and its folder, as ever. Only a changed `PYTHONPATH`
needs an interpreter of its own.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
TEKHNE = str(ROOT / ".venv/bin/tekhne")


class Forked:
    """A running program, with the methods of `subprocess.Popen`."""

    def __init__(self, report: int) -> None:
        self._report = os.fdopen(report)
        started = self._report.readline()
        assert started, "the nursery died; its own error was printed when it did"
        self.pid = int(started)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._code(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._code(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _code(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._report], [], [], timeout)[0]:
            self.returncode = int(self._report.readline())
            self._report.close()
        return self.returncode


class Nursery:
    """Starts programs; a context manager."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/nursery.py"), str(theirs.fileno())],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()

    def start(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        folder: Path = ROOT,
        stdout: IO[str] | int | None = None,
        stderr: IO[str] | int | None = None,
    ) -> Forked:
        """`python ARGUMENTS...` with this environment added to ours; its output goes where ours goes by default."""
        asked = {
            "arguments": arguments,
            "environment": {**os.environ, **environment},
            "folder": str(folder),
        }
        report, reported = os.pipe()
        with open(os.devnull) as nothing:
            descriptors = [nothing.fileno(), _number(stdout, 1), _number(stderr, 2), reported]
            socket.send_fds(self._control, [json.dumps(asked).encode()], descriptors)
        os.close(reported)
        return Forked(report)

    def run(
        self, *arguments: str, environment: Mapping[str, str], folder: Path = ROOT, timeout: float = 800
    ) -> "subprocess.CompletedProcess[str]":
        """What `subprocess.run` would return of `python ARGUMENTS...`."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = self.start(*arguments, environment=environment, folder=folder, stdout=out, stderr=err)
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            for stream in (out, err):
                stream.seek(0)
            return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


def _number(stream: IO[str] | int | None, default: int) -> int:
    if stream is None:
        return default
    return stream if isinstance(stream, int) else stream.fileno()
