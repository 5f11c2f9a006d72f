"""Putting a registered checkpoint into the depot, so that workers on other machines can fetch it.

In: a checkpoint's name. Out: its files in the depot, by content hash; those of a critic's base too, unless every worker
gets that from the hub.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from models import Checkpoint, Store
from models.checkpoint import is_served
from models.enums import CheckpointKind
from settings import Settings
from worker.checkpoints.adding import CheckpointError
from worker.depot import Depot, DepotEntry


class NothingToPush(CheckpointError):
    """No files stand behind the name, or no depot is named."""


@dataclass(frozen=True, kw_only=True)
class PushedCheckpoint:
    name: str
    content_hash: str
    bytes: int
    is_new: bool
    """False where the depot had it already."""


def push_checkpoint(store: Store, settings: Settings, name: str, url: str = "") -> list[PushedCheckpoint]:
    """What was put into the depot: the checkpoint, and after it the base that it stands on.

    Args:
        url: another depot than the setting's.

    Raises:
        NothingToPush: there is no such checkpoint, it is behind a server, or there is no depot.
        ModelGone, ModelChanged, ModelUnusable: its files are not here, or are others.
        DepotUnusable, DepotDamaged: they cannot be put there.
    """
    # Late, as everywhere: it needs the extra `worker` where a checkpoint is on the hub.
    from worker.locating import checked_folder

    depot = Depot(_url(settings, url))
    pushed = []
    for row in _rows(store, name):
        folder = checked_folder(settings, row, row.kind)
        entry = DepotEntry.of(folder, name=row.name, kind=row.kind.value, content_hash=row.content_hash)
        is_new = depot.push(folder, entry)
        pushed.append(
            PushedCheckpoint(name=row.name, content_hash=row.content_hash, bytes=entry.bytes, is_new=is_new)
        )
    return pushed


def _url(settings: Settings, url: str) -> str:
    if not (url or settings.depot):
        raise NothingToPush("No depot is named: give a folder or a URL, or set TEKHNE_DEPOT (docs/scaling.md).")
    return url or settings.depot


def _rows(store: Store, name: str) -> list[Checkpoint]:
    with store.reader() as session:
        row = session.scalar(select(Checkpoint).where(Checkpoint.name == name, Checkpoint.deleted_at.is_(None)))
        if row is None:
            raise NothingToPush(f"No checkpoint is called {name}: `tekhne models list` shows what there is.")
        if row.kind is CheckpointKind.ENDPOINT or is_served(row.location):
            raise NothingToPush(f"{name} is behind a server, which every worker asks: there are no files to push.")
        base = session.get(Checkpoint, row.base_id) if row.base_id is not None else None
        session.expunge_all()
    is_needed = base is not None and base.deleted_at is None and Path(base.location).expanduser().is_absolute()
    return [row, *([base] if base is not None and is_needed else [])]
