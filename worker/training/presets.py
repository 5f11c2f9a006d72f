"""What a base that starts from random weights is made of: the two named shapes, and a tokenizer of its own.

The tokenizer is byte-level BPE over Go, with the transcript's marks as single tokens. A newline and the tabs after it
are one piece, because Go is indented like that; each digit is a token. Equal texts give an equal tokenizer on every
machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from worker.transcripts.format import CUT, END, MARKS

PAD = "<|pad|>"
_PIECES = r" ?[A-Za-z_]+| ?[0-9]|\n\t*|\t+| ?[^\sA-Za-z0-9_]+|\s+"


@dataclass(frozen=True, kw_only=True)
class BasePreset:
    """The shape of a Llama-like network."""

    vocabulary: int
    hidden: int
    mlp: int
    layers: int
    heads: int
    key_value_heads: int
    context: int = 2048


PRESETS = {
    "demo": BasePreset(vocabulary=2048, hidden=192, mlp=448, layers=16, heads=6, key_value_heads=2),
    "160m": BasePreset(vocabulary=32_768, hidden=768, mlp=3072, layers=16, heads=12, key_value_heads=4),
}
"""`demo` trains on any CPU; `160m` has 163 million parameters and needs a GPU."""


def new_network(preset: BasePreset, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A network of this shape with random weights, in float32."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=preset.hidden,
        intermediate_size=preset.mlp,
        num_hidden_layers=preset.layers,
        num_attention_heads=preset.heads,
        num_key_value_heads=preset.key_value_heads,
        max_position_embeddings=preset.context,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def train_tokenizer(texts: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """A tokenizer of at most `size` tokens, learned from `texts`; special tokens come first, so their ids are fixed."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    # The marks are not special tokens: a critic writes them, and they must survive decoding.
    marks = [AddedToken(mark, special=False, normalized=False) for mark in (*MARKS, CUT.strip())]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[END, PAD, *marks],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, pad_token=PAD, clean_up_tokenization_spaces=False
    )
