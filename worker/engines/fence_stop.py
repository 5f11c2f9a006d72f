"""Knowing when an answer's first fenced code block is closed, as its text arrives piece by piece.

What comes after it is no part of an answer, and a base that is asked in words would go on for ever.
"""

import re

FENCE = "```"
FENCE_OPENS = re.compile(r"(?:^[ \t]*```[^`\n]*|```[a-zA-Z]+[ \t]*)\n", re.MULTILINE)
"""The line that opens a block: with any words after the fence where it begins a line, else with a language. A fence
within a line is code within prose."""


class FenceStop:
    """One instance reads one sample."""

    def __init__(self) -> None:
        self._text = ""
        self._opened_at = -1

    def feed(self, text: str) -> int | None:
        """Read on; where the block is closed, the index in all text so far just after its closing fence."""
        # What matters may be split between two pieces: a line, or two signs of a fence.
        last_line = self._text.rfind("\n") + 1
        start = max(0, len(self._text) - len(FENCE) + 1)
        self._text += text
        if self._opened_at < 0:
            opened = FENCE_OPENS.search(self._text, last_line)
            if opened is None:
                return None
            self._opened_at = opened.end()
        closed = self._text.find(FENCE, max(start, self._opened_at))
        return None if closed < 0 else closed + len(FENCE)
