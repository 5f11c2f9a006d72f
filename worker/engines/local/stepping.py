"""One step: the next token of every row through base or critic, giving the trunk's states and the next logits.

Layers of a known kind go through `LeanLayer`, in a dozen operations instead of some sixty: projections that read the
same input are one matrix, of which the layers keep views, so nothing is stored twice. All other layers go through
their own `forward`. Both give the same states to the last few bits. Which token follows is decided elsewhere.

Shapes: B rows, D hidden size, H heads, G key/value heads, E head size, V vocabulary, S columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, rms_norm, scaled_dot_product_attention
from transformers.models.llama.modeling_llama import LlamaDecoderLayer
from transformers.models.mistral.modeling_mistral import MistralDecoderLayer
from transformers.models.qwen2.modeling_qwen2 import Qwen2DecoderLayer

from worker.engines.local.states import RowsCache
from worker.network.critic import ReflectiveCodeTransformer, Trunk, slides

KNOWN = (LlamaDecoderLayer, MistralDecoderLayer, Qwen2DecoderLayer)


def is_known(layer: Any) -> bool:
    """Whether `LeanLayer` can replace this layer: its class is known, it is unquantized, and its device was tested."""
    # Subclasses may compute something else.
    if type(layer) not in KNOWN or layer.self_attn.config._attn_implementation != "sdpa":
        return False
    projections = [module for name, module in layer.named_modules() if name.endswith("_proj")]
    plain = all(type(module) is nn.Linear for module in projections)
    return plain and projections[0].weight.device.type in ("cpu", "cuda")


class LeanLayer:
    """Replaces one decoder layer while rows grow by one token."""

    def __init__(self, layer: Any) -> None:
        attention, mlp = layer.self_attn, layer.mlp
        self._place = int(attention.layer_idx)
        self._head_size, self._groups = int(attention.head_dim), int(attention.num_key_value_groups)
        self._scaling = float(attention.scaling)
        self._norms = (layer.input_layernorm, layer.post_attention_layernorm)
        self._qkv = _joined(attention.q_proj, attention.k_proj, attention.v_proj)
        self._out = _joined(attention.o_proj)
        self._gate_up, self._down = _joined(mlp.gate_proj, mlp.up_proj), _joined(mlp.down_proj)
        self._activation = mlp.act_fn

    def __call__(self, hidden: Tensor, rotary: "RowRotary", mask: Tensor | None, cache: RowsCache) -> Tensor:
        """(B, D) from (B, D); `mask` (B, 1, 1, S) is added to the scores."""
        hidden = self._out.onto(hidden, self._attend(_normed(hidden, self._norms[0]), rotary, mask, cache))
        gate, up = self._gate_up(_normed(hidden, self._norms[1])).chunk(2, dim=-1)
        return self._down.onto(hidden, self._activation(gate) * up)

    def _attend(self, hidden: Tensor, rotary: "RowRotary", mask: Tensor | None, cache: RowsCache) -> Tensor:
        rows = hidden.shape[0]
        heads = self._qkv(hidden).view(rows, -1, self._head_size)  # (B, H + 2G, E)
        kept = heads.shape[1] // (self._groups + 2)
        rotated = rotary(heads[:, :-kept])
        # Queries of one key/value head lie side by side, so keys need not be repeated for them.
        queries = rotated[:, :-kept].view(rows, kept, self._groups, self._head_size)
        new = rotated[:, -kept:].unsqueeze(2), heads[:, -kept:].unsqueeze(2)
        keys, values = cache.layers[self._place].update(*new)
        mixed = scaled_dot_product_attention(queries, keys, values, attn_mask=mask, scale=self._scaling)
        return mixed.reshape(rows, -1)


class RowRotary:
    """Rotary positions of every row's new token (Su et al. 2021), for all heads at once."""

    def __init__(self, cosines: Tensor, sines: Tensor) -> None:
        """(B, 1, E) each, as the model's own rotary embedding gives them."""
        first, second = sines.chunk(2, dim=-1)
        self._cosines, self._sines = cosines, torch.cat([-first, second], dim=-1)

    def __call__(self, heads: Tensor) -> Tensor:
        """(B, heads, E)"""
        return torch.addcmul(heads * self._cosines, heads.roll(heads.shape[-1] // 2, dims=-1), self._sines)


@dataclass(frozen=True, kw_only=True)
class _Projection:
    """Several linear maps of one input, joined into one."""

    weight: Tensor
    bias: Tensor | None

    def __call__(self, hidden: Tensor) -> Tensor:
        return linear(hidden, self.weight, self.bias)

    def onto(self, residual: Tensor, hidden: Tensor) -> Tensor:
        """The result added to `residual`."""
        added = torch.addmm(residual, hidden, self.weight.t())
        return added if self.bias is None else added + self.bias


def _joined(*projections: nn.Linear) -> _Projection:
    biases = [projection.bias for projection in projections if projection.bias is not None]
    return _Projection(
        weight=_one_storage([projection.weight for projection in projections]),
        bias=_one_storage(biases) if biases else None,
    )


def _one_storage(parameters: Sequence[Tensor]) -> Tensor:
    """One tensor with the parameters below each other; they become views of it, unless they are already."""
    if len(parameters) == 1:
        return parameters[0].data
    joined = _already_joined(parameters)
    if joined is None:
        joined = torch.cat([parameter.data for parameter in parameters])
        for parameter, part in zip(parameters, joined.split([len(one) for one in parameters]), strict=True):
            parameter.data = part
    return joined


def _already_joined(parameters: Sequence[Tensor]) -> Tensor | None:
    """The tensor that an earlier call made of the same parameters."""
    first, rows = parameters[0].data, sum(len(one) for one in parameters)
    end = first.data_ptr()
    for parameter in parameters:
        same_storage = parameter.untyped_storage().data_ptr() == first.untyped_storage().data_ptr()
        if parameter.data_ptr() != end or not same_storage:
            return None
        end += parameter.nbytes
    return first.as_strided((rows, *first.shape[1:]), first.stride())


def _normed(hidden: Tensor, norm: Any) -> Tensor:
    return rms_norm(hidden, norm.weight.shape, norm.weight, norm.variance_epsilon)


class Stepper:
    """Steps of one network. Made once, because it joins the layers' weights."""

    def __init__(self, network: Trunk, *, critic: bool = False, lean: bool = True) -> None:
        """`critic`: through the network's new layers, where it has them. `lean=False` is for comparisons."""
        self._network = network
        self._critic = network if critic and isinstance(network, ReflectiveCodeTransformer) else None
        upper = list(self._critic.new_layers) if self._critic is not None else []
        layers: list[nn.Module] = [*network.base.model.layers[: network.depth], *upper]
        self._layers = [LeanLayer(layer) for layer in layers] if lean and all(map(is_known, layers)) else None
        self._slides = [slides(network.base.config, place) for place in range(len(layers))]

    @torch.inference_mode()
    def step(self, tokens: list[int], cache: RowsCache) -> tuple[Tensor, Tensor]:
        """Feed one token of each row, which `cache` then holds.

        Rerotary:
            (B, 1, D) the trunk's states and (B, V) the next token's logits.
        """
        cache.ensure_spare_column()
        ids = torch.tensor(tokens, device=self._network.device).unsqueeze(-1)
        step = (
            self._step_generally(ids, cache) if self._layers is None else self._step_lean(ids, self._layers, cache)
        )
        cache.advance()
        return step

    def _step_generally(self, ids: Tensor, cache: RowsCache) -> tuple[Tensor, Tensor]:
        # Attention is faster without a mask, and without padding none is needed.
        mask = cache.mask(ids.device)
        hidden = self._network.trunk(ids, cache, mask)
        if self._critic is not None:
            return hidden, self._critic.critic_logits(hidden, cache, mask)[:, -1]
        return hidden, self._network.base_logits(hidden)[:, -1]

    def _step_lean(self, ids: Tensor, layers: list[LeanLayer], cache: RowsCache) -> tuple[Tensor, Tensor]:
        base = self._network.base
        state = base.model.embed_tokens(ids)[:, 0]
        rotary = RowRotary(*base.model.rotary_emb(state, position_ids=cache.positions(ids.device)))
        masks = {sliding: self._scores_mask(cache, state, sliding=sliding) for sliding in set(self._slides)}
        hidden = state
        for place, (layer, sliding) in enumerate(zip(layers, self._slides, strict=True)):
            state = layer(state, rotary, masks[sliding], cache)
            if place + 1 == self._network.depth:
                hidden = state
        logits = self._critic.head_logits(state) if self._critic is not None else self._network.base_logits(state)
        return hidden.unsqueeze(1), logits

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
