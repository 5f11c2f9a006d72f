"""Opening a base for drafting: device and number format as the settings say."""

from pathlib import Path

from settings import Settings
from worker.engines.device import choose_device, choose_dtype
from worker.engines.local import LocalEngine
from worker.network.checkpoints import load_base, load_critic, load_tokenizer
from worker.network.critic import Trunk
from worker.network.folders import resolve


def open_local(base: str, settings: Settings) -> LocalEngine:
    """An engine over the model in a folder or on the hub; whoever opens it closes it.

    Raises:
        ModelUnusable: it does not load.
    """
    device = choose_device(settings)
    network = load_base(base, device=device, dtype=choose_dtype(settings, device))
    tokenizer = load_tokenizer(base, network.config.vocab_size)
    return LocalEngine(Trunk(network), tokenizer, name=Path(base).name)


def open_pair(base: str, critic: Path, settings: Settings) -> LocalEngine:
    """The same with a critic's layers on it.

    Raises:
        ModelUnusable: one of them does not load.
        WrongBase: they do not belong together.
    """
    device = choose_device(settings)
    folder = resolve(base)
    network = load_base(base, device=device, dtype=choose_dtype(settings, device))
    tokenizer = load_tokenizer(base, network.config.vocab_size)
    whole = load_critic(critic, folder, network)
    whole.to(network.device, network.dtype)
    return LocalEngine(whole, tokenizer, name=critic.name)
