"""`tekhne worker`: one more worker beside those that run, on this machine or another that shares the store."""

import os
import sys

import typer

from cli.migrate import open_store
from settings import load_settings


def register(app: typer.Typer) -> None:
    app.command()(worker)


def worker(name: str = typer.Option("", help="A stable name of its own; TEKHNE_WORKER_ID otherwise.")) -> None:
    """Take jobs until Ctrl-C."""
    from worker.extras import refuse_missing
    from worker.toolchain import find_go

    settings = load_settings()
    refuse_missing("torch")
    find_go(settings.go)
    open_store(settings.store_url).close()
    environment = {**os.environ, **({"TEKHNE_WORKER_ID": name} if name else {})}
    os.execve(sys.executable, [sys.executable, "-m", "worker"], environment)
