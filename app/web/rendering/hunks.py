"""Lines of programs in hunks, and which of them a page folds: everything far from a change and from a noted line.

In: hunks of equal and of changed lines. Out: the same lines in order, with long stretches in hunks of their own that a
reader opens. Of changed lines a page shows `SHOWN_ROWS` rows; of a program in which nothing changed, its beginning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from markupsafe import Markup

CONTEXT = 4
"""Rows beside a change or a noted line that stay open."""
FOLDED_FROM = 6
"""Fewer rows than this are not worth folding."""
SHOWN_ROWS = 80
"""Changed rows that a page shows at once."""
BEGINNING = 40
"""Rows that are shown of a program in which nothing changed."""


class HunkKind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    FOLDED = "folded"
    """Equal and far from any change: folded until the reader opens it."""
    LONG = "long"
    """Changed, and past what a page shows at once: folded as well."""


_FOLDED = {HunkKind.SAME: HunkKind.FOLDED, HunkKind.CHANGED: HunkKind.LONG}


@dataclass(frozen=True, kw_only=True)
class DiffLine:
    """One line of one side."""

    number: int
    """1-based, in its own program."""
    html: Markup
    note: str = ""
    """What the ruler reported for this line."""


@dataclass(frozen=True, kw_only=True)
class Hunk:
    kind: HunkKind
    left: list[DiffLine]
    right: list[DiffLine]
    """Row by row beside the left; empty where one program stands alone."""

    @property
    def rows(self) -> int:
        return max(len(self.left), len(self.right))

    @property
    def is_folded(self) -> bool:
        return self.kind in (HunkKind.FOLDED, HunkKind.LONG)

    def part(self, start: int, end: int, kind: HunkKind) -> "Hunk":
        return Hunk(kind=kind, left=self.left[start:end], right=self.right[start:end])


def folded(hunks: list[Hunk]) -> list[Hunk]:
    """The hunks with long stretches folded."""
    is_changed = any(hunk.kind is HunkKind.CHANGED for hunk in hunks)
    budget = SHOWN_ROWS
    made: list[Hunk] = []
    for number, hunk in enumerate(hunks):
        if hunk.kind is HunkKind.CHANGED:
            shown = set(range(min(hunk.rows, max(budget, 0))))
            budget -= hunk.rows
        elif is_changed:
            shown = _context(hunk.rows, before=number > 0, after=number < len(hunks) - 1)
        else:
            shown = set(range(BEGINNING))
        made += _parts(hunk, shown | _noted_rows(hunk))
    return made


def with_note(line: DiffLine, note: tuple[int, str] | None) -> DiffLine:
    return replace(line, note=note[1]) if note is not None and note[0] == line.number else line


def _context(rows: int, *, before: bool, after: bool) -> set[int]:
    """The rows of an equal stretch that lie beside a change before or after it."""
    first = range(min(CONTEXT, rows)) if before else ()
    last = range(max(rows - CONTEXT, 0), rows) if after else ()
    return {*first, *last}


def _noted_rows(hunk: Hunk) -> set[int]:
    noted = {row for side in (hunk.left, hunk.right) for row, line in enumerate(side) if line.note}
    return {near for row in noted for near in range(row - CONTEXT, row + CONTEXT + 1)}


def _parts(hunk: Hunk, shown: set[int]) -> Iterator[Hunk]:
    for is_shown, (start, end) in _stretches(row in shown for row in range(hunk.rows)):
        is_short = end - start < FOLDED_FROM
        yield hunk.part(start, end, hunk.kind if is_shown or is_short else _FOLDED[hunk.kind])


def _stretches(flags: Iterable[bool]) -> Iterator[tuple[bool, tuple[int, int]]]:
    start = 0
    for flag, run in groupby(flags):
        end = start + len(list(run))
        yield flag, (start, end)
        start = end
