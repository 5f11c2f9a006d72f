"""The diff of two programs: difflib on lines, then on the words of changed lines.

In: two texts. Out: hunks of highlighted lines. Each hunk holds its left and its right lines, so that a page can show
them in two columns or in one. Programs of more than `COMPARED_LINES` lines are not compared: difflib is quadratic.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from markupsafe import Markup

from app.web.rendering.go_code import Line, Span, coloured_lines, markup, plain

COMPARED_LINES = 3_000
COMPARED_COLUMNS = 400
CONTEXT = 4
FOLDED_FROM = 14
PAIRED_CELLS = 900
_ALIKE_WORDS = 0.45
_ALIKE_LINES = 0.5
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_TOKEN = re.compile(r"\w+|[^\w\s]")


class HunkKind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    FOLDED = "folded"
    """Equal and far from any change: folded until the reader opens it."""


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


@dataclass(frozen=True, kw_only=True)
class Diff:
    hunks: list[Hunk]
    removed: int
    added: int
    too_long: bool = False
    """Whether the programs are too long to compare line by line."""

    @property
    def is_empty(self) -> bool:
        return not self.too_long and self.removed == self.added == 0


def diff(left: str, right: str, *, left_note: tuple[int, str] | None = None,
         right_note: tuple[int, str] | None = None) -> Diff:  # fmt: skip
    """Compare two programs. A note is a 1-based line number and the text to show there."""
    old, new = coloured_lines(left), coloured_lines(right)
    if max(len(old), len(new)) > COMPARED_LINES:
        hunk = Hunk(kind=HunkKind.CHANGED, left=_lines(old, 0), right=_lines(new, 0))
        made = Diff(hunks=[hunk], removed=len(old), added=len(new), too_long=True)
    else:
        made = _compared(old, new)
    return replace(made, hunks=[_noted(hunk, left_note, right_note) for hunk in made.hunks])


def listing(source: str, note: tuple[int, str] | None = None) -> list[DiffLine]:
    """One program, with its note at its line."""
    return [_with_note(line, note) for line in _lines(coloured_lines(source), 0)]


def marked_words(left: str, right: str) -> tuple[Markup, Markup]:
    """Two short texts as HTML, with the words marked that only one of them has."""
    old, new = coloured_lines(left), coloured_lines(right)
    spans = [_word_spans(plain(a), plain(b)) for a, b in zip(old, new, strict=False)]
    spans += [([], [])] * (max(len(old), len(new)) - len(spans))
    return _joined(old, [one for one, _ in spans]), _joined(new, [one for _, one in spans])


def _joined(lines: list[Line], spans: list[list[Span]]) -> Markup:
    return Markup("\n").join(markup(line, marked) for line, marked in zip(lines, spans, strict=False))


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
    """Equal lines; a long stretch is folded except for the lines next to a change."""
    if len(left) < FOLDED_FROM or (first and last):
        return [Hunk(kind=HunkKind.SAME, left=left, right=right)]
    start = 0 if first else CONTEXT
    end = len(left) if last else len(left) - CONTEXT
    kinds = ((0, start, HunkKind.SAME), (start, end, HunkKind.FOLDED), (end, len(left), HunkKind.SAME))
    return [Hunk(kind=kind, left=left[a:b], right=right[a:b]) for a, b, kind in kinds if a < b]


def _changed(old: list[Line], old_start: int, new: list[Line], new_start: int) -> list[Hunk]:
    """One hunk a stretch of paired lines with the same offset, so that pairs stand side by side."""
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
    """The columns of the words that differ; none if the lines have little in common or are very long."""
    if max(len(old), len(new)) > COMPARED_COLUMNS:
        return [], []
    a, b = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < _ALIKE_WORDS:
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
    # A line with a note must be visible.
    has_note = any(line.note for line in [*made.left, *made.right])
    return replace(made, kind=HunkKind.SAME) if has_note and made.kind is HunkKind.FOLDED else made


def _with_note(line: DiffLine, note: tuple[int, str] | None) -> DiffLine:
    return replace(line, note=note[1]) if note is not None and note[0] == line.number else line


def line_pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Which old line of a changed block became which new one: index pairs that grow on both sides.

    The pairs have the most words in common (dynamic programming over a quadratic table). A block of more than
    `PAIRED_CELLS` cells is paired in order.
    """
    if len(old) * len(new) > PAIRED_CELLS:
        return [(i, i) for i in range(min(len(old), len(new)))]
    likeness = _likeness_table(old, new)
    best = _best_sums(likeness, len(old), len(new))
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if likeness[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness_table(old: list[str], new: list[str]) -> list[list[float]]:
    left, right = ([Counter(_TOKEN.findall(line)) for line in lines] for lines in (old, new))
    return [[_likeness(a, b) for b in right] for a in left]


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    """Share of words in common; 0 where it is too small to mean anything."""
    share = 2 * (a & b).total() / max(1, a.total() + b.total())
    return share if share >= _ALIKE_LINES else 0.0


def _best_sums(likeness: list[list[float]], rows: int, columns: int) -> list[list[float]]:
    """best[i][j]: the largest sum of likenesses over the lines from i and j on."""
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    return best
