"""The first Ctrl-C of a command pauses its work, and the second ends the process."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """\
import sys, threading
from app.actions.errors import NotAllowed
from cli.stopping import pause_on_signal

paused = threading.Event()

def pause():
    paused.set()
    raise NotAllowed("it has just ended")

pause_on_signal(pause)
print("ready", flush=True)
paused.wait()
print("paused", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_pauses_and_the_second_ends(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == "paused\n"
        process.send_signal(number)
        assert process.wait() == -number
        assert process.stderr.read() == ""
