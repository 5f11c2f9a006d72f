"""The marks between a transcript's parts.

They are plain text, so that any base's tokenizer can write them; Tekhne's own tokenizer has each as one token. Text
from outside cannot forge one: programs print what they like, and a trace quotes them.
"""

TRACE = "\n<|trace|>\n"
REFLECTION = "\n<|reflection|>\n"
REVISION = "\n<|revision|>\n"
MARKS = ("<|trace|>", "<|reflection|>", "<|revision|>")
END = "<|end|>"
"""Tekhne's own end of text; other bases bring theirs."""
CUT = "\n<|cut|>\n"
"""Stands where the middle of a long trace was left out."""


def without_marks(text: str) -> str:
    """`text` with anything that looks like a mark made harmless."""
    return text.replace("<|", "< |")
