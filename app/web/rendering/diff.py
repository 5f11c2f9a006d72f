"""Two programs side by side: difflib on lines, then on the words of lines that changed.

In: two texts. Out: hunks of coloured lines; each hunk holds its left and its right lines, so that one page can be
laid out in two columns or in one. A pair over `COMPARED_LINES` is not compared: difflib can go quadratic.
"""

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from markupsafe import Markup

from app.web.rendering.go_code import Line, Span, coloured_lines, markup, plain
from app.web.rendering.line_pairs import line_pairs

COMPARED_LINES = 3_000
COMPARED_COLUMNS = 400
CONTEXT = 4
FOLDED_FROM = 14
_ALIKE = 0.45
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class HunkKind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    FOLDED = "folded"
    """Same on both sides and far from any change: shut until asked for."""


@dataclass(frozen=True, kw_only=True)
class DiffLine:
    """One line of one side."""

    number: int
    """1-based, in its own program."""
    html: Markup
    note: str = ""
    """What the ruler said of this line."""


@dataclass(frozen=True, kw_only=True)
class Hunk:
    kind: HunkKind
    left: list[DiffLine]
    right: list[DiffLine]


@dataclass(frozen=True, kw_only=True)
class Diff:
    hunks: list[Hunk]
    removed: int
    added: int
    too_long: bool = False
    """Whether the programs were too long to be compared line by line."""

    @property
    def is_empty(self) -> bool:
        return not self.too_long and self.removed == self.added == 0


def diff(left: str, right: str, *, left_note: tuple[int, str] | None = None,
         right_note: tuple[int, str] | None = None) -> Diff:  # fmt: skip
    """Compare two programs. A note is a 1-based line and what is said there."""
    old, new = coloured_lines(left), coloured_lines(right)
    if max(len(old), len(new)) > COMPARED_LINES:
        hunk = Hunk(kind=HunkKind.CHANGED, left=_lines(old, 0), right=_lines(new, 0))
        made = Diff(hunks=[hunk], removed=len(old), added=len(new), too_long=True)
    else:
        made = _compared(old, new)
    return replace(made, hunks=[_noted(hunk, left_note, right_note) for hunk in made.hunks])


def listing(source: str, note: tuple[int, str] | None = None) -> list[DiffLine]:
    """One program alone, with its note on its line."""
    return [_with_note(line, note) for line in _lines(coloured_lines(source), 0)]


def _compared(old: list[Line], new: list[Line]) -> Diff:
    matcher = SequenceMatcher(None, [plain(line) for line in old], [plain(line) for line in new], autojunk=False)
    hunks: list[Hunk] = []
    removed = added = 0
    codes = matcher.get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(codes):
        if tag == "equal":
            first, last = number == 0, number == len(codes) - 1
            hunks += _same(_lines(old[a:b], a), _lines(new[c:d], c), first=first, last=last)
        else:
            removed, added = removed + b - a, added + d - c
            hunks += _changed(old[a:b], a, new[c:d], c)
    return Diff(hunks=hunks, removed=removed, added=added)


def _same(left: list[DiffLine], right: list[DiffLine], *, first: bool, last: bool) -> list[Hunk]:
    """Equal lines, their middle folded where it is long; the outer ends of the programs fold too."""
    if len(left) < FOLDED_FROM or (first and last):
        return [Hunk(kind=HunkKind.SAME, left=left, right=right)]
    start = 0 if first else CONTEXT
    end = len(left) if last else len(left) - CONTEXT
    kinds = ((0, start, HunkKind.SAME), (start, end, HunkKind.FOLDED), (end, len(left), HunkKind.SAME))
    return [Hunk(kind=kind, left=left[a:b], right=right[a:b]) for a, b, kind in kinds if a < b]


def _changed(old: list[Line], old_start: int, new: list[Line], new_start: int) -> list[Hunk]:
    """One hunk for each stretch in which old and new lines keep their distance, so that pairs stand side by side."""
    pairs = line_pairs([plain(line) for line in old], [plain(line) for line in new])
    spans = {(i, j): _word_spans(plain(old[i]), plain(new[j])) for i, j in pairs}
    left = _lines(old, old_start, {i: left for (i, _), (left, _) in spans.items()})
    right = _lines(new, new_start, {j: right for (_, j), (_, right) in spans.items()})
    starts = [
        (0, 0),
        *(pair for pair, before in zip(pairs, [(0, 0), *pairs], strict=False) if _shifts(before, pair)),
    ]
    ends = [*starts[1:], (len(old), len(new))]
    hunks = [
        Hunk(kind=HunkKind.CHANGED, left=left[i:i_end], right=right[j:j_end])
        for (i, j), (i_end, j_end) in zip(starts, ends, strict=True)
    ]
    return [hunk for hunk in hunks if hunk.left or hunk.right]


def _shifts(before: tuple[int, int], pair: tuple[int, int]) -> bool:
    return before[0] - before[1] != pair[0] - pair[1]


def _lines(lines: list[Line], start: int, spans: dict[int, list[Span]] | None = None) -> list[DiffLine]:
    marked = spans or {}
    return [DiffLine(number=start + i + 1, html=markup(line, marked.get(i))) for i, line in enumerate(lines)]


def _word_spans(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """The columns of the words that differ; none where the lines have little in common or are very long."""
    if max(len(old), len(new)) > COMPARED_COLUMNS:
        return [], []
    a, b = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [], []
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    left = [_columns(a, start, end) for _, start, end, _, _ in changes if start < end]
    right = [_columns(b, start, end) for _, _, _, start, end in changes if start < end]
    return left, right


def _columns(words: list[str], start: int, end: int) -> Span:
    before = sum(map(len, words[:start]))
    return Span(before, before + sum(map(len, words[start:end])))


def _noted(hunk: Hunk, left: tuple[int, str] | None, right: tuple[int, str] | None) -> Hunk:
    made = Hunk(
        kind=hunk.kind,
        left=[_with_note(line, left) for line in hunk.left],
        right=[_with_note(line, right) for line in hunk.right],
    )
    # A line that something is said of must be seen.
    has_note = any(line.note for line in [*made.left, *made.right])
    return replace(made, kind=HunkKind.SAME) if has_note and made.kind is HunkKind.FOLDED else made


def _with_note(line: DiffLine, note: tuple[int, str] | None) -> DiffLine:
    return replace(line, note=note[1]) if note is not None and note[0] == line.number else line
