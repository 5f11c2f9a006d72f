"""Tokens beyond a model's embedding: those that no text becomes are taken out of the tokenizer.

In: a loaded tokenizer and the number of tokens that the model knows. Out: whether the tokenizer fits, which it does
where every token beyond is provably unused: one that was only added, such as one for padding, or one of byte-pair
encoding that no merge of reachable tokens gives. Other models of tokenizers choose freely from their whole
vocabulary, so nothing is proven of theirs.
"""

import json
from collections.abc import Mapping
from typing import Any

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

from worker.transcripts.format import opening_tokens


def without_unknown(tokenizer: PreTrainedTokenizerBase, known: int) -> bool:
    """Take the unused tokens beyond the model's `known` ones out of the tokenizer; False where it may need one."""
    backend: Tokenizer | None = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or any(
        token >= known for token in (*opening_tokens(tokenizer), tokenizer.eos_token_id or 0)
    ):
        return False
    state: dict[str, Any] = json.loads(backend.to_str())
    model = state["model"]
    if max(backend.get_vocab(with_added_tokens=False).values(), default=0) >= known:
        used = reachable(model)
        if used is None or any(model["vocab"][token] >= known for token in used):
            return False
        merges = [(pair, "".join(pair)) for pair in map(_pair, model["merges"])]
        model["vocab"] = {token: place for token, place in model["vocab"].items() if place < known}
        model["merges"] = [list(pair) for pair, made in merges if {*pair, made} <= model["vocab"].keys()]
    state["added_tokens"] = [token for token in state["added_tokens"] if token["id"] < known]
    # There is no other way to remove a token: a text that spells one out is then split like any other.
    tokenizer._tokenizer = Tokenizer.from_str(json.dumps(state))
    return True


def reachable(model: Mapping[str, Any]) -> set[str] | None:
    """All tokens that a text can become, and perhaps some more; None where that cannot be told.

    Byte-pair encoding begins with single characters (with bytes, where it falls back to them) and puts two reachable
    tokens together by one of its merges. Any single character is taken for possible.
    """
    whole_words = model.get("ignore_merges")
    if model.get("type") != "BPE" or whole_words:
        return None
    if model.get("continuing_subword_prefix") or model.get("end_of_word_suffix"):
        return None
    vocabulary: dict[str, int] = model["vocab"]
    found = {token for token in vocabulary if len(token) == 1 or token == model.get("unk_token")}
    if model.get("byte_fallback"):
        found |= {token for byte in range(256) if (token := f"<0x{byte:02X}>") in vocabulary}
    merges = [_pair(merge) for merge in model["merges"]]
    while True:
        # In a trained list a merge stands behind those that it needs: one pass is enough, and the next one confirms it.
        before = len(found)
        for first, second in merges:
            if first in found and second in found:
                found.add(first + second)
        if len(found) == before:
            return found & vocabulary.keys()


def _pair(merge: Any) -> tuple[str, str]:
    """Files hold a merge as a list of two, older ones as one text."""
    first, second = merge.split(" ") if isinstance(merge, str) else merge
    return first, second
