"""A checkpoint as a scorer of texts: a base in this process, or a model behind a server."""

from collections.abc import Callable

from models.checkpoint import servers_of
from models.enums import CheckpointKind
from settings import Settings
from worker.addresses import refuse_address
from worker.engines.local.scoring import LocalScorer
from worker.engines.scored_text import TextScorer
from worker.locating import OpenableCheckpoint
from worker.memory.served import ServedScorer
from worker.network.critic import Trunk
from worker.opening import open_tokenizer, open_trunk


def open_scorer(
    settings: Settings,
    checkpoint: OpenableCheckpoint,
    check: Callable[[], None] = lambda: None,
    *,
    open_base: Callable[[OpenableCheckpoint], Trunk] | None = None,
) -> TextScorer:
    """The scorer of a base or an endpoint.

    Args:
        check: called between texts; it may raise to stop.
        open_base: gives the network where the caller holds it.

    Raises:
        ModelGone, ModelChanged, ModelUnusable: as for a run.
    """
    if checkpoint.kind == CheckpointKind.ENDPOINT:
        (url, *_), model = servers_of(checkpoint.location)
        refuse_address(url, private_allowed=settings.private_endpoints)
        key = settings.endpoint_key.get_secret_value() if settings.endpoint_key is not None else ""
        return ServedScorer(url, model, key=key, private_allowed=settings.private_endpoints, check=check)
    trunk = open_base(checkpoint) if open_base else open_trunk(settings, checkpoint)
    return LocalScorer(trunk, open_tokenizer(settings, checkpoint, trunk.base.config.vocab_size), check)
