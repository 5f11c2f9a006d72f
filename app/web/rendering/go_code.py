"""Go source as highlighted lines: Pygments' tokens split by line, with a few CSS classes.

In: any text. Out: one list of pieces for each line, without losing a character. A text longer than
`COLOURED_CHARACTERS` stays plain, because a page must not wait for it.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape
from pygments.lexers.go import GoLexer
from pygments.token import Token

from app.web.rendering.text import visible

COLOURED_CHARACTERS = 100_000
_LEXER = GoLexer(stripnl=False, ensurenl=False)
_CLASSES: tuple[tuple[Any, str], ...] = (
    (Token.Comment, "c"),
    (Token.Keyword.Type, "t"),
    (Token.Keyword, "k"),
    (Token.Literal.String, "s"),
    (Token.Literal.Number, "u"),
    (Token.Name.Builtin, "f"),
    (Token.Name.Function, "f"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one line with the same CSS class; empty for plain text."""

    text: str
    css: str
    words: str = ""
    """What is known of the characters: shown where the pointer rests."""


@dataclass(frozen=True, slots=True)
class Span:
    """Columns of one line, 0-based, end excluded."""

    start: int
    end: int


Line = list[Piece]


def coloured_lines(source: str) -> list[Line]:
    """The lines of `source`; a final line end does not start another line."""
    text = visible(source).removesuffix("\n")
    if len(text) > COLOURED_CHARACTERS:
        return [[Piece(line, "")] for line in text.split("\n")]
    lines: list[Line] = [[]]
    for _, kind, value in _LEXER.get_tokens_unprocessed(text):
        first, *rest = value.split("\n")
        css = _class_of(kind)
        _append(lines[-1], first, css)
        for part in rest:
            lines.append([])
            _append(lines[-1], part, css)
    return lines


def lexemes(source: str) -> list[str]:
    """The punctuation and operators of `source`; what stands in strings and comments is none."""
    tokens = _LEXER.get_tokens_unprocessed(source)
    return [character for _, kind, text in tokens if kind in Token.Punctuation for character in text]


def plain(line: Line) -> str:
    return "".join(piece.text for piece in line)


def markup(line: Line, marked: list[Span] | None = None) -> Markup:
    """The line as HTML; columns inside `marked` get the class `w` (changed words)."""
    parts, column = [], 0
    for piece in line:
        end = column + len(piece.text)
        cuts = _cuts(column, end, marked or [])
        for start, stop in pairwise(cuts):
            is_marked = any(span.start <= start and stop <= span.end for span in marked or [])
            parts.append(_tag(replace(piece, text=piece.text[start - column : stop - column]), is_marked))
        column = end
    return Markup("").join(parts)


def coloured(source: str) -> list[Markup]:
    """Each line of `source` as HTML."""
    return [markup(line) for line in coloured_lines(source)]


def _append(line: Line, text: str, css: str) -> None:
    if line and line[-1].css == css:
        line[-1] = Piece(line[-1].text + text, css)
    elif text:
        line.append(Piece(text, css))


def _class_of(kind: Any) -> str:
    return next((css for parent, css in _CLASSES if kind in parent), "")


def _cuts(start: int, end: int, spans: list[Span]) -> list[int]:
    inside = {edge for span in spans for edge in (span.start, span.end) if start < edge < end}
    return [start, *sorted(inside), end]


def _tag(piece: Piece, is_marked: bool) -> Markup:
    classes = " ".join(name for name in (piece.css, "w" if is_marked else "") if name)
    if piece.words:
        return Markup('<span class="{}" title="{}">{}</span>').format(classes, piece.words, piece.text)
    return Markup('<span class="{}">{}</span>').format(classes, piece.text) if classes else escape(piece.text)
