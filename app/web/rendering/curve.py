"""A learning curve as an SVG path a split: steps to the right, loss upwards, both axes from the data.

In: points. Out: a frozen `Curve` that one template draws; the numbers stand in the table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 220, 48, 24, 12


class Point(Protocol):
    @property
    def step(self) -> int: ...
    @property
    def split(self) -> str: ...
    @property
    def loss(self) -> float: ...


@dataclass(frozen=True, kw_only=True)
class CurvePath:
    split: str
    path: str
    """SVG path data."""
    last: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    width: int
    height: int
    left: int
    bottom: int
    """y of the horizontal axis."""
    top: int
    paths: tuple[CurvePath, ...]
    highest: float
    lowest: float
    last_step: int


def curve_of(points: Sequence[Point]) -> Curve | None:
    """None where there is nothing to draw a line through."""
    finite = [point for point in points if point.loss == point.loss and abs(point.loss) != float("inf")]
    if len(finite) < 2:
        return None
    low, high = min(p.loss for p in finite), max(p.loss for p in finite)
    last = max(p.step for p in finite) or 1
    spread = (high - low) or 1.0

    def place(point: Point) -> str:
        x = LEFT + (WIDTH - LEFT - 8) * point.step / last
        y = TOP + (HEIGHT - TOP - BOTTOM) * (high - point.loss) / spread
        return f"{x:.1f} {y:.1f}"

    paths = []
    for split in dict.fromkeys(point.split for point in finite):
        own = [point for point in finite if point.split == split]
        paths.append(CurvePath(split=split, path="M" + "L".join(place(p) for p in own), last=own[-1].loss))
    return Curve(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        bottom=HEIGHT - BOTTOM,
        top=TOP,
        paths=tuple(paths),
        highest=high,
        lowest=low,
        last_step=last,
    )
