"""Whether several servers serve one model: each is asked to go on with the same prompts, greedily.

In: their URLs and the model's name. Out: nothing, or one sentence that names the two that differ. Two machines that
round differently may part where two tokens are close; so prompts are short, few tokens are asked for, and servers are
called different only if they part on most prompts.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing

from settings import Settings
from worker.addresses import refuse_address
from worker.checkpoints.adding import CheckpointError
from worker.engines import Priority, SamplingSettings, WriteRequest, write_one

PROMPTS = (
    "// Max returns the larger of two numbers.\nfunc Max(a, b int) int {\n",
    "// Reverse returns s with its runes in reverse order.\nfunc Reverse(s string) string {\n",
    "The capital of France is",
    "1, 2, 3, 4,",
    "package main\n\nimport (\n",
)
TOKENS = 8


class DifferentModels(CheckpointError):
    """Servers that are to be one model's write differently, or one of them cannot be asked."""


def refuse_different_models(settings: Settings, urls: Sequence[str], model: str) -> None:
    """Ask all of them, if there are several.

    Raises:
        DifferentModels: they serve different models under this name, or one does not answer.
        BadAddress, ForbiddenAddress: one cannot be asked at all.
    """
    if len(urls) < 2:
        return
    first, *others = urls
    expected = _written(settings, first, model)
    for url in others:
        found = _written(settings, url, model)
        parted = [place for place, text in enumerate(expected) if found[place] != text]
        if 2 * len(parted) > len(PROMPTS):
            place = parted[0]
            raise DifferentModels(
                f"{first} and {url} serve different models as {model!r}: after {PROMPTS[place]!r} the first goes on "
                f"with {expected[place]!r}, the other with {found[place]!r}. Serve the same weights at both, or "
                f"register each under a name of its own."
            )


def _written(settings: Settings, url: str, model: str) -> list[str]:
    """What the server writes greedily after each prompt."""
    # Late: only servers need the client library.
    from worker.engines.server import OpenAICompatibleEngine

    refuse_address(url, private_allowed=settings.private_endpoints)
    key = settings.endpoint_key.get_secret_value() if settings.endpoint_key is not None else ""
    engine = OpenAICompatibleEngine(url, model, name=model, key=key, private_allowed=settings.private_endpoints)
    sampling = SamplingSettings(temperature=0.0, top_p=1.0, max_new_tokens=TOKENS)
    texts = []
    with closing(engine):
        for prompt in PROMPTS:
            request = WriteRequest(
                prompt=prompt, keys=("probe",), sampling=sampling, priority=Priority.INTERACTIVE
            )
            sample = asyncio.run(write_one(engine, request))
            if sample.error:
                raise DifferentModels(f"Whether all serve the same model cannot be told. {sample.error}")
            texts.append(sample.text)
    return texts
