"""Where the checkout is, how a program is run in it, and how set-up fails."""

import os
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOPPED = "you ended it; the same command continues where it stopped"


class SetupError(Exception):
    """One sentence: what is missing and what to do."""


def run(command: list[str], failed: str, environment: dict[str, str] | None = None) -> None:
    """Wait for a program; Ctrl-C ends it and everything it started, with one message instead of one from each."""
    try:
        # A session of its own: the terminal's Ctrl-C reaches set-up alone.
        program = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise SetupError(failed) from error
    try:
        code = program.wait()
    except KeyboardInterrupt:
        os.killpg(program.pid, signal.SIGTERM)
        program.wait()
        raise SetupError(STOPPED) from None
    if code != 0:
        raise SetupError(failed)
