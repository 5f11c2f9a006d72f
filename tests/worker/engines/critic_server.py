"""A server on loopback that serves a tiny critic greedily, and can be made to serve something else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from tests.worker.engines.stand_in_server import Answering, StandIn, stand_in
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.network.exported import ExportRecord, ExportSource
from worker.network.exporting import export_critic
from worker.transcripts.seams import with_seams

CONTEXT = 160
SOURCE = ExportSource(
    critic_name="critic", critic_hash="c", base_name="base", base_hash="b", tokenizer_hash="t", training={}
)


def export_tiny(folder: Path, seed: int = 0) -> ExportRecord:
    return export_critic(tiny_network(seed, context=CONTEXT), tiny_tokenizer(), folder, SOURCE)


class ServedNetwork:
    """The behaviour of a server that serves the critic, or the base of it, with this seed."""

    def __init__(self, seed: int = 0, *, text_only: bool = False, context: int = CONTEXT) -> None:
        self.network = tiny_network(seed, context=context)
        self.text_only = text_only
        self.serves_base = False
        self.counts_more = 0
        """How many more tokens it reports than it read."""
        self.refuses = 0
        """With which HTTP status it refuses everything; 0 for none."""
        self._tokenizer = with_seams(tiny_tokenizer())

    def __call__(self, answering: Answering, _: int) -> None:
        prompt = answering.body["prompt"]
        if self.refuses:
            return answering.refuse(self.refuses, "no")
        if isinstance(prompt, list) and self.text_only:
            return answering.refuse(400, "prompt must be a string.")
        ids = prompt if isinstance(prompt, list) else self._tokenizer.encode(prompt)
        new = self._greedy(list(ids), answering.body["max_tokens"])
        answering.open_stream()
        for token in new:
            answering.piece(self._tokenizer.decode([token], skip_special_tokens=True))
        answering.piece("", finish="stop" if new[-1:] == [0] else "length")
        counted = {"prompt_tokens": len(ids) + self.counts_more, "completion_tokens": len(new)}
        answering.event({"choices": [], "usage": counted})
        answering.event("[DONE]")
        return None

    @torch.no_grad()
    def _greedy(self, ids: list[int], most: int) -> list[int]:
        new: list[int] = []
        while len(new) < most and 0 not in new:
            rows = torch.tensor([[*ids, *new]])
            logits = self.network.base(rows).logits if self.serves_base else self.network(rows)
            new.append(int(logits[0, -1].argmax()))
        return new


@contextmanager
def serving(behaviour: ServedNetwork) -> Iterator[StandIn]:
    with stand_in(behaviour) as server:
        yield server
