"""`tekhne migrate` and `tekhne recount`: the store's schema, and the counts derived from its rows."""

import typer
from sqlalchemy import select

from cli.errors import CommandError
from cli.store import open_store
from models import Run
from settings import load_settings


def register(app: typer.Typer) -> None:
    app.command()(migrate)
    app.command()(recount)


def migrate() -> None:
    """Create the store, or upgrade it to the newest schema."""
    open_store(load_settings().store_url).close()
    typer.echo("The store is at the newest schema.")


def recount(run: int | None = typer.Option(None, help="Only this run; all of them otherwise.")) -> None:
    """Count every arm and problem anew. Pages and reports read these counts."""
    from worker.runs.counting import recount as count_run

    store = open_store(load_settings().store_url)
    with store.reader() as session:
        wanted = select(Run.id).order_by(Run.id)
        ids = session.scalars(wanted if run is None else wanted.where(Run.id == run)).all()
    if run is not None and not ids:
        store.close()
        raise CommandError(f"There is no run {run}.")
    for run_id in ids:
        with store.writer() as session:
            typer.echo(f"run {run_id}: {count_run(session, run_id)} counts")
    store.close()
