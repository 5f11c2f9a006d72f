"""Opening checkpoints: from a registered checkpoint, or a folder or hub id named by hand, to an engine that writes.

This is the one place where a checkpoint is checked before its weights are used: its files are there, they are the ones
that were registered, and its kind fits (`locating.py`). Device and number format come from the settings. Runs,
collecting, the demo and the benchmarks all open checkpoints here; what trains or exports a model loads it by itself. A
critic behind a server is recognised by its engine when it is first asked. Nothing is cached here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.checkpoint import is_served, servers_of
from models.enums import CheckpointKind
from settings import Settings
from worker.addresses import refuse_address
from worker.busy import BusyLog
from worker.engines import Engine
from worker.engines.device import choose_device, choose_dtype
from worker.engines.local import LocalEngine
from worker.locating import OpenableCheckpoint, checked_folder, checkpoint_folder
from worker.network.checkpoints import load_base, load_critic, load_tokenizer
from worker.network.critic import Trunk
from worker.network.errors import ModelChanged, ModelGone
from worker.network.exported import SERVED, ServedCritic
from worker.network.folders import tokenizer_hash

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from worker.engines.served_critic import ServedCriticEngine


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
