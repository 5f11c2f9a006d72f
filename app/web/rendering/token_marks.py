"""Underlines of tokens in the lines of a program, under the colours and the marks of a diff.

In: coloured lines, and the same text token by token. Out: the same lines, cut where an underlined token begins or ends.
Tokens of another text leave the lines as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.web.rendering.go_code import Line, Piece, plain
from app.web.rendering.text import visible


@dataclass(frozen=True, slots=True)
class MarkedToken:
    """One token; `css` is empty where it is not underlined."""

    text: str
    css: str
    words: str


def underlined(lines: Sequence[Line], tokens: Sequence[MarkedToken]) -> list[Line]:
    """The lines with their marked tokens underlined; white space alone never is."""
    shown = [visible(token.text) for token in tokens]
    if "".join(shown).removesuffix("\n") != "\n".join(plain(line) for line in lines):
        return list(lines)
    marks: list[list[tuple[int, int, MarkedToken]]] = [[] for _ in lines]
    row = column = 0
    for token, text in zip(tokens, shown, strict=True):
        for number, part in enumerate(text.split("\n")):
            if number:
                row, column = row + 1, 0
            if token.css and part.strip():
                marks[row].append((column, column + len(part), token))
            column += len(part)
    return [_cut(line, spans) for line, spans in zip(lines, marks, strict=True)]


def _cut(line: Line, spans: list[tuple[int, int, MarkedToken]]) -> Line:
    return [one for column, piece in _placed(line) for one in _pieces(piece, column, spans)] if spans else line


def _placed(line: Line) -> Iterator[tuple[int, Piece]]:
    column = 0
    for piece in line:
        yield column, piece
        column += len(piece.text)


def _pieces(piece: Piece, column: int, spans: list[tuple[int, int, MarkedToken]]) -> Iterator[Piece]:
    """The piece in parts: a token and a colour may overlap in any way."""
    end, at = column + len(piece.text), column
    for start, stop, token in spans:
        first, last = max(start, at), min(stop, end)
        if first >= last:
            continue
        if first > at:
            yield Piece(piece.text[at - column : first - column], piece.css)
        css = f"{piece.css} tok {token.css}".lstrip()
        yield Piece(piece.text[first - column : last - column], css, token.words)
        at = last
    if at < end:
        yield Piece(piece.text[at - column :], piece.css)
