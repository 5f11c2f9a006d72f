"""Pieces that Markdown documents are made of: sections, tables, estimates, a paired comparison.

Names come from users and models and are escaped, so that a `|` in one cannot break a table.
"""

from collections.abc import Iterator, Sequence

from app.reports.estimate import Estimated, NotEstimable
from app.reports.paired import PairedResult
from app.reports.wording import between, p_value, percent, points

Cells = Sequence[str | int]


def document(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


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
    """Text that Markdown shows as it stands, on one line."""
    kept = "".join("\\" + sign if sign in "\\`*_[]<>|" else sign for sign in text)
    return " ".join(kept.split())


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


def difference(estimate: Estimated) -> str:
    if isinstance(estimate, NotEstimable):
        return f"not estimable: {estimate.reason}"
    return f"{points(estimate.value)} ({between(estimate.interval, signed=True)})"


def pair_lines(pair: PairedResult) -> Iterator[str]:
    yield from section(f"{escape(pair.left)} → {escape(pair.right)}")
    yield from (escape(pair.in_words), "")
    yield from (f"Difference of pass rates: {difference(pair.difference)}, {p_value(pair.sign_p_value)}.", "")
    rows = [
        (what, flips.fixed, flips.broken, flips.both, flips.neither)
        for what, flips in (("Problems", pair.problems), ("Samples", pair.samples))
    ]
    yield from table(("Pairs of", "Fixed", "Broken", "Both", "Neither"), rows)
    yield from warning_lines(pair.warnings)
