"""Text of models and files as a terminal or a Markdown file may have it: with every control character written out.

A control character in a completion or a stored name could move the cursor, rewrite lines that were printed, set the
window's title or make text run the other way. In: any text. Out: the same text with such characters as `\\u001b`, which
also is what JSON means by them.
"""

import re

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)"
)
"""All controls but tabs and line ends, marks that turn the direction of writing, and halves of characters."""


def without_controls(text: str) -> str:
    """`text`, safe to print."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
