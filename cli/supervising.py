"""Keeping processes alive: one that dies is started again, with growing pauses, until what it died of cannot pass.

A process that ends with the exit code of an unusable machine or setting has said why in a sentence; then all end, and
so does the parent, with the same code. What may pass by itself has another code (`models.errors.MAY_PASS`).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import typer

from cli.terminal import Terminal
from models.errors import TekhneError

GRACE_SECONDS = 10.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
HEALTHY_SECONDS = 60.0
"""A process that lived this long is started again without delay, however often it died before."""
LOOK_SECONDS = 0.1
NAMES = {"app": "web process", "worker": "worker"}


@dataclass(kw_only=True)
class _Child:
    """One module that runs as a process of its own, or waits to be started again."""

    module: str
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    due: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    @property
    def name(self) -> str:
        return NAMES.get(self.module, self.module)

    def died(self, moment: float) -> float:
        """Wait before the next start; the seconds."""
        if moment - self.started > HEALTHY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        pause, self.pause = self.pause, min(2 * self.pause, LONGEST_PAUSE_SECONDS)
        self.process, self.due = None, moment + pause
        return pause


class Supervisor:
    """Starts the modules, and ends them together.

    Args:
        welcome: printed once `answers` is true.
        answers: whether what was started can be used; asked until it is.
        refuse: called before a module is started again; raises a TekhneError where that cannot help.
    """

    def __init__(
        self,
        modules: Sequence[str],
        *,
        environment: Mapping[str, str],
        welcome: str,
        answers: Callable[[], bool] = lambda: True,
        refuse: Callable[[], None],
    ) -> None:
        self._children = [_Child(module=module) for module in modules]
        self._environment = environment
        self._welcome = welcome
        self._answers = answers
        self._welcomed = False
        self._refuse = refuse
        self._stopping = False
        self._console = Terminal(stderr=True, highlight=False, soft_wrap=True)

    def run(self) -> None:
        """Return when a signal asked for the end.

        Raises:
            TekhneError: the store became one that nobody here can use.
            typer.Exit: a child ended for good; it has said why.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for child in self._children:
            self._start(child)
        try:
            while not self._stopping:
                self._greet()
                time.sleep(LOOK_SECONDS)
                for child in self._children:
                    self._look_after(child)
        finally:
            end([child.process for child in self._children if child.process is not None])

    def _greet(self) -> None:
        if not self._welcomed and self._answers():
            self._welcomed = True
            self._console.print(self._welcome)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _look_after(self, child: _Child) -> None:
        moment = time.monotonic()
        if self._stopping:
            return
        if child.process is None:
            if moment >= child.due:
                self._refuse()
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        if code == TekhneError.exit_code:
            raise typer.Exit(code)
        pause = child.died(moment)
        self._console.print(f"The {child.name} ended (exit code {code}); it starts again in {pause:.0f} s.")

    def _start(self, child: _Child) -> None:
        child.process = start_module(child.module, self._environment)
        child.started = time.monotonic()


def start_module(module: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """`python -m MODULE`, but with no module of the current folder, which may be anybody's."""
    # In its own session: Ctrl-C reaches the parent alone, which then ends the children in order.
    command = [sys.executable, "-P", "-m", module]
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=_die_with_parent())


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux, a child that the kernel ends when its parent is killed outright."""
    if sys.platform != "linux":
        return None
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG

    def arm() -> None:
        libc.prctl(set_parent_death_signal, signal.SIGTERM)

    return arm


def end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask every process to end, and kill those that have not after the grace period."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
