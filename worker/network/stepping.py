"""One token of every row through base or critic: by `LeanLayer` where every layer is of a known kind, else as ever.

In: tokens and the rows' cache. Out: the trunk's states and the next token's logits. Which token follows is decided
elsewhere.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from worker.network.critic import ReflectiveCodeTransformer, Trunk, slides
from worker.network.lean_step import LeanLayer, Turns, is_known
from worker.network.rows_cache import RowsCache


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one step computed."""

    hidden: Tensor
    """(B, 1, D): the trunk's states."""
    logits: Tensor
    """(B, V)"""


class Stepper:
    """Steps of one network; made once, because it brings the layers' weights together."""

    def __init__(self, network: Trunk, *, critic: bool = False, lean: bool = True) -> None:
        """`critic`: through the network's new layers, where it has them. `lean` is False in comparisons."""
        self._network = network
        self._critic = network if critic and isinstance(network, ReflectiveCodeTransformer) else None
        upper = list(self._critic.new_layers) if self._critic is not None else []
        layers: list[nn.Module] = [*network.base.model.layers[: network.depth], *upper]
        self._layers = [LeanLayer(layer) for layer in layers] if lean and all(map(is_known, layers)) else None
        self._slides = [slides(network.base.config, place) for place in range(len(layers))]

    @torch.inference_mode()
    def step(self, tokens: list[int], cache: RowsCache) -> Step:
        """One token for each row of `cache`, which then holds it."""
        cache.spare_column()
        ids = torch.tensor(tokens, device=self._network.device).unsqueeze(-1)
        step = self._generally(ids, cache) if self._layers is None else self._leanly(ids, self._layers, cache)
        cache.advance()
        return step

    def _generally(self, ids: Tensor, cache: RowsCache) -> Step:
        # Without padding no mask is needed, which is the quicker way through attention.
        mask = cache.mask(ids.device)
        hidden = self._network.trunk(ids, cache, mask)
        if self._critic is not None:
            return Step(hidden=hidden, logits=self._critic.critic_logits(hidden, cache, mask)[:, -1])
        return Step(hidden=hidden, logits=self._network.base_logits(hidden)[:, -1])

    def _leanly(self, ids: Tensor, layers: list[LeanLayer], cache: RowsCache) -> Step:
        base = self._network.base
        state = base.model.embed_tokens(ids)[:, 0]
        turns = Turns(*base.model.rotary_emb(state, position_ids=cache.positions(ids.device)))
        masks = {sliding: self._scores_mask(cache, state, sliding=sliding) for sliding in set(self._slides)}
        hidden = state
        for place, (layer, sliding) in enumerate(zip(layers, self._slides, strict=True)):
            state = layer(state, turns, masks[sliding], cache)
            if place + 1 == self._network.depth:
                hidden = state
        logits = self._critic.head_logits(state) if self._critic is not None else self._network.base_logits(state)
        return Step(hidden=hidden.unsqueeze(1), logits=logits)

    def _scores_mask(self, cache: RowsCache, like: Tensor, *, sliding: bool) -> Tensor | None:
        """(B or 1, 1, 1, S): minus infinity for what a row's new token does not see; None where it sees all."""
        mask = cache.mask(like.device)
        window = int(self._network.base.config.sliding_window) if sliding else 0
        length = cache.get_seq_length() + 1
        if mask is None and (not window or window >= length):
            return None
        if mask is None:
            mask = torch.ones(1, length, dtype=torch.long, device=like.device)
        if window:
            mask[:, : max(0, length - window)] = 0
        scores = torch.zeros(mask.shape, dtype=like.dtype, device=like.device)
        return scores.masked_fill_(mask == 0, float("-inf"))[:, None, None]
