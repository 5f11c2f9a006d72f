"""How one repairing arm changed verdicts: the attribution waterfall and the matrix of verdict transitions.

In: steps and transitions as `app.reports` counts them. Out: frozen rows that a template draws. The waterfall goes raw →
goimports → critic, in percent of the samples that both sides of a step scored; gains and losses are bars of their own,
so that neither hides the other. The matrix holds draft verdicts in rows and revision verdicts in columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.addresses import Query
from app.reports.attribution import AttributionStep
from app.reports.repairs import Transition
from models.enums import Verdict

SHADES = 5
"""A cell's shade goes from 0 to this, by its share of all samples: a rare verdict's row does not look like a rule."""


@dataclass(frozen=True, kw_only=True)
class WaterfallBar:
    """One bar: a total, or what a step gained or lost."""

    label: str
    kind: str
    """`total`, `up` or `down`: the CSS class."""
    start: float
    """Percent of the samples."""
    width: float
    samples: int
    problems: int = 0
    """Problems that these samples are of, where a list shows them."""
    query: Query = field(default_factory=dict)
    """The filter of the problem list that shows these samples; empty if no list does."""


def waterfall(imports: AttributionStep, repair: AttributionStep, arm: str) -> tuple[WaterfallBar, ...]:
    """The bars, in order. Each step is in percent of its own scored samples."""
    return (
        _bar("raw", "total", 0, imports.passed_before, imports.scored),
        *_moves(imports, "fixed by goimports", "broken by goimports", {"state": "import-only"}, {}),
        _bar("after goimports", "total", 0, repair.passed_before, repair.scored),
        *_moves(
            repair,
            f"fixed by {arm}",
            f"broken by {arm}",
            {"state": "fixed", "by": arm},
            {"state": "broken", "by": arm},
        ),
        _bar(f"after {arm}", "total", 0, repair.passed_after, repair.scored),
    )


def _moves(step: AttributionStep, up: str, down: str, up_query: Query, down_query: Query) -> list[WaterfallBar]:
    bars = [
        _bar(up, "up", step.passed_before, step.to_pass, step.scored, up_query, problems=step.to_pass_problems)
    ]
    if step.to_fail:
        start = step.passed_before + step.to_pass - step.to_fail
        bar = _bar(down, "down", start, step.to_fail, step.scored, down_query, problems=step.to_fail_problems)
        bars.append(bar)
    return bars


def _bar(
    label: str,
    kind: str,
    start: int,
    samples: int,
    scored: int,
    query: Query | None = None,
    *,
    problems: int = 0,
) -> WaterfallBar:
    of = max(scored, 1)
    return WaterfallBar(
        label=label,
        kind=kind,
        start=round(100 * start / of, 2),
        width=round(100 * samples / of, 2),
        samples=samples,
        problems=problems,
        query=query or {},
    )


@dataclass(frozen=True, kw_only=True)
class MatrixCell:
    final: Verdict
    samples: int
    problems: int
    shade: int


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    draft: Verdict
    total: int
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    finals: tuple[Verdict, ...]
    """The columns."""
    rows: tuple[MatrixRow, ...]
    total: int


def matrix(transitions: Sequence[Transition]) -> Matrix:
    counts = {(one.draft, one.final): one for one in transitions}
    finals = tuple(verdict for verdict in Verdict if any(final is verdict for _, final in counts))
    drafts = [verdict for verdict in Verdict if any(draft is verdict for draft, _ in counts)]
    total = sum(one.samples for one in transitions)
    return Matrix(finals=finals, rows=tuple(_row(draft, finals, counts, total) for draft in drafts), total=total)


def _row(
    draft: Verdict, finals: Sequence[Verdict], counts: dict[tuple[Verdict, Verdict], Transition], total: int
) -> MatrixRow:
    found = [(final, counts.get((draft, final))) for final in finals]
    cells = tuple(
        MatrixCell(
            final=final,
            samples=one.samples if one else 0,
            problems=one.problems if one else 0,
            shade=-(-SHADES * one.samples // total) if one else 0,
        )
        for final, one in found
    )
    return MatrixRow(draft=draft, total=sum(cell.samples for cell in cells), cells=cells)
