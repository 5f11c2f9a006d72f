"""Checkpoints that were fetched from the depot, in the data folder: one folder each, named by its content hash.

A copy is written aside, verified and renamed, by one process of the machine at a time; the others wait and find it.
What a killed process left aside is removed when the checkpoint is fetched again.
"""

import fcntl
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from worker.depot.depot import Depot, DepotEntry
from worker.depot.errors import DepotDamaged, NoRoom, NotInDepot

FETCHED = "fetched"
"""Below the data folder."""

log = logging.getLogger(__name__)


def fetched_folder(data_dir: Path, content_hash: str) -> Path:
    """Where the copy of a checkpoint is, or would be."""
    return data_dir / FETCHED / content_hash


def fetch_into(data_dir: Path, depot: Depot, name: str, content_hash: str, is_it: Callable[[Path], bool]) -> Path:
    """The checkpoint's folder, fetched unless it is there.

    Args:
        name: for messages.
        is_it: whether a folder holds exactly this checkpoint.

    Raises:
        NotInDepot, DepotUnusable: it cannot be had.
        DepotDamaged: what came is something else.
        NoRoom: it does not fit on the disk.
    """
    folder = fetched_folder(data_dir, content_hash)
    if folder.is_dir():
        return folder
    entry = depot.find(content_hash)
    if entry is None:
        raise NotInDepot(
            f"{depot.shown} holds no complete copy of {name} ({content_hash[:12]}): push it with `tekhne models push "
            f"{name}` where its files are."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{content_hash}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(depot, entry, folder, is_it)
    return folder


def _fetch(depot: Depot, entry: DepotEntry, folder: Path, is_it: Callable[[Path], bool]) -> None:
    aside = folder.with_name(f".{entry.content_hash}")
    shutil.rmtree(aside, ignore_errors=True)
    free = shutil.disk_usage(folder.parent).free
    if entry.bytes > free:
        raise NoRoom(
            f"{entry.name} takes {_megabytes(entry.bytes)} and {folder.parent} has {_megabytes(free)} left: make room."
        )
    log.info("fetching %s (%s) from %s", entry.name, _megabytes(entry.bytes), depot.shown)
    try:
        aside.mkdir()
        depot.get(entry, aside)
        if not is_it(aside):
            raise DepotDamaged(
                f"What {depot.shown} holds as {entry.content_hash[:12]} is not {entry.name}: its files have another "
                f"hash. Remove that folder there, and push the checkpoint again."
            )
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
