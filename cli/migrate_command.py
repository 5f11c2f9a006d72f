"""`tekhne migrate`: bring the store to this code's schema."""

import typer

from cli.migrate import open_store
from settings import load_settings


def register(app: typer.Typer) -> None:
    app.command()(migrate)


def migrate() -> None:
    """Create the store, or upgrade it to the newest schema."""
    settings = load_settings()
    open_store(settings.store_url).close()
    typer.echo("The store is at the newest schema.")
