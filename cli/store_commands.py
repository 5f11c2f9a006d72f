"""`tekhne migrate`, `tekhne recount` and `tekhne cache clear`: the schema, the counts and the verdicts of the store."""

import json
from typing import Annotated

import typer
from sqlalchemy import select

from cli.errors import CommandError
from cli.store import open_store
from models import Run
from settings import load_settings

cache = typer.Typer(no_args_is_help=True, help="The store's verdicts as a cache.")


def register(app: typer.Typer) -> None:
    app.add_typer(cache, name="cache")
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


@cache.command("clear")
def clear_cache(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Forget every stored verdict that no run refers to."""
    from cli.store import open_store
    from worker.verdicts.store import clear

    store = open_store(load_settings().store_url)
    try:
        cleared = clear(store)
    finally:
        store.close()
    if as_json:
        typer.echo(json.dumps({"forgotten": cleared.forgotten, "kept_for_runs": cleared.kept_for_runs}))
        return
    kept = f" {cleared.kept_for_runs} stay: runs refer to them." if cleared.kept_for_runs else ""
    typer.echo(f"{cleared.forgotten} verdicts forgotten.{kept}")
