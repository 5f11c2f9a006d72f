"""The Go behind a failure: the statement at a line of the tests, with what its names were given above it.

In: the source of the tests and a line. Out: source lines without their common margin. Brackets are counted by token, so
those in strings and comments do not count; a statement of more than `MOST_LINES` lines is cut.
"""

import re

from app.web.rendering.go_code import lexemes

MOST_LINES = 12
MOST_NAMES = 4
_NAME = re.compile(r"[A-Za-z_]\w*(?![\w(.])")
_GIVEN = re.compile(r"\s*(\w+)(?:, \w+)* :?= ")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def statement_at(source: str, line: int) -> tuple[str, ...]:
    """The statement at `line` (from 1), after those that gave its names their values; empty past the end."""
    lines = source.split("\n")
    if not 1 <= line <= len(lines) or not lines[line - 1].strip():
        return ()
    statement = _whole(lines, line - 1)
    above = _given_above(lines, line - 1, set(_NAME.findall("\n".join(statement))))
    margin = min(len(one) - len(one.lstrip()) for one in (*above, *statement) if one.strip())
    return tuple(one[margin:].rstrip() for one in (*above, *statement))


def _whole(lines: list[str], start: int) -> list[str]:
    """The lines from `start` on, until every bracket is closed."""
    for end in range(start + 1, min(start + MOST_LINES, len(lines)) + 1):
        if _depth("\n".join(lines[start:end])) <= 0:
            return lines[start:end]
    return lines[start : start + 1]


def _depth(source: str) -> int:
    return sum((text in _OPENING) - (text in _CLOSING) for text in lexemes(source))


def _given_above(lines: list[str], start: int, names: set[str]) -> list[str]:
    """Where in the same function the names were last given a value, in the order of the lines."""
    found: dict[int, list[str]] = {}
    for at in range(start - 1, -1, -1):
        if lines[at].startswith("func ") or not names or len(found) == MOST_NAMES:
            break
        given = _GIVEN.match(lines[at])
        if given and given[1] in names:
            names.discard(given[1])
            found[at] = _whole(lines, at)
    return [line for at in sorted(found) for line in found[at]]
