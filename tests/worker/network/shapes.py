"""Tiny random models of every shape that a critic can stand on."""

import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from worker.network.critic import ReflectiveCodeTransformer

SIZES = {
    "vocab_size": 60,
    "hidden_size": 48,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
}
SHAPES = {
    "llama": (LlamaForCausalLM, LlamaConfig, {"tie_word_embeddings": False}),
    "tied llama": (LlamaForCausalLM, LlamaConfig, {"tie_word_embeddings": True}),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config, {"tie_word_embeddings": True}),
    "mistral": (MistralForCausalLM, MistralConfig, {"sliding_window": None}),
    "sliding mistral": (MistralForCausalLM, MistralConfig, {"sliding_window": 8}),
}


def base_of(shape: str, seed: int = 0) -> PreTrainedModel:
    model, config, extra = SHAPES[shape]
    torch.manual_seed(seed)
    made: PreTrainedModel = model(config(**SIZES, **extra)).eval()
    return made


def awake(network: ReflectiveCodeTransformer) -> ReflectiveCodeTransformer:
    """With new layers that do something: a wrong layer_idx hides behind zeroed projections."""
    torch.manual_seed(7)
    with torch.no_grad():
        for parameter in network.new_layers.parameters():
            parameter.normal_(0, 0.2)
    return network.eval()


def some_ids(rows: int = 2, length: int = 20) -> torch.Tensor:
    return torch.randint(0, SIZES["vocab_size"], (rows, length), generator=torch.Generator().manual_seed(3))
