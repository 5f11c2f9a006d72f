"""The diff of two programs: difflib on lines, then on the words of changed lines.

In: two texts. Out: hunks of highlighted lines. Each hunk holds its left and its right lines, so that a page can show
them in two columns or in one. Programs of more than `COMPARED_LINES` lines are not compared: difflib is quadratic.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from markupsafe import Markup

from app.web.rendering.go_code import Line, Span, coloured_lines, markup, plain
from app.web.rendering.hunks import DiffLine, Hunk, HunkKind, folded, with_note
from app.web.rendering.token_marks import MarkedToken, underlined

COMPARED_LINES = 3_000
COMPARED_COLUMNS = 400
PAIRED_CELLS = 900
_ALIKE_WORDS = 0.45
_ALIKE_LINES = 0.5
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_TOKEN = re.compile(r"\w+|[^\w\s]")


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


@dataclass(frozen=True, kw_only=True)
class DiffView:
    """How two programs are compared and shown."""

    ignores_space: bool = False
    """Whether lines that differ in white space alone are equal."""
    is_whole: bool = False
    """Whether nothing is folded."""
    right_tokens: tuple[MarkedToken, ...] = ()
    """The tokens of the right program, of which the marked ones are underlined; empty: none."""


PLAIN_VIEW = DiffView()


def diff(left: str, right: str, *, left_note: tuple[int, str] | None = None,
         right_note: tuple[int, str] | None = None, view: DiffView = PLAIN_VIEW) -> Diff:  # fmt: skip
    """Compare two programs. A note is a 1-based line number and the text to show there."""
    old, new = coloured_lines(left), coloured_lines(right)
    if view.right_tokens:
        new = underlined(new, view.right_tokens)
    if max(len(old), len(new)) > COMPARED_LINES:
        hunk = Hunk(kind=HunkKind.CHANGED, left=_lines(old, 0), right=_lines(new, 0))
        made = Diff(hunks=[hunk], removed=len(old), added=len(new), too_long=True)
    else:
        made = _compared(old, new, ignores_space=view.ignores_space)
    hunks = [_noted(hunk, left_note, right_note) for hunk in made.hunks]
    return replace(made, hunks=hunks if view.is_whole else folded(hunks))


def listing(source: str, note: tuple[int, str] | None = None) -> list[DiffLine]:
    """One program, with its note at its line."""
    return [with_note(line, note) for line in _lines(coloured_lines(source), 0)]


def alone(source: str, note: tuple[int, str] | None, view: DiffView = PLAIN_VIEW) -> list[Hunk]:
    """One program that stands beside no other, folded if it is long."""
    hunks = [Hunk(kind=HunkKind.SAME, left=listing(source, note), right=[])]
    return hunks if view.is_whole else folded(hunks)


def marked_words(left: str, right: str) -> tuple[Markup, Markup]:
    """Two short texts as HTML, with the words marked that only one of them has."""
    old, new = coloured_lines(left), coloured_lines(right)
    spans = [_word_spans(plain(a), plain(b)) for a, b in zip(old, new, strict=False)]
    spans += [([], [])] * (max(len(old), len(new)) - len(spans))
    return _joined(old, [one for one, _ in spans]), _joined(new, [one for _, one in spans])


def _joined(lines: list[Line], spans: list[list[Span]]) -> Markup:
    return Markup("\n").join(markup(line, marked) for line, marked in zip(lines, spans, strict=False))


def _compared(old: list[Line], new: list[Line], *, ignores_space: bool) -> Diff:
    seen = _without_space if ignores_space else plain
    matcher = SequenceMatcher(None, [seen(line) for line in old], [seen(line) for line in new], autojunk=False)
    hunks: list[Hunk] = []
    removed = added = 0
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            hunks.append(Hunk(kind=HunkKind.SAME, left=_lines(old[a:b], a), right=_lines(new[c:d], c)))
        else:
            removed, added = removed + b - a, added + d - c
            hunks += _changed(old[a:b], a, new[c:d], c)
    return Diff(hunks=hunks, removed=removed, added=added)


def _without_space(line: Line) -> str:
    return "".join(plain(line).split())


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
    return replace(
        hunk,
        left=[with_note(line, left) for line in hunk.left],
        right=[with_note(line, right) for line in hunk.right],
    )


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
