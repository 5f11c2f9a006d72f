"""Knowing when an answer's first fenced code block is closed, as its text arrives piece by piece.

What comes after it is no part of an answer, and a base that is asked in words would go on for ever.
"""

FENCE = "```"


class FenceStop:
    """One instance reads one sample."""

    def __init__(self) -> None:
        self._text = ""
        self._opened_at = -1

    def feed(self, text: str) -> int | None:
        """Read on; where the block is closed, the index in all text so far just after its closing fence."""
        # A fence may be split between two pieces: two of its signs can be in what was read before.
        start = max(0, len(self._text) - len(FENCE) + 1)
        self._text += text
        if self._opened_at < 0:
            self._opened_at = self._text.find(FENCE, start)
            start = self._opened_at + len(FENCE)
        if self._opened_at < 0:
            return None
        closed = self._text.find(FENCE, max(start, self._opened_at + len(FENCE)))
        return None if closed < 0 else closed + len(FENCE)
