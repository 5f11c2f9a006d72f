"""Knowing when a Go function body is complete, as its text arrives piece by piece.

A scanner of Go's lexical form only: strings, raw strings, runes and comments hide the braces in them. It never parses,
so it also works on text that is no Go; then it simply never says stop. No torch here.
"""

from enum import Enum, auto


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
    """Says where the body ends that the prompt has opened. One instance reads one sample."""

    def __init__(self, depth: int = 1) -> None:
        """`depth`: how many braces the prompt left open."""
        self._depth = depth
        self._in = _In.CODE
        self._read = 0
        self._before = ""
        self._escaped = False

    def feed(self, text: str) -> int | None:
        """Read on; where the body is complete, the index in all text so far just after its closing brace."""
        for sign in text:
            self._read += 1
            if self._step(sign):
                return self._read
        return None

    def _step(self, sign: str) -> bool:
        if self._in is _In.CODE:
            done = self._code(sign)
        else:
            self._hidden(sign)
            done = False
        return done

    def _code(self, sign: str) -> bool:
        if sign in _OPENS:
            self._enter(_OPENS[sign])
        elif self._before == "/" and sign in "/*":
            self._enter(_In.LINE_COMMENT if sign == "/" else _In.BLOCK_COMMENT)
        else:
            self._before = sign
            self._depth += {"{": 1, "}": -1}.get(sign, 0)
            return sign == "}" and self._depth <= 0
        return False

    def _hidden(self, sign: str) -> None:
        if self._escaped and sign != "\n":
            self._escaped = False
        elif sign == "\\" and self._in in (_In.STRING, _In.RUNE):
            self._escaped = True
        elif sign == _CLOSES.get(self._in):
            self._leave()
        elif self._in is _In.BLOCK_COMMENT:
            if self._before == "*" and sign == "/":
                self._leave()
            else:
                self._before = sign
        elif sign == "\n" and self._in is not _In.RAW:
            # Strings and runes end with their line: what follows an unfinished one is code again.
            self._leave()

    def _enter(self, place: _In) -> None:
        self._in, self._before, self._escaped = place, "", False

    def _leave(self) -> None:
        self._in, self._before = _In.CODE, ""
