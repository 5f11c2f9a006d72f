"""Tokens that a model has no embedding for are accepted where no text becomes one, and refused where a text could."""

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE, Unigram, WordLevel
from transformers import PreTrainedTokenizerFast

from worker.network.checkpoints import load_tokenizer
from worker.network.errors import ModelUnusable
from worker.network.vocabulary import reachable

KNOWN = 6
LETTERS = {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "<end>": 5}
MERGES = [("a", "b"), ("ab", "c")]


def saved(folder: Path, model: Any) -> str:
    backend = Tokenizer(model)
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.decoder = decoders.Fuse()
    PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<end>").save_pretrained(folder)
    return str(folder)


def test_a_token_that_no_merge_gives_needs_no_embedding(tmp_path: Path) -> None:
    folder = saved(tmp_path, BPE({**LETTERS, "zzz": 6, "zzza": 7}, [*MERGES, ("zzz", "a")]))
    opened = load_tokenizer(folder, KNOWN)
    assert len(opened) == KNOWN
    assert opened.encode("abc ab zzza", add_special_tokens=False) == load_tokenizer(folder).encode(
        "abc ab zzza", add_special_tokens=False
    )
    assert opened.decode(opened.encode("abc")) == "abc"


@pytest.mark.parametrize(
    "model",
    [
        BPE({**LETTERS, "cc": 6}, [*MERGES, ("c", "c")]),
        BPE({**LETTERS, "cc": 6, "ccab": 7}, [*MERGES, ("cc", "ab"), ("c", "c")]),
        BPE({**LETTERS, "z": 6}, MERGES),
        BPE({**LETTERS, "zzz": 6}, MERGES, ignore_merges=True),
        BPE({**LETTERS, "zzz": 6}, MERGES, unk_token="zzz"),
        BPE({**LETTERS, "<0x0A>": 6}, MERGES, byte_fallback=True),
        BPE({**LETTERS, "zz</w>": 6}, MERGES, end_of_word_suffix="</w>"),
        WordLevel({**LETTERS, "zzz": 6}, unk_token="<end>"),
        Unigram([(token, -1.0) for token in [*LETTERS, "zzz"]], unk_id=0),
    ],
    ids=["merge", "merges in any order", "letter", "whole words", "unknown", "byte", "suffix", "words", "unigram"],
)
def test_a_token_that_a_text_may_become_needs_its_embedding(tmp_path: Path, model: Any) -> None:
    folder = saved(tmp_path, model)
    with pytest.raises(ModelUnusable, match="do not belong together"):
        load_tokenizer(folder, KNOWN)


def test_what_can_be_reached_holds_every_token_that_texts_become() -> None:
    backend = Tokenizer(BPE({**LETTERS, "zzz": 6}, MERGES))
    found = reachable(json.loads(backend.to_str())["model"])
    assert found == {"a", "b", "c", "ab", "abc"}
    assert {backend.id_to_token(one) for one in backend.encode("abcabacbz").ids} <= found
