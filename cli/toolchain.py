"""`tekhne toolchain build`: build our Go programs into the cache, so that nothing else has to wait for it."""

import typer
from rich.console import Console

from settings import load_settings

toolchain = typer.Typer(help="The Go programs that Tekhne builds for itself.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(toolchain, name="toolchain")


@toolchain.callback()
def _group() -> None:
    """The Go programs that Tekhne builds for itself."""


@toolchain.command()
def build() -> None:
    """Build the ruler's Go program and compile its packages; a minute or two the first time, then nothing."""
    from worker.toolchain import build_ruler, built_programs, find_go

    settings = load_settings()
    with Console(stderr=True).status("Building the ruler and compiling Go's packages …"):
        build_ruler(find_go(settings.go), settings.cache_dir)
    for sentence in built_programs(settings):
        typer.echo(sentence)
