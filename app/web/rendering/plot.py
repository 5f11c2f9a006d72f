"""Plots as plain numbers for an SVG template: lines with interval bands, and learning curves.

In: series of points. Out: a frozen `Plot` or `LossCurve` in the template's units; the templates draw them, without any
library. Series differ in marker shape as well as in hue and have their names at the end of their line; every point has
a title. The y axis of a `Plot` begins at 0, that of a `LossCurve` at the lowest loss.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

WIDTH, HEIGHT = 560.0, 260.0
LEFT, TOP, BOTTOM = 44.0, 12.0, 222.0
LABEL_HEIGHT = 15.0
LETTER_WIDTH = 9.0
"""A generous estimate of a letter's width, so that no name is cut off at the edge."""
MOST_LETTERS = 22
_DODGE = 7.0
CURVE_WIDTH, CURVE_HEIGHT, CURVE_LEFT, CURVE_BOTTOM, CURVE_TOP = 720, 220, 48, 24, 12


@dataclass(frozen=True, kw_only=True)
class PlotPoint:
    """One value with its interval, all as shares of 1."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    title: str = ""
    """The hover text."""


@dataclass(frozen=True, kw_only=True)
class PlotSeries:
    """One arm's line."""

    name: str
    kind: str
    """The arm's kind, which is its CSS class."""
    points: tuple[PlotPoint, ...]


@dataclass(frozen=True, kw_only=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Marker:
    """A drawn point; `low` and `high` are the ends of its whisker."""

    x: float
    y: float
    low: float | None
    high: float | None
    title: str


@dataclass(frozen=True, kw_only=True)
class DrawnSeries:
    name: str
    short_name: str
    kind: str
    line: str
    """For `polyline points`."""
    band: str
    """For `polygon points`; empty without intervals, and for a single point, whose interval is a whisker."""
    markers: tuple[Marker, ...]
    label_y: float


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A plot ready for its template."""

    title: str
    x_label: str
    series: tuple[DrawnSeries, ...]
    right: float
    """Where the lines end; their names follow to the right."""
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    with_whiskers: bool


def draw(title: str, x_label: str, series: Sequence[PlotSeries], *, x_ticks: Sequence[float] = ()) -> Plot | None:
    """Lay out the series on a logarithmic x axis; None without any point.

    Args:
        x_ticks: where to label the x axis; by default at 1, 2 and 5 times powers of ten.
    """
    series = [one for one in series if one.points]
    xs = [point.x for one in series for point in one.points]
    if not xs:
        return None
    tops = [point.high if point.high is not None else point.y for one in series for point in one.points]
    right = WIDTH - 12 - LETTER_WIDTH * max(len(short_name(one.name)) for one in series)
    scale = _Scale(right=right, low_x=min(xs), high_x=max(xs), high_y=_ceiling(max(tops)))
    alone = min(xs) == max(xs)
    drawn = [_drawn(one, scale, _shift(i, len(series)) if alone else 0.0, alone) for i, one in enumerate(series)]
    ticks = x_ticks or _decades(min(xs), max(xs))
    return Plot(
        title=title,
        x_label=x_label,
        series=tuple(_spread(drawn)),
        right=right,
        x_ticks=tuple(Tick(at=scale.x(x), label=_short(x)) for x in ticks if min(xs) <= x <= max(xs)),
        y_ticks=tuple(
            Tick(at=scale.y(y), label=f"{100 * y:.0f}%") for y in (scale.high_y * i / 4 for i in range(5))
        ),
        with_whiskers=alone,
    )


@dataclass(frozen=True, kw_only=True)
class _Scale:
    right: float
    low_x: float
    high_x: float
    high_y: float

    def x(self, value: float) -> float:
        if self.low_x == self.high_x:
            return (LEFT + self.right) / 2
        share = math.log(value / self.low_x) / math.log(self.high_x / self.low_x)
        return round(LEFT + 10 + share * (self.right - LEFT - 20), 1)

    def y(self, value: float) -> float:
        return round(BOTTOM - value / self.high_y * (BOTTOM - TOP), 1)


def _drawn(one: PlotSeries, scale: _Scale, shift: float, alone: bool) -> DrawnSeries:
    markers = tuple(
        Marker(
            x=scale.x(point.x) + shift,
            y=scale.y(point.y),
            low=None if point.low is None else scale.y(point.low),
            high=None if point.high is None else scale.y(point.high),
            title=point.title,
        )
        for point in one.points
    )
    upper = [f"{marker.x},{marker.high}" for marker in markers if marker.high is not None]
    lower = [f"{marker.x},{marker.low}" for marker in reversed(markers) if marker.low is not None]
    return DrawnSeries(
        name=one.name,
        short_name=short_name(one.name),
        kind=one.kind,
        line=" ".join(f"{marker.x},{marker.y}" for marker in markers),
        band="" if alone else " ".join(upper + lower),
        markers=markers,
        label_y=markers[-1].y,
    )


def short_name(name: str) -> str:
    """A long name without its middle: its beginning and end tell arms apart."""
    if len(name) <= MOST_LETTERS:
        return name
    half = (MOST_LETTERS - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def _spread(series: list[DrawnSeries]) -> list[DrawnSeries]:
    """Move overlapping names apart: upwards from the axis, then all down if the top one left the frame."""
    lowest_first = sorted(series, key=lambda one: -one.label_y)
    places: dict[str, float] = {}
    limit = BOTTOM
    for one in lowest_first:
        places[one.name] = round(min(one.label_y, limit), 1)
        limit = places[one.name] - LABEL_HEIGHT
    above = max(0.0, TOP - min(places.values()))
    return [replace(one, label_y=round(places[one.name] + above, 1)) for one in series]


def _shift(place: int, of: int) -> float:
    return (place - (of - 1) / 2) * _DODGE * 4


def _ceiling(top: float) -> float:
    """The end of the y axis: 20, 40, 60, 80 or 100 percent."""
    return min(1.0, max(0.2, math.ceil(round(top * 5, 6)) / 5))


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [step * 10.0**power for power in powers for step in (1, 2, 5)]


def _short(value: float) -> str:
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


class LoggedLoss(Protocol):
    """One point of a training log."""

    @property
    def step(self) -> int: ...
    @property
    def split(self) -> str: ...
    @property
    def loss(self) -> float: ...


@dataclass(frozen=True, kw_only=True)
class LossPath:
    """The losses of one split."""

    split: str
    path: str
    """SVG path data."""
    last: float


@dataclass(frozen=True, kw_only=True)
class LossCurve:
    """A learning curve: steps to the right, loss upwards, both axes as far as the data go."""

    width: int
    height: int
    left: int
    bottom: int
    """y of the horizontal axis."""
    top: int
    paths: tuple[LossPath, ...]
    highest: float
    lowest: float
    last_step: int


def loss_curve(points: Sequence[LoggedLoss]) -> LossCurve | None:
    """One path a split; None with fewer than two finite points."""
    finite = [point for point in points if point.loss == point.loss and abs(point.loss) != float("inf")]
    if len(finite) < 2:
        return None
    low, high = min(p.loss for p in finite), max(p.loss for p in finite)
    last = max(p.step for p in finite) or 1
    spread = (high - low) or 1.0

    def place(point: LoggedLoss) -> str:
        x = CURVE_LEFT + (CURVE_WIDTH - CURVE_LEFT - 8) * point.step / last
        y = CURVE_TOP + (CURVE_HEIGHT - CURVE_TOP - CURVE_BOTTOM) * (high - point.loss) / spread
        return f"{x:.1f} {y:.1f}"

    paths = []
    for split in dict.fromkeys(point.split for point in finite):
        own = [point for point in finite if point.split == split]
        paths.append(LossPath(split=split, path="M" + "L".join(place(p) for p in own), last=own[-1].loss))
    return LossCurve(
        width=CURVE_WIDTH,
        height=CURVE_HEIGHT,
        left=CURVE_LEFT,
        bottom=CURVE_HEIGHT - CURVE_BOTTOM,
        top=CURVE_TOP,
        paths=tuple(paths),
        highest=high,
        lowest=low,
        last_step=last,
    )
