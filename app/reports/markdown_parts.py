"""Parts of a Markdown document: sections, tables and escaped text.

Names come from users and models and are escaped, so that a `|` in a name cannot break a table.
"""

from collections.abc import Iterator, Sequence

from app.reports.estimates import Estimated, NotEstimable
from app.reports.wording import percent
from models.terminal_text import without_controls

Cells = Sequence[str | int]


def document(lines: Iterator[str]) -> str:
    return without_controls("\n".join(lines).rstrip() + "\n")


def section(title: str) -> Iterator[str]:
    yield from (f"## {title}", "")


def table(heads: Sequence[str], rows: Sequence[Cells]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(escape(str(cell)) for cell in row)} |"
    yield ""


def escape(text: str) -> str:
    """Text on one line that Markdown shows literally."""
    escaped = "".join("\\" + char if char in "\\`*_[]<>|" else char for char in text)
    return " ".join(escaped.split())


def warning_lines(warnings: Sequence[str]) -> Iterator[str]:
    yield from (f"> {escape(warning)}" for warning in warnings)
    if warnings:
        yield ""


def estimate_cells(estimate: Estimated) -> Cells:
    if isinstance(estimate, NotEstimable):
        return (f"not estimable: {estimate.reason}", "", "", "")
    limits = estimate.interval
    shown = f"{percent(limits.low)} to {percent(limits.high)}" if limits else "none"
    return (percent(estimate.value), shown, estimate.problems, estimate.left_out)
