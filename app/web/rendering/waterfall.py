"""Who moved what, as bars one under the other: as written, imports fixed, repaired.

In: the ruler's step of the drafts and the repair step, as `app.reports.attribution` counts them. Out: bars in percent
of the samples that both steps scored. A step that gains and loses is two bars, so that neither hides the other.
"""

from dataclasses import dataclass, field

from app.addresses import Query
from app.reports.attribution import AttributionStep


@dataclass(frozen=True, kw_only=True)
class Bar:
    label: str
    kind: str
    """`total`, `up` or `down`: the CSS class."""
    start: float
    """Percent of the samples."""
    width: float
    samples: int
    query: Query = field(default_factory=dict)
    """Of the problem list that shows these samples; empty where none does."""


def waterfall(imports: AttributionStep, repair: AttributionStep, arm: str) -> tuple[Bar, ...]:
    """The bars, in order. Each step is in percent of its own scored samples."""
    return (
        _bar("as written", "total", 0, imports.passed_before, imports.scored),
        *_moves(imports, "imports fixed", "imports fixed wrongly", {"state": "import-only"}, {}),
        _bar("drafts", "total", 0, repair.passed_before, repair.scored),
        *_moves(
            repair,
            f"fixed by {arm}",
            f"broken by {arm}",
            {"state": "fixed", "by": arm},
            {"state": "broken", "by": arm},
        ),
        _bar(f"after {arm}", "total", 0, repair.passed_after, repair.scored),
    )


def _moves(step: AttributionStep, up: str, down: str, up_query: Query, down_query: Query) -> list[Bar]:
    bars = [_bar(up, "up", step.passed_before, step.to_pass, step.scored, up_query)]
    if step.to_fail:
        start = step.passed_before + step.to_pass - step.to_fail
        bars.append(_bar(down, "down", start, step.to_fail, step.scored, down_query))
    return bars


def _bar(label: str, kind: str, start: int, samples: int, scored: int, query: Query | None = None) -> Bar:
    of = max(scored, 1)
    return Bar(
        label=label,
        kind=kind,
        start=round(100 * start / of, 2),
        width=round(100 * samples / of, 2),
        samples=samples,
        query=query or {},
    )
