"""Opening checkpoints: from a registered checkpoint, or a folder or hub id named by hand, to an engine that writes.

This is the one place that checks a checkpoint before its weights are used: its files are there, they are the ones that
were registered, and its kind fits. Device and number format come from the settings. Runs, collecting, the demo and the
benchmarks all open checkpoints here; what trains or exports a model loads it by itself. A critic behind a server is
recognised by its engine when it is first asked. Nothing is cached here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from models.checkpoint import is_served, servers_of
from models.enums import CheckpointKind
from settings import Settings
from worker.addresses import refuse_address
from worker.busy import BusyLog
from worker.engines import Engine
from worker.engines.device import choose_device, choose_dtype
from worker.engines.local import LocalEngine
from worker.network.checkpoints import load_base, load_critic, load_tokenizer
from worker.network.critic import Trunk
from worker.network.errors import ModelChanged, ModelGone, ModelUnusable, WrongKind
from worker.network.exported import SERVED, ServedCritic
from worker.network.folders import DELTA_CONFIG, delta_hash, folder_hash, resolve, tokenizer_hash, with_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from worker.engines.served_critic import ServedCriticEngine

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


@dataclass(frozen=True, kw_only=True)
class UnregisteredCheckpoint:
    """A folder or hub id that the user names. Any content is what the user means, so there is no hash to compare."""

    location: str
    kind: CheckpointKind = CheckpointKind.BASE
    content_hash: str = ""
    tokenizer_hash: str = ""
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return Path(self.location).name


def open_engine(
    settings: Settings,
    base: OpenableCheckpoint,
    critic: OpenableCheckpoint | None = None,
    *,
    trunk: Trunk | None = None,
    busy: BusyLog | None = None,
) -> Engine:
    """An engine that writes with the base and, where one is named, with the critic; the caller closes it.

    Args:
        trunk: the base, where the caller has opened it already.
        busy: records when the engine works.

    Raises:
        ModelGone: the files are not there any more.
        ModelChanged: they are not the ones that were registered.
        ModelUnusable: they do not load.
        WrongBase: the critic stands on another base.
        WrongKind: a checkpoint's kind does not fit.
    """
    if critic is not None and is_served(critic.location):
        return open_served_critic(settings, base, critic)
    if base.kind == CheckpointKind.ENDPOINT:
        # No delta can stand on it; `make_critic` refuses the arm that asks for one.
        return _server_engine(settings, base)
    return open_local(settings, base, critic, trunk=trunk, busy=busy)


def open_local(
    settings: Settings,
    base: OpenableCheckpoint,
    critic: OpenableCheckpoint | None = None,
    *,
    trunk: Trunk | None = None,
    busy: BusyLog | None = None,
) -> LocalEngine:
    """The same for a base that must run in this process."""
    network = trunk if trunk is not None else open_trunk(settings, base)
    if critic is not None:
        folder = checked_folder(settings, critic, CheckpointKind.CRITIC)
        network = load_critic(folder, checkpoint_folder(settings, base), network.base)
        network.to(network.base.device, network.base.dtype)
    tokenizer = open_tokenizer(settings, base, network.base.config.vocab_size)
    return LocalEngine(network, tokenizer, name=critic.name if critic else base.name, busy=busy)


def open_trunk(settings: Settings, base: OpenableCheckpoint) -> Trunk:
    """The base's network."""
    folder = checked_folder(settings, base, CheckpointKind.BASE)
    device = choose_device(settings)
    return Trunk(load_base(str(folder), device=device, dtype=choose_dtype(settings, device)))


def open_tokenizer(settings: Settings, base: OpenableCheckpoint, vocabulary: int) -> "PreTrainedTokenizerBase":
    """The base's tokenizer.

    Raises:
        ModelChanged: its files are not those with which the base was registered or first used.
        ModelUnusable: it does not load.
    """
    folder = checkpoint_folder(settings, base)
    # Other tokens are other prompts and other numbers, though the weights are the same.
    if base.tokenizer_hash and tokenizer_hash(folder) != base.tokenizer_hash:
        raise ModelChanged(
            f"The tokenizer files of {base.name} in {folder} are not those that it was registered or first used with: "
            f"put them back and start the run again. Everything done so far is kept."
        )
    return load_tokenizer(str(folder), vocabulary)


def _server_engine(settings: Settings, base: OpenableCheckpoint) -> Engine:
    # Imported late: only a base behind a server needs the client library.
    from worker.engines.server import OpenAICompatibleEngine

    urls, model = _addresses(settings, base)
    return OpenAICompatibleEngine(urls, model, name=base.name, **_server_options(settings))


def open_served_critic(
    settings: Settings, base: OpenableCheckpoint, critic: OpenableCheckpoint
) -> "ServedCriticEngine":
    """The engine of a critic behind a server; no server is asked before the first sample.

    Raises:
        ModelGone, ModelChanged, ModelUnusable: the tokenizer that it shares with its base is not here.
    """
    from worker.engines.served_critic import ServedCriticEngine

    served = ServedCritic.of(critic.training[SERVED])
    urls, model = _addresses(settings, critic)
    if base.kind == CheckpointKind.BASE:
        tokenizer = open_tokenizer(settings, base, served.vocabulary)
    else:
        folder = Path(served.folder)
        if not folder.is_dir():
            raise ModelGone(
                f"The tokenizer of {critic.name} is not in {folder} any more: put the folder that it was exported to "
                f"back, or register it again."
            )
        tokenizer = load_tokenizer(str(folder), served.vocabulary)
    return ServedCriticEngine(
        urls, model, tokenizer=tokenizer, served=served, name=critic.name, **_server_options(settings)
    )


def _addresses(settings: Settings, checkpoint: OpenableCheckpoint) -> tuple[tuple[str, ...], str]:
    urls, model = servers_of(checkpoint.location)
    for url in urls:
        refuse_address(url, private_allowed=settings.private_endpoints)
    return urls, model


def _server_options(settings: Settings) -> dict[str, Any]:
    return {
        "key": settings.endpoint_key.get_secret_value() if settings.endpoint_key is not None else "",
        "concurrency": settings.endpoint_concurrency,
        "patience_seconds": settings.endpoint_patience_seconds,
        "private_allowed": settings.private_endpoints,
    }


def checked_folder(settings: Settings, checkpoint: OpenableCheckpoint, kind: CheckpointKind) -> Path:
    """The checkpoint's folder, after its kind and content have been checked."""
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
    """Where the files are: at their location, or where they were moved with the data folder or the checkout."""
    folder = Path(checkpoint.location).expanduser()
    if not (checkpoint.content_hash and folder.is_absolute()) or folder.is_dir():
        return resolve(checkpoint.location)
    moved = _moved(checkpoint, (settings.data_dir, Path.cwd()))
    if moved is None:
        raise ModelGone(
            f"The files of {checkpoint.name} are not in {folder} any more, nor in {settings.data_dir} or the current "
            f"folder: put them back and start the run again. Everything done so far is kept."
        )
    return moved


def _moved(checkpoint: OpenableCheckpoint, roots: Sequence[Path]) -> Path | None:
    """The folder below `roots` that holds exactly this content; those with the old folder's name are tried first."""
    sign = DELTA_CONFIG if checkpoint.kind == CheckpointKind.CRITIC else "config.json"
    depths = [f"{'*/' * depth}{sign}" for depth in range(DEEPEST_FOLDER + 1)]
    found = dict.fromkeys(file.parent for root in roots for depth in depths for file in root.glob(depth))
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
