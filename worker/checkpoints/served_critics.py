"""Critics to be served: exporting a registered critic or a folder, and registering the server of an exported one.

In: names, folders, URLs. Out: a plain model's folder, or a critic's row whose location is a server. The row stands on
the base, inherits what critic and base read, and holds the probes by which each worker recognises the server.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, Store
from models.checkpoint import is_served, servers_of
from models.enums import CheckpointKind
from settings import Settings
from worker.checkpoints.adding import CheckpointError, known_checkpoint, refuse_name, served_location
from worker.engines import Engine, Priority, SamplingSettings, WriteRequest, write_one
from worker.locating import checked_folder
from worker.network.errors import ModelChanged
from worker.network.exported import SERVED, ExportRecord, ExportSource, GreedyProbe, read_export
from worker.network.folders import (
    WEIGHTS,
    delta_hash,
    folder_hash,
    numbers_in,
    read_delta_config,
    resolve,
    tokenizer_hash,
    with_tokenizer,
)
from worker.opening import open_engine
from worker.training.folders import read_record
from worker.training.registering import note_record


class NotExportable(CheckpointError):
    """What is named is no critic that can be exported."""


class BaseUnknown(CheckpointError):
    """The base that a critic stands on is not in the store."""


class OtherModel(CheckpointError):
    """A server does not serve the exported critic, or not its base, or cannot be asked."""


def export_registered(store: Store, settings: Settings, critic: str, out: Path, *, base: str = "") -> ExportRecord:
    """Write the critic, a folder or the name of a registered one, as a plain model.

    Args:
        base: a folder, where the base is not registered.

    Raises:
        NotExportable: it is no critic, or is behind a server already.
        BaseUnknown: its base is not registered, and none is named.
        NetworkError: its files or those of its base cannot be used, or no plain model computes the same.
    """
    # Imported late: they load torch.
    from worker.engines.device import choose_device, choose_dtype
    from worker.engines.threads import with_threads
    from worker.network.checkpoints import load_base, load_critic, load_tokenizer
    from worker.network.exporting import export_critic

    folder, row = _critic_folder(store, settings, critic)
    delta = read_delta_config(folder)
    base_folder = resolve(base) if base else _base_folder(store, settings, folder, row, delta.base_hash)
    loaded = load_base(str(base_folder), dtype=choose_dtype(settings, choose_device(settings)))
    network = load_critic(folder, base_folder, loaded)
    source = ExportSource(
        critic_name=critic if critic != str(folder) else folder.name,
        critic_hash=delta_hash(folder),
        base_name=delta.base_name,
        base_hash=delta.base_hash,
        tokenizer_hash=tokenizer_hash(base_folder),
        training=read_record(folder) or {},
    )
    tokenizer = load_tokenizer(str(base_folder), loaded.config.vocab_size)
    # One short text at a time: more threads gain little, and wait for each other on a busy machine.
    with with_threads(1):
        return export_critic(network, tokenizer, out, source)


def _critic_folder(store: Store, settings: Settings, named: str) -> tuple[Path, Checkpoint | None]:
    if Path(named).expanduser().is_dir() or named.startswith((".", "/", "~")):
        return resolve(named), None
    with store.reader() as session:
        row = session.scalar(select(Checkpoint).where(Checkpoint.name == named, Checkpoint.deleted_at.is_(None)))
        if row is None:
            raise NotExportable(f"{named} is neither a folder nor a registered critic: see `tekhne models list`.")
        if is_served(row.location):
            raise NotExportable(f"{named} is behind a server already: export the critic that was trained here.")
        session.expunge(row)
        return checked_folder(settings, row, CheckpointKind.CRITIC), row


def _base_folder(
    store: Store, settings: Settings, folder: Path, critic: Checkpoint | None, base_hash: str
) -> Path:
    known = Checkpoint.id == critic.base_id if critic is not None else Checkpoint.content_hash == base_hash
    with store.reader() as session:
        row = session.scalar(select(Checkpoint).where(known, Checkpoint.deleted_at.is_(None)))
        if row is None:
            raise BaseUnknown(
                f"The base of {folder} ({base_hash[:12]}) is not registered: name its folder by --base."
            )
        return checked_folder(settings, row, CheckpointKind.BASE)


def add_served_critic(
    store: Store,
    settings: Settings,
    name: str,
    urls: str | Sequence[str],
    model: str,
    *,
    exported: Path,
    base: str = "",
) -> str:
    """Register the servers that serve what `exported` holds as a critic on its base; returns the name it has.

    Each server is asked; where the folder holds the weights, they are compared with what was exported.

    Args:
        base: the checkpoint that it stands on, by name: the exported critic's own base, or a server of it. Where it is
            empty, the registered base.

    Raises:
        BadAddress, ForbiddenAddress, BadName, NameTaken: as for other servers.
        ModelUnusable: the folder holds no exported critic.
        ModelChanged: its weights are not those that were exported.
        BaseUnknown: the base is not registered.
        OtherModel: the server of the critic, or of the base, serves something else, or does not answer.
    """
    refuse_name(name)
    location = served_location(
        [urls] if isinstance(urls, str) else urls, model, private_allowed=settings.private_endpoints
    )
    record = read_export(exported)
    _refuse_other_weights(exported, record)
    with store.reader() as session:
        found = _base(session, base, record.source)
        row = _row(session, name, location, record, found)
        row.parameters = numbers_in(exported) or None
        known = known_checkpoint(session, name, row.content_hash)
        if known is not None:
            if not known.is_only_archived:
                return known.name
            row.id, row.name, row.created_at, row.deleted_at = known.id, known.name, known.created_at, None
    _recognise(settings, record, found, row)
    with store.writer() as session:
        row = session.merge(row)
        session.flush()
        note_record(session, row, record.source.training)
        return row.name


def _row(session: Session, name: str, location: str, record: ExportRecord, base: Checkpoint) -> Checkpoint:
    """The served critic as it is registered, not yet in the session."""
    source = record.source
    digest = hashlib.sha256("\n".join((location, source.critic_hash, base.content_hash)).encode())
    return Checkpoint(
        name=name,
        kind=CheckpointKind.CRITIC,
        location=location,
        content_hash=digest.hexdigest(),
        tokenizer_hash=source.tokenizer_hash,
        base_id=base.id,
        parent_id=session.scalar(select(Checkpoint.id).where(Checkpoint.content_hash == source.critic_hash)),
        layers=record.new_layers,
        training={**source.training, SERVED: record.served.as_dict()},
        reads_recorded="read" in source.training,
    )


def _refuse_other_weights(folder: Path, record: ExportRecord) -> None:
    # A folder with record and tokenizer alone will do: the weights may be on the server's machine only.
    if any(folder.glob(WEIGHTS)) and folder_hash(folder) != record.served.weights_hash:
        raise ModelChanged(
            f"The weights in {folder} are not those that were exported there ({record.served.weights_hash[:12]}): "
            f"export the critic again."
        )


def _base(session: Session, name: str, source: ExportSource) -> Checkpoint:
    hashes = (source.base_hash, with_tokenizer(source.base_hash, source.tokenizer_hash))
    wanted = Checkpoint.name == name if name else Checkpoint.content_hash.in_(hashes)
    rows = session.scalars(select(Checkpoint).where(wanted, Checkpoint.deleted_at.is_(None))).all()
    if not rows:
        what = f"No checkpoint is called {name}" if name else f"The base of {source.critic_name} is not registered"
        raise BaseUnknown(f"{what}: `tekhne models add` {source.base_name} ({source.base_hash[:12]}) first.")
    for row in rows:
        same = row.content_hash in hashes and row.tokenizer_hash in ("", source.tokenizer_hash)
        if same or row.kind is CheckpointKind.ENDPOINT:
            session.expunge(row)
            return row
    raise BaseUnknown(
        f"{source.critic_name} was trained on {source.base_name} ({source.base_hash[:12]}), and {rows[0].name} is "
        f"another model, or has another tokenizer: name the base it belongs to, or a server of it."
    )


def _recognise(settings: Settings, record: ExportRecord, base: Checkpoint, critic: Checkpoint) -> None:
    # Nobody waits here for a server to be started.
    hasty = settings.model_copy(update={"endpoint_patience_seconds": 0})
    if base.kind is CheckpointKind.ENDPOINT:
        with closing(open_engine(hasty, base)) as engine:
            for probe in record.base_probes:
                written = _answer(engine, replace(probe, ids=()))
                if not written.startswith(probe.text):
                    raise OtherModel(
                        f"{base.name} does not write as {record.source.base_name}, on which "
                        f"{record.source.critic_name} was trained ({written[: len(probe.text)]!r} instead of "
                        f"{probe.text!r}): name a server of that base."
                    )
    urls, model = servers_of(critic.location)
    for url in urls:
        with closing(open_engine(hasty, base, _at(url, model, critic))) as engine:
            for probe in record.served.probes[:1]:
                # The engine asks for all probes before the first answer.
                _answer(engine, probe)


def _at(url: str, model: str, critic: Checkpoint) -> Checkpoint:
    """The critic behind one of its servers."""
    names = ("name", "kind", "content_hash", "tokenizer_hash", "training")
    return Checkpoint(location=f"{url}#{model}", **{name: getattr(critic, name) for name in names})


def _answer(engine: Engine, probe: GreedyProbe) -> str:
    request = WriteRequest(
        prompt=probe.prompt,
        prompt_ids=probe.ids or None,
        keys=("probe",),
        sampling=SamplingSettings(temperature=0.0, top_p=1.0, max_new_tokens=probe.tokens),
        priority=Priority.INTERACTIVE,
    )
    sample = asyncio.run(write_one(engine, request))
    if sample.error:
        raise OtherModel(sample.error)
    if "address" in engine.notes:
        raise OtherModel(
            f"The server of {engine.name} has no /completions, by which critics are asked: use another."
        )
    return sample.text
