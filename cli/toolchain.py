"""`tekhne toolchain build`: the project's Go programs, built once into the cache. Set-up calls it."""

import typer

from settings import load_settings

group = typer.Typer(no_args_is_help=True, help="Go and the project's own Go programs.")


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="toolchain")


@group.callback()
def toolchain() -> None:
    """Go and the project's own Go programs."""


@group.command()
def build() -> None:
    """Build what is missing: the ruler with its precompiled packages, and the writer of mutants."""
    from worker.mutants.building import mutant_writer
    from worker.toolchain import build_ruler, find_go

    settings = load_settings()
    go = find_go(settings.go)
    typer.echo(f"{go.version} from {go.origin}; building into {settings.cache_dir / 'go'}", err=True)
    build_ruler(go, settings.cache_dir)
    mutant_writer(settings)
    typer.echo("The Go programs are built.", err=True)
