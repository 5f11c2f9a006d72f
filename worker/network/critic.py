"""The Reflective Code Transformer: a frozen base of L layers, K new layers on top, and a head of its own.

In: a Llama-shaped causal language model (Llama, Mistral, Qwen2: `model.layers`, `norm`, `rotary_emb`, `lm_head`).
Out: one module that is both: `base_logits` are the base's, `critic_logits` go through the new layers. Each new layer
begins as a copy of the last one with its two output projections at zero (block expansion, LLaMA-Pro, Wu et al. 2024,
stacked instead of interleaved), so a fresh critic equals its base exactly. Not here: losses, sampling, files.

Shapes: B rows, T new tokens, S tokens seen, D hidden size, V vocabulary.
"""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Cache, DynamicCache, PreTrainedModel
from transformers.masking_utils import create_causal_mask, create_sliding_window_causal_mask

from worker.network.errors import ModelUnusable

NEW_LAYERS = 2


class Trunk(nn.Module):
    """A frozen base whose layers can be run apart from its norm and head."""

    def __init__(self, base: PreTrainedModel) -> None:
        """Raises ModelUnusable where the base is not Llama-shaped."""
        super().__init__()
        check_shape(base)
        self.base = base
        self.depth = len(base.model.layers)
        freeze(base)

    @property
    def device(self) -> torch.device:
        device: torch.device = next(self.base.parameters()).device
        return device

    def trunk(self, ids: Tensor, cache: Cache | None = None, mask: Tensor | None = None) -> Tensor:
        """Hidden states of the L-th layer before the final norm.

        Args:
            ids: (B, T) tokens that follow what the cache holds.
            cache: filled by L more entries of T positions each.
            mask: (B, S + T) of 1 for tokens and 0 for padding on the left; None where nothing is padded.

        Returns:
            (B, T, D)
        """
        hidden = self.base.model.embed_tokens(ids)
        return self._through(self.base.model.layers[: self.depth], hidden, cache, mask)

    def base_logits(self, hidden: Tensor) -> Tensor:
        """(B, T, V) of the base from trunk states."""
        logits: Tensor = self.base.lm_head(self.base.model.norm(hidden))
        return logits

    def _through(
        self,
        layers: Sequence[nn.Module] | nn.ModuleList,
        hidden: Tensor,
        cache: Cache | None,
        mask: Tensor | None,
    ) -> Tensor:
        layers = list(layers)
        if not layers:
            return hidden
        first = int(layers[0].self_attn.layer_idx)  # type: ignore[union-attr, arg-type]
        # Upper and lower layers may have seen different numbers of tokens, so each part asks its own first layer.
        seen = cache.get_seq_length(first) if cache is not None else 0
        positions = _positions(hidden, seen, mask)
        sliding_layers = [slides(self.base.config, first + place) for place in range(len(layers))]
        causal = {
            sliding: (create_sliding_window_causal_mask if sliding else create_causal_mask)(
                config=self.base.config,
                inputs_embeds=hidden,
                attention_mask=mask,
                # A cache that these layers have not used would report the length that other layers have seen.
                past_key_values=cache if seen else None,
                position_ids=positions,
                layer_idx=first if seen else None,
            )
            for sliding in set(sliding_layers)
        }
        rotary = self.base.model.rotary_emb(hidden, position_ids=positions)
        for layer, sliding in zip(layers, sliding_layers, strict=True):
            hidden = layer(
                hidden,
                attention_mask=causal[sliding],
                position_ids=positions,
                position_embeddings=rotary,
                past_key_values=cache,
                use_cache=cache is not None,
            )
        return hidden


class ReflectiveCodeTransformer(Trunk):
    """Base and critic in one module: the trunk is loaded once, and run once for both."""

    def __init__(self, base: PreTrainedModel, new_layers: int = NEW_LAYERS) -> None:
        """Raises ModelUnusable where the base is not Llama-shaped."""
        super().__init__(base)
        self.new_layers = nn.ModuleList(_blank_copy(base, self.depth + i) for i in range(new_layers))
        self.norm = copy.deepcopy(base.model.norm)
        self.head = nn.Linear(base.config.hidden_size, base.config.vocab_size, bias=False)
        self.head.to(base.lm_head.weight)
        with torch.no_grad():
            # A clone, never the tensor itself: the head is untied from the embedding and from the base's head.
            self.head.weight.copy_(base.lm_head.weight)
        for _, parameter in trainable(self):
            parameter.requires_grad_(True)

    def upper(self, hidden: Tensor, cache: Cache | None = None, mask: Tensor | None = None) -> Tensor:
        """The new layers over (B, T, D) trunk states; (B, T, D), before the critic's norm."""
        return self._through(self.new_layers, hidden, cache, mask)

    def critic_logits(self, hidden: Tensor, cache: Cache | None = None, mask: Tensor | None = None) -> Tensor:
        """(B, T, V) of the critic from trunk states."""
        return self.head_logits(self.upper(hidden, cache, mask))

    def head_logits(self, upper: Tensor) -> Tensor:
        """(B, T, V) of the critic from the output of its new layers."""
        logits: Tensor = self.head(self.norm(upper))
        return logits

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, T, V) of the critic over whole rows; the trunk runs without gradient."""
        with torch.no_grad():
            hidden = self.trunk(ids, mask=mask)
        return self.critic_logits(hidden, mask=mask)


def trainable(network: ReflectiveCodeTransformer) -> Iterator[tuple[str, nn.Parameter]]:
    """The parameters that training changes and a delta saves: new layers, norm and head, by name."""
    return ((name, parameter) for name, parameter in network.named_parameters() if not name.startswith("base."))


def freeze(module: nn.Module) -> None:
    for parameter in module.parameters():
        parameter.requires_grad_(False)


def empty_cache() -> DynamicCache:
    """A cache whose layers appear as they are written: the base's L, then the critic's K."""
    return DynamicCache()


def slides(config: Any, index: int) -> bool:
    """Whether layer `index` attends to a sliding window only. A new layer is of the kind it was copied from."""
    kinds = getattr(config, "layer_types", None)
    if kinds:
        return bool(kinds[min(index, len(kinds) - 1)] == "sliding_attention")
    return getattr(config, "sliding_window", None) is not None


def _positions(hidden: Tensor, seen: int, mask: Tensor | None) -> Tensor:
    """(B or 1, T): a padded row counts from its first real token."""
    length = hidden.shape[1]
    if mask is None:
        return torch.arange(seen, seen + length, device=hidden.device).unsqueeze(0)
    return (mask.long().cumsum(-1) - 1).clamp(min=0)[:, -length:]


def _blank_copy(base: PreTrainedModel, index: int) -> nn.Module:
    """A copy of the last layer as layer `index`, which adds nothing to the residual stream yet."""
    layer: Any = copy.deepcopy(base.model.layers[-1])
    # Otherwise the copy would use the cache of the layer it came from, which a test with zeroed projections cannot see.
    layer.self_attn.layer_idx = index
    nn.init.zeros_(layer.self_attn.o_proj.weight)
    nn.init.zeros_(layer.mlp.down_proj.weight)
    for projection in (layer.self_attn.o_proj, layer.mlp.down_proj):
        if projection.bias is not None:
            nn.init.zeros_(projection.bias)
    return layer  # type: ignore[no-any-return]


def check_shape(base: PreTrainedModel) -> None:
    """Raise ModelUnusable where the base is not Llama-shaped."""
    model = getattr(base, "model", None)
    wanted = ("layers", "norm", "rotary_emb", "embed_tokens")
    if model is None or not all(hasattr(model, name) for name in wanted) or not hasattr(base, "lm_head"):
        raise ModelUnusable(
            f"{type(base).__name__} is not Llama-shaped (layers, norm, rotary_emb, embed_tokens, lm_head): "
            f"Llama, Mistral and Qwen2 models can draft, and critics stand on them."
        )
