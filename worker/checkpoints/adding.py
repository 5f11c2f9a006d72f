"""Registering a model that was not trained here.

In: a name, and a folder, hub id or server. Out: the name that the model is registered by, which is the older name where
the same content is registered already. No weights are loaded and no server is asked.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, Store
from models.enums import CheckpointKind
from models.errors import TekhneError
from models.specification import LONGEST_NAME
from worker.addresses import BadAddress, refuse_address
from worker.network.folders import numbers_in, read_config, resolve
from worker.training.registering import base_identity, register_base


class CheckpointError(TekhneError):
    """Base of this room's errors: BadName, NameTaken and, in `fetching.py`, FetchFailed. The store is unchanged."""


class NameTaken(CheckpointError):
    """Another checkpoint has the name; names are unique, because runs name checkpoints by them."""


class BadName(CheckpointError):
    """No checkpoint can have this name."""


def add_base(store: Store, name: str, location: str) -> str:
    """Register a folder or hub id as a base.

    Raises:
        ModelUnusable: it holds no model, or one that cannot draft.
        BadName, NameTaken: no checkpoint can have the name, or another has it.
    """
    refuse_name(name)
    folder = resolve(location)
    read_config(folder)
    with store.reader() as session:
        known = known_checkpoint(session, name, base_identity(session, folder))
        if known is not None and not known.is_only_archived:
            return known.name
    numbers_in(folder)
    _check(folder)
    row_id = register_base(store, folder)
    if known is not None:
        return known.name
    with store.writer() as session:
        session.get_one(Checkpoint, row_id).name = name
    return name


def _check(folder: Path) -> None:
    try:
        # Imported late: the network libraries come with the extra `worker`, and servers are added without it.
        from worker.network.checkpoints import check_base
    except ModuleNotFoundError:
        return
    check_base(folder)


def add_endpoint(
    store: Store, name: str, urls: str | Sequence[str], model: str, *, private_allowed: bool = False
) -> str:
    """Register a model behind one OpenAI-compatible server, or behind several that serve the same.

    Raises:
        BadAddress: a URL or `model` cannot be one.
        ForbiddenAddress: the server is on a private network, and those are not allowed.
        BadName, NameTaken: no checkpoint can have the name, or another has it.
    """
    refuse_name(name)
    location = served_location([urls] if isinstance(urls, str) else urls, model, private_allowed=private_allowed)
    content_hash = hashlib.sha256(location.encode()).hexdigest()
    with store.writer() as session:
        known = known_checkpoint(session, name, content_hash)
        if known is not None:
            if known.is_only_archived:
                known.location, known.deleted_at = location, None
            return known.name
        kind = CheckpointKind.ENDPOINT
        session.add(Checkpoint(name=name, kind=kind, location=location, content_hash=content_hash))
    return name


def served_location(urls: Sequence[str], model: str, *, private_allowed: bool) -> str:
    """Where a served model is found, as the store keeps it (`models.checkpoint.servers_of` reads it).

    Raises:
        BadAddress, ForbiddenAddress: a URL or the model's name cannot be one, or a URL is named twice.
    """
    for url in urls:
        refuse_address(url, private_allowed=private_allowed)
    plain = [url.rstrip("/") for url in urls]
    twice = next((url for url in plain if plain.count(url) > 1), "")
    if twice:
        raise BadAddress(f"{twice} is named twice: name each server once.")
    return f"{' '.join(plain)}#{refuse_model_name(model)}"


def refuse_name(name: str) -> None:
    """Raises BadName where no checkpoint can have the name."""
    if not (name.isprintable() and 0 < len(name) <= LONGEST_NAME):
        raise BadName(f"{name[:80]!r} is no name: give one of 1 to {LONGEST_NAME} characters that can be shown.")


def refuse_model_name(model: str) -> str:
    """The name by which a server knows a model; raises BadAddress where it cannot be one."""
    if not model:
        raise BadAddress("A server needs the name of one of its models: add --model.")
    if not model.isprintable():
        raise BadAddress(f"The model's name {model[:80]!r} holds characters that cannot be stored or shown.")
    return model


def known_checkpoint(session: Session, name: str, content_hash: str) -> Checkpoint | None:
    """The row by which this content is registered; None where it is new and `name` is free."""
    known = session.scalar(select(Checkpoint).where(Checkpoint.content_hash == content_hash))
    if known is None and session.scalar(select(Checkpoint.id).where(Checkpoint.name == name)) is not None:
        raise NameTaken(f"Another checkpoint is called {name}: choose another name.")
    return known
