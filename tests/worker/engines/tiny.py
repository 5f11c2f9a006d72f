"""A tiny random network with a character tokenizer: enough to see every step of an engine, quick on any CPU."""

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from worker.network.critic import ReflectiveCodeTransformer

ALPHABET = "\n\t (){}=+abcdefghijklmnopqrstuvwxyz0123456789\"'`/*"
END = "<end>"


def tiny_tokenizer(*, bos: str = "") -> PreTrainedTokenizerFast:
    """`bos`: a sign of the alphabet that the tokenizer puts before every text, as Llama's does with its BOS token."""
    vocabulary = {END: 0, **{sign: place for place, sign in enumerate(ALPHABET, start=1)}}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token=" "))
    inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    inner.decoder = decoders.Fuse()
    if bos:
        special = [(bos, vocabulary[bos])]
        inner.post_processor = processors.TemplateProcessing(single=f"{bos} $A", special_tokens=special)
    return PreTrainedTokenizerFast(tokenizer_object=inner, eos_token=END)


def tiny_network(seed: int = 0, *, awake: bool = True, context: int = 160) -> ReflectiveCodeTransformer:
    """`awake`: new layers that are no longer zero, so that critic and base differ."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(ALPHABET) + 1,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        eos_token_id=0,
    )
    network = ReflectiveCodeTransformer(LlamaForCausalLM(config).eval())
    if awake:
        with torch.no_grad():
            for parameter in network.new_layers.parameters():
                parameter.normal_(0, 0.2)
    return network.eval()
