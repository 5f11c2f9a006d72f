"""Exact tokens for servers that take prompts as text only: a seam between two tokens, which the tokenizer removes.

A critic's prompt is encoded part by part, so the same prompt as one text would become other tokens. In: a tokenizer and
tokens. Out: a tokenizer that removes seams before it splits a text, and a text with seams that it reads as those
tokens. An exported critic is served with such a tokenizer. All other texts become the same tokens as before.
"""

import copy
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from worker.transcripts.format import CUT, MARKS

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SEAM = "\ue000"
"""A character for private use, which no program contains for a reason."""
_HALF_CHARACTER = "\ufffd"
"""What an incomplete character is decoded to."""


def with_seams(tokenizer: "PreTrainedTokenizerBase") -> "PreTrainedTokenizerBase":
    """A copy that removes seams, and that writes the critic's marks where special tokens are left out of a text; the
    tokenizer itself where it has no backend that could do so."""
    backend: Any = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return tokenizer
    state = json.loads(backend.to_str())
    for token in state["added_tokens"]:
        # Servers leave special tokens out of what they answer, and the revision begins at a mark.
        token["special"] = token["special"] and token["content"] not in (*MARKS, CUT.strip("\n"))
    own = state["pre_tokenizer"]
    split = {"type": "Split", "pattern": {"String": SEAM}, "behavior": "Removed", "invert": False}
    state["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [split, *([own] if own else [])]}
    found = copy.deepcopy(tokenizer)
    found._tokenizer = Tokenizer.from_str(json.dumps(state))
    return found


def seamed_text(tokenizer: "PreTrainedTokenizerBase", ids: Sequence[int]) -> str:
    """The text that `tokenizer`, one with seams, reads as exactly `ids`; empty where there is none."""
    # What the tokenizer puts before every text by itself is not part of the text.
    begins = tokenizer.encode("", add_special_tokens=True)
    own = list(ids[len(begins) :]) if list(ids[: len(begins)]) == begins else list(ids)
    pieces: list[str] = []
    group: list[int] = []
    for token in own:
        group.append(token)
        piece = tokenizer.decode(group)
        if _HALF_CHARACTER not in piece:
            pieces.append(piece)
            group = []
    text = SEAM.join(pieces)
    return text if not group and tokenizer.encode(text, add_special_tokens=True) == list(ids) else ""
