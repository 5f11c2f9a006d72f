"""A small bar chart in a table's cell: how a count is spread over the samples of a run.

In: a number for each sample. Out: bars of a fixed width in a box of 100 × 20, and the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_BARS = 25
"""Neighbouring samples share a bar where there are more."""
HEIGHT = 20.0


@dataclass(frozen=True, kw_only=True)
class SparkBar:
    """One bar; `x`, `y`, `width` and `height` in the box of the chart."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, kw_only=True)
class Spark:
    """The chart; `words` is what a screen reader says."""

    bars: tuple[SparkBar, ...]
    words: str


def spark(counts: Sequence[int], samples: int) -> Spark | None:
    """None where there is one sample alone: nothing is spread.

    Args:
        counts: by sample number; missing ones at the end are 0.
        samples: how many there are.
    """
    if samples < 2:
        return None
    step = -(-samples // MOST_BARS)
    starts = range(0, samples, step)
    sums = [sum(counts[start : start + step]) for start in starts]
    highest, width = max(*sums, 1), 100 / len(sums)
    bars = tuple(
        SparkBar(
            x=round(place * width, 2),
            y=round(HEIGHT - HEIGHT * number / highest, 2),
            width=round(width * 0.8, 2),
            height=round(HEIGHT * number / highest, 2),
            title=f"{_name(start, min(start + step, samples))}: {number}",
        )
        for place, (start, number) in enumerate(zip(starts, sums, strict=True))
    )
    return Spark(bars=bars, words=f"by sample: {', '.join(map(str, sums))}")


def _name(start: int, end: int) -> str:
    return f"sample {start}" if end == start + 1 else f"samples {start} to {end - 1}"
