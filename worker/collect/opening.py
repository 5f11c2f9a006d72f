"""Opening a base for drafting: device and number format as the settings say."""

from pathlib import Path

from settings import Settings
from worker.engines.device import choose_device, choose_dtype
from worker.engines.local import LocalEngine
from worker.network.checkpoints import load_base, load_tokenizer
from worker.network.critic import Trunk


def open_local(base: str, settings: Settings) -> LocalEngine:
    """An engine over the model in a folder or on the hub; whoever opens it closes it.

    Raises:
        ModelUnusable: it does not load.
    """
    device = choose_device(settings)
    network = load_base(base, device=device, dtype=choose_dtype(settings, device))
    tokenizer = load_tokenizer(base, network.config.vocab_size)
    return LocalEngine(Trunk(network), tokenizer, name=Path(base).name)
