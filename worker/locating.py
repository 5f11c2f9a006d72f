"""Where the files of a checkpoint are on this machine: at their location, moved, or fetched from the depot.

In: a registered checkpoint, or a folder or hub id named by hand. Out: a folder, whose content has been checked where
that is asked for. No weights are loaded.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from models.checkpoint import is_served
from models.enums import CheckpointKind
from settings import Settings
from worker.depot import Depot, DepotError, fetch_into
from worker.network.errors import ModelChanged, ModelGone, ModelUnusable, WrongKind
from worker.network.folders import DELTA_CONFIG, delta_hash, folder_hash, resolve, tokenizer_hash, with_tokenizer

DEEPEST_FOLDER = 4
"""How far below the data folder and the current folder moved checkpoints are looked for."""


class OpenableCheckpoint(Protocol):
    """What is needed of a checkpoint to open it."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def location(self) -> str:
        """A folder, a hub id, or a server's `URL#model`."""
        ...

    @property
    def content_hash(self) -> str:
        """The hash by which the files were registered; empty where they were not."""
        ...

    @property
    def tokenizer_hash(self) -> str:
        """The hash of the tokenizer's files; empty where it is not known."""
        ...

    @property
    def training(self) -> Mapping[str, Any]:
        """How it was made; of a critic behind a server, what is known of it (`worker/network/exported.py`)."""
        ...


def checked_folder(settings: Settings, checkpoint: OpenableCheckpoint, kind: CheckpointKind) -> Path:
    """The checkpoint's folder, after its kind and content have been checked.

    Raises:
        WrongKind, ModelGone, ModelChanged, ModelUnusable: no folder here holds the checkpoint.
    """
    elsewhere = checkpoint.kind == CheckpointKind.ENDPOINT or is_served(checkpoint.location)
    if checkpoint.kind != kind or elsewhere:
        where = " behind a server" if elsewhere else ""
        raise WrongKind(
            f"{checkpoint.name} is a checkpoint of kind {checkpoint.kind}{where}, and a {kind} in this process is "
            f"needed here: name another checkpoint."
        )
    folder = checkpoint_folder(settings, checkpoint)
    if checkpoint.content_hash:
        found = _found_hash(folder, checkpoint)
        # A run's numbers belong to the weights that its checkpoint was registered with.
        if found != checkpoint.content_hash:
            raise ModelChanged(
                f"The files of {checkpoint.name} in {checkpoint.location} are not those that were registered "
                f"({checkpoint.content_hash[:12]} then, {found[:12]} now): put them back, or `tekhne models add` these."
            )
    return folder


def checkpoint_folder(settings: Settings, checkpoint: OpenableCheckpoint) -> Path:
    """Where the files are: at their location, where they were moved with the data folder or the checkout, or where they
    are fetched to from the depot.

    Raises:
        ModelGone: they are nowhere, or do not come.
        ModelUnusable: an unregistered folder or hub id is none.
    """
    folder = Path(checkpoint.location).expanduser()
    if not checkpoint.content_hash or folder.is_dir():
        return resolve(checkpoint.location)
    if folder.is_absolute():
        places = f"{folder} any more, nor in {settings.data_dir} or the current folder"
        gone = f"The files of {checkpoint.name} are not in {places}"
    else:
        try:
            return resolve(checkpoint.location)
        except ModelUnusable as error:
            gone = str(error).removesuffix(".")
    moved = _moved(checkpoint, (settings.data_dir, Path.cwd()))
    return moved or _fetched(settings, checkpoint, gone)


def _fetched(settings: Settings, checkpoint: OpenableCheckpoint, gone: str) -> Path:
    """The copy from the depot; `gone` says that there is none on this machine."""
    if not settings.depot:
        raise ModelGone(
            f"{gone}: put them back, or name a depot that holds them (TEKHNE_DEPOT), and start the run again. "
            f"Everything done so far is kept."
        )
    content_hash = checkpoint.content_hash
    try:
        depot = Depot(settings.depot)
        return fetch_into(
            settings.data_dir, depot, checkpoint.name, content_hash, lambda folder: _holds(folder, checkpoint)
        )
    except DepotError as error:
        raise ModelGone(f"{gone}. {error}") from error


def _holds(folder: Path, checkpoint: OpenableCheckpoint) -> bool:
    try:
        same_tokenizer = checkpoint.tokenizer_hash in ("", tokenizer_hash(folder))
        return same_tokenizer and _found_hash(folder, checkpoint) == checkpoint.content_hash
    except (ModelUnusable, OSError):
        return False


def _moved(checkpoint: OpenableCheckpoint, roots: Sequence[Path]) -> Path | None:
    """The folder below `roots` that holds exactly this content; those with the old folder's name are tried first."""
    sign = DELTA_CONFIG if checkpoint.kind == CheckpointKind.CRITIC else "config.json"
    depths = [f"{'*/' * depth}{sign}" for depth in range(DEEPEST_FOLDER + 1)]
    # A hidden folder is one that is being written.
    there = (file.parent for root in roots for depth in depths for file in root.glob(depth))
    found = dict.fromkeys(folder for folder in there if not folder.name.startswith("."))
    name = Path(checkpoint.location).name
    same_weights = None
    for folder in sorted(found, key=lambda folder: folder.name != name):
        try:
            if _found_hash(folder, checkpoint) == checkpoint.content_hash:
                if checkpoint.tokenizer_hash in ("", tokenizer_hash(folder)):
                    return folder
                same_weights = same_weights or folder
        except (ModelUnusable, OSError):
            # Some other program's folder, or a damaged one.
            continue
    return same_weights


def _found_hash(folder: Path, checkpoint: OpenableCheckpoint) -> str:
    """The hash by which the checkpoint would be known that is in `folder` now."""
    if checkpoint.kind == CheckpointKind.CRITIC:
        return delta_hash(folder)
    weights = folder_hash(folder)
    both = with_tokenizer(weights, tokenizer_hash(folder))
    return both if both == checkpoint.content_hash else weights
