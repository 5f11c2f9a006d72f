"""Where a base is that an option or a specification names."""

from pathlib import Path

from sqlalchemy import select

from models import Checkpoint, Store
from models.enums import CheckpointKind
from settings import Settings
from worker.checkpoints.adding import CheckpointError


def find_base_folder(store: Store, settings: Settings, name: str, option: str, *, trusted: bool = True) -> str:
    """A folder, a hub id, or the folder of a registered base.

    Args:
        trusted: whether it may be a folder or hub id; a job names registered bases only.

    Raises:
        CheckpointError: it is none of these.
        ModelUnusable: there is no such folder.
        ModelGone, ModelChanged: the files of the registered base are not there, or not the registered ones.
    """
    # Imported late: these load the network libraries.
    from worker.demo.installing import install_demo_pair
    from worker.locating import checked_folder
    from worker.network.errors import ModelUnusable
    from worker.network.folders import resolve

    if trusted and (Path(name).expanduser().is_dir() or name.startswith((".", "/", "~"))):
        return str(resolve(name))
    if trusted:
        # A worker's store has it since its start.
        install_demo_pair(store)
    with store.reader() as session:
        bases = session.scalars(
            select(Checkpoint).where(Checkpoint.deleted_at.is_(None)).order_by(Checkpoint.name)
        )
        known = {row.name: row for row in bases if row.kind is not CheckpointKind.CRITIC or row.name == name}
        if name in known:
            return str(checked_folder(settings, known[name], CheckpointKind.BASE))
    named = ", ".join(one for one, row in known.items() if row.kind is CheckpointKind.BASE) or "none"
    if not trusted:
        raise CheckpointError(f"{option} {name}: the store's bases are {named}.")
    try:
        return str(resolve(name))
    except ModelUnusable as error:
        raise CheckpointError(f"{option} {name}: the store's bases are {named}, and {error}") from error
