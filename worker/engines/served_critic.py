"""A critic behind a server: the engine asks with the exact tokens that the critic was trained on, and knows the critic.

Before the first sample, after each outage and whenever it is told to, it asks the server to go on with the critic's
probes, greedily. A server that writes something else, or that reads a prompt as another number of tokens, serves
another model or tokenizer: then no sample is written, and each comes back as cancelled with that sentence. Where the
server takes no tokens, the prompt goes as text with seams (`worker/transcripts/seams.py`).
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.enums import FinishReason
from worker.engines.dialect import Dialect
from worker.engines.growing import GrowingSample
from worker.engines.replicas import Replica
from worker.engines.request import Priority, Sample, SamplingSettings, WriteRequest
from worker.engines.server import OpenAICompatibleEngine
from worker.engines.server_errors import ServerHiccup
from worker.network.exported import GreedyProbe, ServedCritic
from worker.transcripts.seams import seamed_text, with_seams

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

EXACT = "The critic's prompts have exactly the tokens that it was trained on."
NO_TEXT = (
    "{name} cannot be asked for this sample: the server at {url} takes prompts as text only, and no text becomes these "
    "tokens."
)
_PROBE = "probe"


class ServedCriticEngine(OpenAICompatibleEngine):
    """An engine for `worker.critics.rct` whose network is elsewhere."""

    def __init__(
        self,
        urls: str | Sequence[str],
        model: str,
        *,
        tokenizer: "PreTrainedTokenizerBase",
        served: ServedCritic,
        **options: Any,
    ) -> None:
        super().__init__(urls, model, **options)
        self.tokenizer = tokenizer
        self.context = served.context
        self._seamed = with_seams(tokenizer)
        self._served = served
        self._bos = EXACT
        self._recognised = set[Replica]()
        """The servers that go on with the probes as the critic does."""
        self._probing: dict[Replica, tuple[asyncio.Task[str], Dialect]] = {}

    def recognise_again(self) -> None:
        """Ask for the probes before the next sample: a server may serve something else by now."""
        self._recognised = set()

    async def write(self, request: WriteRequest) -> AsyncGenerator[Sample, None]:
        """As the base class; the prompt has to be given in tokens."""
        ids = request.prompt_ids or ()
        # A server refuses to begin what could become too long, where a network in this process ends at its context.
        most = max(1, min(request.sampling.max_new_tokens, self.context - len(ids)))
        sampling = request.sampling.model_copy(update={"max_new_tokens": most})
        async with aclosing(super().write(replace(request, sampling=sampling))) as samples:
            async for sample in samples:
                yield sample

    async def _once(self, growing: GrowingSample) -> Sample:
        replica = growing.replica or await self._replicas.opened()
        if replica not in self._recognised and (sentence := await self._stranger(growing, replica)):
            return growing.sample(FinishReason.CANCELLED, sentence)
        ids = growing.request.prompt_ids or ()
        if self._dialect.joined(growing.dialect).in_text and not growing.request.prompt:
            growing.request = replace(growing.request, prompt=seamed_text(self._seamed, ids))
            if not growing.request.prompt:
                return growing.sample(FinishReason.ERROR, NO_TEXT.format(name=self.name, url=self._where(growing)))
        sample = await super()._once(growing)
        if sentence := self._miscounted(sample, len(ids), replica):
            return growing.sample(FinishReason.CANCELLED, sentence)
        return sample

    def _note(self, replica: Replica, hiccup: ServerHiccup) -> None:
        super()._note(replica, hiccup)
        if replica.silent is not None:
            # What comes back may be another model.
            self._recognised.discard(replica)

    async def _stranger(self, growing: GrowingSample, replica: Replica) -> str:
        """Why the server is not the critic's, in one sentence; empty where it is. All samples that wait for the answer
        get the same one, a failure too.

        Raises:
            ServerRefused, ServerHiccup: as for a sample, and to be met in the same way.
        """
        if replica not in self._probing or self._probing[replica][0].done():
            dialect = self._dialect.joined(growing.dialect)
            task = asyncio.create_task(self._probe(replica, dialect))
            self._probing[replica] = task, dialect
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        probing, growing.asked_in = self._probing[replica]
        sentence = await asyncio.shield(probing)
        if not sentence:
            self._recognised.add(replica)
        return sentence

    async def _probe(self, replica: Replica, dialect: Dialect) -> str:
        for place, probe in enumerate(self._served.probes):
            if dialect.in_text and not probe.prompt:
                continue
            growing = GrowingSample(_asked(probe), f"{_PROBE}-{place}")
            growing.dialect, growing.replica = dialect, replica
            sample = await super()._once(growing)
            if sentence := self._miscounted(sample, len(probe.ids), replica):
                return sentence
            if not sample.text.startswith(probe.text):
                return (
                    f"The server at {replica.url} serves another model as {self._model} than {self.name}: it goes on "
                    f"with {sample.text[: len(probe.text)]!r} where the critic writes {probe.text!r}. Serve the "
                    f"exported critic there again, or register this one under a name of its own."
                )
        return ""

    def _miscounted(self, sample: Sample, tokens: int, replica: Replica) -> str:
        if not sample.prompt_tokens or sample.prompt_tokens == tokens:
            return ""
        return (
            f"The server at {replica.url} reads a prompt of {tokens} tokens as {sample.prompt_tokens}, so it serves "
            f"another model or tokenizer than {self.name}: serve the folder that `tekhne export-critic` wrote, with "
            f"its tokenizer."
        )


def _asked(probe: GreedyProbe) -> WriteRequest:
    return WriteRequest(
        prompt=probe.prompt,
        prompt_ids=probe.ids,
        keys=(_PROBE,),
        sampling=SamplingSettings(temperature=0.0, top_p=1.0, max_new_tokens=probe.tokens),
        priority=Priority.INTERACTIVE,
    )
