"""Log-probabilities of given texts under a local base: one forward pass, nothing is drawn.

In: texts, each behind what is read before it. Out: for every token of the text its log-probability, whether it is the
model's first choice, and how far above the mean of the whole vocabulary it lies. The first choices at the beginning
of a text are what greedy writing would repeat of it, so no token has to be written.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from worker.engines.scored_text import AskedText, ScoredText
from worker.network.critic import ReflectiveCodeTransformer, Trunk
from worker.transcripts.format import encode, opening_tokens

BATCH_TOKENS = 4_096
_POSITIONS_AT_ONCE = 512
"""Positions whose whole vocabulary is in memory at one time."""


class LocalScorer:
    """A base in this process.

    Args:
        check: called before each batch; it may raise to stop.
    """

    def __init__(
        self, network: Trunk, tokenizer: PreTrainedTokenizerBase, check: Callable[[], None] = lambda: None
    ) -> None:
        self._network, self._tokenizer, self._check = network, tokenizer, check
        self._opening = opening_tokens(tokenizer)
        self._lengths: dict[str, int] = {}
        self._context = int(getattr(network.base.config, "max_position_embeddings", 2048))

    def length(self, name: str) -> int:
        if name not in self._lengths:
            self._lengths[name] = len(encode(self._tokenizer, f" {name}"))
        return self._lengths[name]

    def score(self, texts: Sequence[AskedText]) -> list[ScoredText | None]:
        rows = [self._row(text) for text in texts]
        found: list[ScoredText | None] = [None] * len(rows)
        for batch in _batches([len(ids) for ids, _ in rows], self._context):
            self._check()
            for place, scored in zip(batch, self._scored([rows[place] for place in batch]), strict=True):
                found[place] = scored
        return found

    def _row(self, text: AskedText) -> tuple[list[int], int]:
        """All tokens, and where the text's own begin."""
        before = self._opening + encode(self._tokenizer, text.before)
        return before + encode(self._tokenizer, text.text), len(before)

    @torch.inference_mode()
    def _scored(self, rows: Sequence[tuple[list[int], int]]) -> list[ScoredText]:
        width = max(len(ids) for ids, _ in rows)
        padded = torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in rows], device=self._network.device)
        # Padding stands behind every token that counts, and a causal model does not look there.
        hidden = self._network.trunk(padded)
        lengths = [len(ids) - 1 for ids, _ in rows]
        states = torch.cat([hidden[row, :length] for row, length in enumerate(lengths)])
        wanted = torch.cat([padded[row, 1 : length + 1] for row, length in enumerate(lengths)])
        measured = torch.cat(list(self._positions(states, wanted)))
        return [
            _scored_text(part, start - 1)
            for part, (_, start) in zip(torch.split(measured, lengths), rows, strict=True)
        ]

    def _positions(self, states: Tensor, wanted: Tensor) -> Iterator[Tensor]:
        """(N, 3): log-probability, whether it is the first choice, standing."""
        for part, ids in zip(
            torch.split(states, _POSITIONS_AT_ONCE), torch.split(wanted, _POSITIONS_AT_ONCE), strict=True
        ):
            logs = torch.log_softmax(self._network.base_logits(part).float(), dim=-1)
            own = logs.gather(1, ids[:, None])[:, 0]
            shares = logs.exp()
            mean = (shares * logs).sum(dim=-1)
            deviation = ((shares * logs.square()).sum(dim=-1) - mean.square()).clamp_min(1e-12).sqrt()
            is_first = (logs.argmax(dim=-1) == ids).float()
            yield torch.stack([own, is_first, (own - mean) / deviation], dim=1).cpu()


@torch.inference_mode()
def continuation_logprobs(network: Trunk, ids: Sequence[int], start: int) -> list[float]:
    """The log-probability of each token from `start` on under a critic, or under the base where there is none."""
    row = torch.tensor([ids], device=network.device)
    states = network.trunk(row)
    critic = network if isinstance(network, ReflectiveCodeTransformer) else None
    if critic is not None:
        states = critic.upper(states)
    found: list[float] = []
    for part, wanted in zip(
        torch.split(states[0, start - 1 : -1], _POSITIONS_AT_ONCE),
        torch.split(row[0, start:], _POSITIONS_AT_ONCE),
        strict=True,
    ):
        logits = critic.head_logits(part) if critic is not None else network.base_logits(part)
        logs = torch.log_softmax(logits.float(), dim=-1)
        found += logs.gather(1, wanted[:, None])[:, 0].tolist()
    return found


def _scored_text(measured: Tensor, start: int) -> ScoredText:
    """Of the (T, 3) measured positions, whose text begins at `start`; −1 where its first token has no predecessor."""
    own = measured[max(start, 0) :]
    return ScoredText(
        logprobs=tuple(own[:, 0].tolist()),
        first_choices=tuple(own[:, 1].bool().tolist()),
        standings=tuple(own[:, 2].tolist()),
        before_first_choices=tuple(measured[: max(start, 0), 1].bool().tolist()),
    )


def _batches(lengths: Sequence[int], context: int) -> Iterator[list[int]]:
    """Places of texts of about one length that fit into memory together; texts that are too long are left out."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not 2 <= lengths[place] <= context:
            continue
        if batch and (len(batch) + 1) * lengths[place] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
