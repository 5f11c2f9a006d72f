"""Rows that are decoded together: one cache, left-padded, that rows join after their prompt and leave when complete.

The prompt of a request is read once, however many samples are wanted of it. Everything here runs in the engine's
thread.
"""

import torch
from torch import Tensor
from transformers import DynamicCache

from worker.engines.carried import CarriedStates
from worker.engines.request import Continuation
from worker.engines.row import Row
from worker.network.critic import ReflectiveCodeTransformer, Trunk, empty_cache
from worker.network.drawing import draw


class Batch:
    """Rows of one writer; all have read their prompt and know their next token's logits."""

    def __init__(self, network: Trunk, writer: Continuation, carried: CarriedStates | None = None) -> None:
        """`carried`: where drafts leave the trunk's work, and critics find it."""
        self._network = network
        self._writer = writer
        # Without a critic nobody would read what drafts leave.
        self._carried = carried if isinstance(network, ReflectiveCodeTransformer) else None
        self.rows: list[Row] = []
        self._cache: DynamicCache = empty_cache()
        self._mask: Tensor | None = None  # (B, S)

    @torch.inference_mode()
    def join(self, rows: list[Row]) -> list[Row]:
        """Read the prompt that the rows share, draw each one's first token, and take them in.

        Returns:
            The rows that were complete at once.
        """
        cache = empty_cache()
        hidden = self._read(rows[0].prompt_ids, cache)
        logits = self._logits(hidden, cache, None)[:, -1].expand(len(rows), -1)
        cache.batch_repeat_interleave(len(rows))
        mask = torch.ones(len(rows), hidden.shape[1], dtype=torch.long, device=hidden.device)
        if self.rows and self._mask is not None:
            self._cache, self._mask = _stack((self._cache, self._mask), (cache, mask))
        else:
            self._cache, self._mask = cache, mask
        self.rows.extend(rows)
        self._note(rows, [hidden[0]] * len(rows))
        self._take(rows, logits)
        return self.drop_finished()

    @torch.inference_mode()
    def step(self) -> list[Row]:
        """One token for every row; the rows that it completed, which have left."""
        if self._mask is None:
            return []
        last = torch.tensor([[row.ids[-1]] for row in self.rows], device=self._mask.device)
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(self.rows), 1)], dim=1)
        # Without padding no mask is needed, which is the quicker way through attention.
        mask = None if bool(self._mask.all()) else self._mask
        hidden = self._network.trunk(last, self._cache, mask)
        self._note(self.rows, hidden)
        self._take(self.rows, self._logits(hidden, self._cache, mask)[:, -1])
        return self.drop_finished()

    def clear(self) -> list[Row]:
        """Give every row back, to be begun again elsewhere."""
        rows, self.rows = self.rows, []
        self._cache, self._mask = empty_cache(), None
        return rows

    def _read(self, prompt: list[int], cache: DynamicCache) -> Tensor:
        """(1, T, D): the trunk over the prompt, but for what a draft's work already holds of it."""
        known = self._carried.longest(prompt) if self._carried and self._writer is Continuation.CRITIC else None
        if known is None:
            return self._network.trunk(torch.tensor([prompt], device=self._network.device), cache)
        known.into(cache)
        rest = torch.tensor([prompt[len(known.ids) :]], device=self._network.device)
        return torch.cat([known.states, self._network.trunk(rest, cache)], dim=1)

    def _logits(self, hidden: Tensor, cache: DynamicCache, mask: Tensor | None) -> Tensor:
        if self._writer is Continuation.CRITIC and isinstance(self._network, ReflectiveCodeTransformer):
            return self._network.critic_logits(hidden, cache, mask)
        return self._network.base_logits(hidden)

    def _note(self, rows: list[Row], states: list[Tensor] | Tensor) -> None:
        """Remember what the trunk made of each row's newest tokens, while a critic may ask for it."""
        if self._carried is not None and self._writer is Continuation.BASE:
            for row, state in zip(rows, states, strict=True):
                row.states.append(state)

    def _take(self, rows: list[Row], logits: Tensor) -> None:
        settings = [row.request.sampling for row in rows]
        drawn = draw(
            logits, [s.temperature for s in settings], [s.top_p for s in settings], [r.stream for r in rows]
        )
        for row, token, logprob in zip(rows, drawn.tokens, drawn.logprobs, strict=True):
            row.push(token, logprob)

    def drop_finished(self) -> list[Row]:
        kept = [place for place, row in enumerate(self.rows) if row.finished is None]
        finished = [row for row in self.rows if row.finished is not None]
        if finished:
            self._leave_work()
            self.rows = [self.rows[place] for place in kept]
            self._shrink(kept)
        return finished

    def _leave_work(self) -> None:
        for place, row in enumerate(self.rows):
            if row.finished is not None and row.states and self._carried is not None:
                self._carried.keep(row.prompt_ids + row.ids, self._cache, place, row.states)

    def _shrink(self, kept: list[int]) -> None:
        if not kept or self._mask is None:
            self._cache, self._mask = empty_cache(), None
            return
        places = torch.tensor(kept, device=self._mask.device)
        self._cache.batch_select_indices(places)
        self._mask = self._mask[places]
        # Columns in which only rows that left had tokens are padding for all: they cost time and nothing else.
        unused = int((self._mask.sum(dim=0) == 0).sum())
        if unused:
            self._mask = self._mask[:, unused:]
            for layer in self._cache.layers:
                layer.keys, layer.values = layer.keys[:, :, unused:], layer.values[:, :, unused:]


def _stack(first: tuple[DynamicCache, Tensor], second: tuple[DynamicCache, Tensor]) -> tuple[DynamicCache, Tensor]:
    """Two batches as one: the shorter is padded on the left."""
    longest = max(first[1].shape[1], second[1].shape[1])
    joined = empty_cache()
    for index, (upper, lower) in enumerate(zip(first[0].layers, second[0].layers, strict=True)):
        keys = torch.cat([_padded(upper.keys, longest), _padded(lower.keys, longest)])
        values = torch.cat([_padded(upper.values, longest), _padded(lower.values, longest)])
        joined.update(keys, values, index)
    masks = [torch.nn.functional.pad(mask, (longest - mask.shape[1], 0)) for _, mask in (first, second)]
    return joined, torch.cat(masks)


def _padded(states: Tensor, length: int) -> Tensor:
    """(B, H, S, D) with zeros before it up to S = length."""
    return torch.nn.functional.pad(states, (0, 0, length - states.shape[2], 0))
