"""Where a sample ends, decided on its text as it arrives piece by piece: scanners for the two stop rules.

`GoBodyStop` follows Go's lexical form only: strings, raw strings, runes and comments hide the braces in them. It never
parses, so it also reads text that is not Go, and then simply never stops. `FenceStop` waits until the first fenced code
block is closed: what follows is no part of the answer, and a base that is asked in words would never end. No torch.
"""

import re
from enum import Enum, auto
from typing import Protocol

from worker.engines.request import StopRule

FENCE = "```"
FENCE_OPENS = re.compile(r"(?:^[ \t]*```[^`\n]*|```[a-zA-Z]+[ \t]*)\n", re.MULTILINE)
"""The line that opens a block: a fence that begins a line, with any words after it, or elsewhere a fence
with a language. Any other fence within a line is code within prose."""


class Scanner(Protocol):
    """Reads one sample's text as it grows."""

    def feed(self, text: str) -> int | None:
        """Read on. Once the sample is complete: the index in all text so far at which it ends."""
        ...


def scanner(rule: StopRule) -> Scanner | None:
    """A fresh scanner; None where only the model's end of text counts."""
    if rule is StopRule.GO_BODY:
        return GoBodyStop()
    return FenceStop() if rule is StopRule.CODE_BLOCK else None


class _In(Enum):
    CODE = auto()
    STRING = auto()
    RUNE = auto()
    RAW = auto()
    LINE_COMMENT = auto()
    BLOCK_COMMENT = auto()


_OPENS = {'"': _In.STRING, "'": _In.RUNE, "`": _In.RAW}
_CLOSES = {_In.STRING: '"', _In.RUNE: "'", _In.RAW: "`"}


class GoBodyStop:
    """Finds the end of the function body that the prompt opened. One instance reads one sample."""

    def __init__(self, depth: int = 1) -> None:
        """`depth`: how many braces the prompt left open."""
        self._depth = depth
        self._in = _In.CODE
        self._read = 0
        self._before = ""
        self._escaped = False

    def feed(self, text: str) -> int | None:
        """Read on. Once the body is complete: the index in all text so far just after its closing brace."""
        for character in text:
            self._read += 1
            if self._in is not _In.CODE:
                self._hidden(character)
            elif self._closes_body(character):
                return self._read
        return None

    def _closes_body(self, character: str) -> bool:
        if character in _OPENS:
            self._enter(_OPENS[character])
        elif self._before == "/" and character in "/*":
            self._enter(_In.LINE_COMMENT if character == "/" else _In.BLOCK_COMMENT)
        else:
            self._before = character
            self._depth += {"{": 1, "}": -1}.get(character, 0)
            return character == "}" and self._depth <= 0
        return False

    def _hidden(self, character: str) -> None:
        if self._escaped and character != "\n":
            self._escaped = False
        elif character == "\\" and self._in in (_In.STRING, _In.RUNE):
            self._escaped = True
        elif character == _CLOSES.get(self._in):
            self._leave()
        elif self._in is _In.BLOCK_COMMENT:
            if self._before == "*" and character == "/":
                self._leave()
            else:
                self._before = character
        elif character == "\n" and self._in is not _In.RAW:
            # Strings and runes end with their line: what follows an unclosed one is code again.
            self._leave()

    def _enter(self, place: _In) -> None:
        self._in, self._before, self._escaped = place, "", False

    def _leave(self) -> None:
        self._in, self._before = _In.CODE, ""


class FenceStop:
    """Finds the end of the first fenced code block. One instance reads one sample."""

    def __init__(self) -> None:
        self._text = ""
        self._opened_at = -1

    def feed(self, text: str) -> int | None:
        """Read on. Once the block is closed: the index in all text so far just after its closing fence."""
        # Two pieces may split a line, or the characters of a fence.
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
