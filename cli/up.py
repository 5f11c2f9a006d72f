"""`tekhne up` serves the dashboard with a worker beside it, as one process tree; `tekhne worker` adds a worker.

The parent checks the port, migrates the store, starts both children and waits. Ctrl-C or SIGTERM ends both; a worker
that dies is started again, and a dead web process ends everything.
"""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

import typer
from rich.console import Console

from app.errors import WebError
from cli.errors import CommandError
from cli.store import inspect_queue, open_store, prepare_queue, refuse_unusable
from settings import Settings, load_settings
from worker.demo.installing import install_demo_pair
from worker.extras import refuse_missing
from worker.problem_sets.storing import install_own_sets
from worker.toolchain import find_go

GRACE_SECONDS = 10.0
RESTART_PAUSE_SECONDS = 2.0


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(worker)


def up(
    port: int | None = typer.Option(None, min=1, max=65535, help="Port of the dashboard; TEKHNE_PORT otherwise."),
    worker: bool = typer.Option(True, help="Start a worker as well."),
) -> None:
    """Serve the dashboard and run a worker until Ctrl-C."""
    settings = load_settings()
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    refuse_what_would_not_start(settings, with_worker=worker)
    prepare(settings)
    Supervisor(settings, with_worker=worker).run()


def worker(
    name: str = typer.Option("", help="A stable name for this worker; TEKHNE_WORKER_ID otherwise."),
) -> None:
    """Take jobs until Ctrl-C."""
    settings = load_settings()
    refuse_missing("torch")
    find_go(settings.go)
    open_store(settings.store_url).close()
    environment = {**os.environ, **({"TEKHNE_WORKER_ID": name} if name else {})}
    os.execve(sys.executable, [sys.executable, "-m", "worker"], environment)


def prepare(settings: Settings) -> None:
    """Bring store and queue to their newest schema, with the project's own problems in the store."""
    store = open_store(settings.store_url)
    with store.writer() as session:
        install_own_sets(session)
    install_demo_pair(store)
    store.close()
    prepare_queue(settings.jobs_url)


def refuse_what_would_not_start(settings: Settings, *, with_worker: bool) -> None:
    """Raise, before anything is changed, the errors that web process or worker would raise after their start."""
    # Late: it loads the web framework.
    from app.web.security.access import refuse_open_address

    try:
        refuse_open_address(settings)
    except WebError as error:
        raise CommandError(str(error)) from error
    refuse_taken_port(settings.host, settings.port)
    refuse_unusable(settings.store_url, setting="TEKHNE_DB")
    inspect_queue(settings.jobs_url)
    if not with_worker:
        return
    refuse_missing("torch")
    find_go(settings.go)
    try:
        settings.cache_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"The cache folder {settings.cache_dir} cannot be made ({error.strerror}): set TEKHNE_CACHE_DIR."
        ) from error


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CommandError where another program listens already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(_not_listening(host, port, error)) from error


def _not_listening(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken ({error.strerror}): stop the program that listens there, "
            f"or choose another with TEKHNE_PORT."
        )
    return f"Nothing can listen on port {port} of {host} ({error.strerror}): check TEKHNE_HOST and TEKHNE_PORT."


class Supervisor:
    """Restarts a worker that dies, and ends both children together."""

    def __init__(self, settings: Settings, *, with_worker: bool) -> None:
        self._settings = settings
        self._with_worker = with_worker
        self._stopping = False
        self._console = Console(stderr=True, highlight=False)

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        web = _start("app", TEKHNE_PORT=str(self._settings.port))
        worker = _start("worker") if self._with_worker else None
        url = f"http://{self._settings.host}:{self._settings.port}"
        self._console.print(f"Tekhne serves {url} (Ctrl-C ends it)")
        try:
            while not self._stopping and web.poll() is None:
                time.sleep(0.2)
                if worker is not None and worker.poll() is not None and not self._stopping:
                    worker = self._restart_worker(worker.returncode)
        finally:
            end([process for process in (web, worker) if process is not None])
        if not self._stopping:
            raise CommandError(
                f"The web process ended by itself (exit code {web.returncode}): its messages are above."
            )

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _restart_worker(self, code: int) -> "subprocess.Popen[bytes]":
        self._console.print(f"The worker ended (exit code {code}); starting it again.")
        time.sleep(RESTART_PAUSE_SECONDS)
        return _start("worker")


def _start(module: str, **variables: str) -> "subprocess.Popen[bytes]":
    # In its own session: Ctrl-C reaches the parent alone, which then ends the children in order.
    command, environment = [sys.executable, "-m", module], {**os.environ, **variables}
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


def end(processes: list["subprocess.Popen[bytes]"]) -> None:
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
