"""Which old line of a changed block became which new one, so that the two stand beside each other.

In: the block's lines. Out: pairs of indices, growing on both sides, chosen so that the lines have most words in
common. Blocks over `PAIRED_CELLS` are paired in order: the table of likenesses is quadratic.
"""

import re
from collections import Counter

PAIRED_CELLS = 900
_ALIKE = 0.5
_WORD = re.compile(r"\w+|[^\w\s]")


def line_pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
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
    left, right = ([Counter(_WORD.findall(line)) for line in lines] for lines in (old, new))
    return [[_likeness(a, b) for b in right] for a in left]


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    """Share of words in common; 0 where it is too small to mean anything."""
    share = 2 * (a & b).total() / max(1, a.total() + b.total())
    return share if share >= _ALIKE else 0.0


def _best_sums(likeness: list[list[float]], rows: int, columns: int) -> list[list[float]]:
    """best[i][j]: the largest sum of likenesses over the lines from i and j on."""
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    return best
