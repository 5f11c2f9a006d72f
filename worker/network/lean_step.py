"""One new token of every row through decoder layers, in a dozen operations a layer instead of some sixty.

In: layers of Llama, Mistral or Qwen2 as `transformers` builds them, and rows whose keys and values have room to spare.
Out: the same hidden states as their own `forward`, to the last few bits (`tests/worker/network/test_stepping.py`).
Projections that read the same input are one matrix here. Their weights are moved into that matrix and the layers keep
views of it, so nothing is held twice. Whatever is not exactly one of these layers goes the general way.

Shapes: B rows, D hidden size, H heads, G key/value heads, E head size.
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

from worker.network.rows_cache import RowsCache

KNOWN = (LlamaDecoderLayer, MistralDecoderLayer, Qwen2DecoderLayer)


def is_known(layer: Any) -> bool:
    """Whether `LeanLayer` can stand for this layer: of a known class, unquantized, and on a device it was tried on."""
    # Subclasses may compute something else.
    if type(layer) not in KNOWN or layer.self_attn.config._attn_implementation != "sdpa":
        return False
    projections = [module for name, module in layer.named_modules() if name.endswith("_proj")]
    plain = all(type(module) is nn.Linear for module in projections)
    return plain and projections[0].weight.device.type in ("cpu", "cuda")


class LeanLayer:
    """Stands for one decoder layer while rows grow by a token."""

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

    def __call__(self, hidden: Tensor, turns: "Turns", mask: Tensor | None, cache: RowsCache) -> Tensor:
        """(B, D) from (B, D); `mask` (B, 1, 1, S) is added to the scores."""
        hidden = self._out.onto(hidden, self._attend(_normed(hidden, self._norms[0]), turns, mask, cache))
        gate, up = self._gate_up(_normed(hidden, self._norms[1])).chunk(2, dim=-1)
        return self._down.onto(hidden, self._activation(gate) * up)

    def _attend(self, hidden: Tensor, turns: "Turns", mask: Tensor | None, cache: RowsCache) -> Tensor:
        rows = hidden.shape[0]
        heads = self._qkv(hidden).view(rows, -1, self._head_size)  # (B, H + 2G, E)
        kept = heads.shape[1] // (self._groups + 2)
        turned = turns(heads[:, :-kept])
        # Queries of one key/value head stand side by side, so keys need not be repeated for them.
        queries = turned[:, :-kept].view(rows, kept, self._groups, self._head_size)
        new = turned[:, -kept:].unsqueeze(2), heads[:, -kept:].unsqueeze(2)
        keys, values = cache.layers[self._place].update(*new)
        mixed = scaled_dot_product_attention(queries, keys, values, attn_mask=mask, scale=self._scaling)
        return mixed.reshape(rows, -1)


class Turns:
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
    """Linear maps of one input, as one."""

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
    """The parameters below each other in one tensor, of which they become views; as it is where they are already."""
    if len(parameters) == 1:
        return parameters[0].data
    joined = _already_joined(parameters)
    if joined is None:
        joined = torch.cat([parameter.data for parameter in parameters])
        for parameter, part in zip(parameters, joined.split([len(each) for each in parameters]), strict=True):
            parameter.data = part
    return joined


def _already_joined(parameters: Sequence[Tensor]) -> Tensor | None:
    """The tensor that an earlier call made of the same parameters."""
    first, rows = parameters[0].data, sum(len(each) for each in parameters)
    end = first.data_ptr()
    for each in parameters:
        if each.data_ptr() != end or each.untyped_storage().data_ptr() != first.untyped_storage().data_ptr():
            return None
        end += each.nbytes
    return first.as_strided((rows, *first.shape[1:]), first.stride())


def _normed(hidden: Tensor, norm: Any) -> Tensor:
    return rms_norm(hidden, norm.weight.shape, norm.weight, norm.variance_epsilon)
