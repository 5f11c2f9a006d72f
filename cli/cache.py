"""`tekhne cache clear`: forget the verdicts that `verify` would answer from the store."""

import json
from typing import Annotated

import typer

from settings import load_settings

group = typer.Typer(no_args_is_help=True, help="The store's verdicts as a cache.")


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="cache")


@group.command("clear")
def clear_cache(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Forget every stored verdict, except those that a run's results rest on."""
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
    kept = f" {cleared.kept_for_runs} stay: runs rest on them." if cleared.kept_for_runs else ""
    typer.echo(f"{cleared.forgotten} verdicts forgotten.{kept}")
