"""The transition matrix of a repairing arm: what drafts were, and what they became.

In: the counted transitions. Out: rows and columns that hold something, in the order of the verdicts, each cell with
a shade from 0 to 5 by its share of the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.repairs import Transition
from models.enums import Verdict

SHADES = 5


@dataclass(frozen=True, kw_only=True)
class Cell:
    final: Verdict
    samples: int
    shade: int


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    draft: Verdict
    total: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    finals: tuple[Verdict, ...]
    """The columns."""
    rows: tuple[MatrixRow, ...]


def matrix(transitions: Sequence[Transition]) -> Matrix:
    counts = {(one.draft, one.final): one.samples for one in transitions}
    finals = tuple(verdict for verdict in Verdict if any(final is verdict for _, final in counts))
    drafts = [verdict for verdict in Verdict if any(draft is verdict for draft, _ in counts)]
    return Matrix(finals=finals, rows=tuple(_row(draft, finals, counts) for draft in drafts))


def _row(draft: Verdict, finals: Sequence[Verdict], counts: dict[tuple[Verdict, Verdict], int]) -> MatrixRow:
    samples = [counts.get((draft, final), 0) for final in finals]
    total = sum(samples)
    cells = tuple(
        Cell(final=final, samples=number, shade=-(-SHADES * number // total))
        for final, number in zip(finals, samples, strict=True)
    )
    return MatrixRow(draft=draft, total=total, cells=cells)
