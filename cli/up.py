"""`tekhne up` serves the dashboard with a worker beside it, as one process tree; `tekhne worker` adds a worker.

The parent checks the port, migrates the store and starts both children. Ctrl-C or SIGTERM ends both. `cli.supervising`
starts a child that dies again, unless it died of what cannot pass.
"""

import errno
import http.client
import os
import socket
import sys
from contextlib import closing

import typer

from app.errors import WebError
from cli.errors import CommandError, StoreError
from cli.store import inspect_queue, inspect_store, open_store, prepare_queue, refuse_others, refuse_unusable
from cli.supervising import Supervisor
from cli.terminal import echo
from models import Store, WorkerHeartbeat
from models.job import WORKER_SILENT_AFTER, roles_of
from models.session import database_now
from settings import Settings, load_settings
from worker.demo.installing import install_demo_pair
from worker.extras import refuse_missing
from worker.jobs.workers import default_worker_id
from worker.problem_sets.storing import install_own_sets
from worker.toolchain import find_go


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
    modules = ("app", "worker") if worker else ("app",)
    url = f"http://{settings.host}:{settings.port}"
    Supervisor(
        modules,
        environment={**os.environ, "TEKHNE_PORT": str(settings.port)},
        welcome=f"Tekhne serves {url} (Ctrl-C ends it)",
        answers=lambda: answers(settings.host, settings.port),
        refuse=lambda: refuse_changed_store(settings.store_url),
    ).run()


def worker(
    name: str = typer.Option("", help="A stable name for this worker; TEKHNE_WORKER_ID otherwise."),
    check: bool = typer.Option(
        False, "--check", help="Only say whether the worker of this name beats: exit code 0, else 1."
    ),
) -> None:
    """Take jobs until Ctrl-C."""
    settings = load_settings()
    if check:
        raise typer.Exit(check_worker(settings, name or settings.worker_id or default_worker_id()))
    refuse_missing("torch")
    find_go(settings.go)
    open_store(settings.store_url).close()
    environment = {**os.environ, **({"TEKHNE_WORKER_ID": name} if name else {})}
    os.execve(sys.executable, [sys.executable, "-P", "-m", "worker"], environment)


def check_worker(settings: Settings, name: str) -> int:
    """Say whether that worker beat lately by the database's clock; the exit code, 0 if it did."""
    with closing(Store.open(settings.store_url, create=False)) as store, store.reader() as session:
        row = session.get(WorkerHeartbeat, name)
        moment = database_now(session)
    if row is not None and moment - row.seen_at < WORKER_SILENT_AFTER:
        roles = ", ".join(roles_of(row)) or "none"
        echo(f"The worker {name} is alive. Its roles: {roles}.")
        return 0
    last = (
        "is not in the store" if row is None else f"last beat {(moment - row.seen_at).total_seconds():.0f} s ago"
    )
    echo(f"The worker {name} {last}: its log says why.", err=True)
    return 1


def prepare(settings: Settings) -> None:
    """Bring store and queue to their newest schema, with the project's own problems in the store."""
    store = open_store(settings.store_url)
    with store.writer() as session:
        install_own_sets(session)
    install_demo_pair(store)
    store.close()
    prepare_queue(settings.jobs_url)


def refuse_changed_store(url: str) -> None:
    """Raise StoreError where the store became one that this version of Tekhne cannot use, whoever starts again.

    A store that is away, locked or empty may come back, and processes wait for it by themselves.
    """
    try:
        schema = inspect_store(url)
    except StoreError:
        return
    refuse_others(url, schema)


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


def answers(host: str, port: int) -> bool:
    """Whether the dashboard answers a request, whatever the answer is."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    asked = http.client.HTTPConnection(own, port, timeout=1)
    try:
        asked.request("HEAD", "/login")
        asked.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


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
