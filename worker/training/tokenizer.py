"""Tekhne's own small tokenizer: byte-level BPE over Go, with the transcript's marks as single tokens.

In: texts. Out: a `transformers` tokenizer of at most `size` tokens. A newline and the tabs after it are one piece,
because that is how Go is indented; digits stand alone. The same texts give the same tokenizer on every machine.
"""

from collections.abc import Iterable

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from worker.transcripts.format import CUT, END, MARKS

PAD = "<|pad|>"
_PIECES = r" ?[A-Za-z_]+| ?[0-9]|\n\t*|\t+| ?[^\sA-Za-z0-9_]+|\s+"


def train_tokenizer(texts: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """A tokenizer learned from `texts`; special tokens come first, so that their ids never move."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[END, PAD, *_marks()],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, pad_token=PAD, clean_up_tokenization_spaces=False
    )


def _marks() -> list[AddedToken]:
    """Not special: they are part of what a critic says, and must survive decoding."""
    return [AddedToken(mark, special=False, normalized=False) for mark in (*MARKS, CUT.strip())]
