"""The comparison of two runs or arms as Markdown. Every number is the tree's; nothing is computed here."""

from collections.abc import Iterator

from app.reports.markdown_parts import (
    Cells,
    difference,
    document,
    escape,
    pair_lines,
    section,
    table,
    warning_lines,
)
from app.reports.paired import PairedResult
from app.reports.report import Comparison
from app.reports.run_settings import RunSettings
from app.reports.wording import p_value


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison of two runs or arms."""
    return document(_comparison_lines(comparison))


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    left, right = comparison.left, comparison.right
    title = f"# {_side(left, comparison.result.left)} → {_side(right, comparison.result.right)}"
    yield from (title, "", f"**{escape(comparison.verdict)}**", "")
    yield from warning_lines(comparison.warnings)
    yield from pair_lines(comparison.result)
    if len(comparison.slices) > 1:
        yield from section("By problem set")
        rows = [(part.problem_set, *_pair_cells(part.result)) for part in comparison.slices]
        yield from table(("Problem set", "Fixed", "Broken", "p", "Difference"), rows)
    moved = [flip for flip in comparison.result.ledger if flip.move in ("fixed", "broken")]
    if moved:
        yield from section("Problems that moved")
        cells = [(f.task_id, f.move, f"{f.left_passed}/{f.scored}", f"{f.right_passed}/{f.scored}") for f in moved]
        yield from table(("Problem", "Move", "Left", "Right"), cells)


def _side(run: RunSettings, arm: str) -> str:
    return escape(f"{run.name} (run {run.id}), {arm}")


def _pair_cells(pair: PairedResult) -> Cells:
    return (pair.problems.fixed, pair.problems.broken, p_value(pair.p_value), difference(pair.difference))
