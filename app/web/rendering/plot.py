"""Plots as plain numbers for an SVG template: lines with error bars, and learning curves.

In: series of points. Out: a frozen `Plot` or `LossCurve` in the template's units; the templates draw them, without any
library. Series differ in marker shape as well as in hue and have their names at the end of their line; every point has
a title. Points of different series stand side by side, so that no error bar hides another. Every y axis begins at 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

WIDTH, HEIGHT = 560.0, 260.0
LEFT, TOP, BOTTOM = 58.0, 12.0, 222.0
LABEL_HEIGHT = 15.0
LETTER_WIDTH = 9.0
"""A generous estimate of a letter's width, so that no name is cut off at the edge."""
MOST_LETTERS = 22
DODGE = 7.0
"""Between the points of two series at one x."""
MOST_MARKERS = 16
"""A line with more points is a curve: its points have no marks, and are not moved aside."""
CURVE_WIDTH, CURVE_HEIGHT, CURVE_LEFT, CURVE_BOTTOM, CURVE_TOP = 720, 240, 58, 42, 12


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
    is_level: bool = False
    """A level to compare with, drawn from its first point to its last without marks."""


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
    is_level: bool
    """Whether it is a level to compare with: a line without points."""
    markers: tuple[Marker, ...]
    label_y: float


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A plot ready for its template."""

    title: str
    x_label: str
    y_label: str
    series: tuple[DrawnSeries, ...]
    right: float
    """Where the lines end; their names follow to the right."""
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def draw(
    title: str,
    x_label: str,
    series: Sequence[PlotSeries],
    *,
    y_label: str = "pass rate",
    x_ticks: Sequence[float] = (),
    linear: bool = False,
) -> Plot | None:
    """Lay out the series; None without any point.

    Args:
        x_ticks: where to label the x axis; by default at 1, 2 and 5 times powers of ten.
        linear: whether the x axis is linear rather than logarithmic.
    """
    series = [one for one in series if one.points]
    xs = [point.x for one in series for point in one.points]
    if not xs:
        return None
    tops = [point.high if point.high is not None else point.y for one in series for point in one.points]
    right = WIDTH - 12 - LETTER_WIDTH * max(len(short_name(one.name)) for one in series)
    scale = _Scale(right=right, low_x=min(xs), high_x=max(xs), high_y=_ceiling(max(tops)), linear=linear)
    # Names stand beside a single point; elsewhere points move aside by less than to their neighbours.
    apart = 4 * DODGE if min(xs) == max(xs) else DODGE
    curves = any(len(one.points) > MOST_MARKERS for one in series)
    shifts = [0.0 if curves else apart * (place - (len(series) - 1) / 2) for place in range(len(series))]
    drawn = [_drawn(one, scale, shift) for one, shift in zip(series, shifts, strict=True)]
    ticks = x_ticks or _decades(min(xs), max(xs))
    return Plot(
        title=title,
        x_label=x_label,
        y_label=y_label,
        series=tuple(_spread(drawn)),
        right=right,
        x_ticks=tuple(Tick(at=scale.x(x), label=_short(x)) for x in ticks if min(xs) <= x <= max(xs)),
        y_ticks=tuple(
            Tick(at=scale.y(y), label=f"{100 * y:.0f}%") for y in (scale.high_y * i / 4 for i in range(5))
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Scale:
    right: float
    low_x: float
    high_x: float
    high_y: float
    linear: bool

    def x(self, value: float) -> float:
        if self.low_x == self.high_x:
            return (LEFT + self.right) / 2
        if self.linear:
            share = (value - self.low_x) / (self.high_x - self.low_x)
        else:
            share = math.log(value / self.low_x) / math.log(self.high_x / self.low_x)
        return round(LEFT + 26 + share * (self.right - LEFT - 44), 1)

    def y(self, value: float) -> float:
        return round(BOTTOM - value / self.high_y * (BOTTOM - TOP), 1)


def _drawn(one: PlotSeries, scale: _Scale, shift: float) -> DrawnSeries:
    markers = tuple(
        Marker(
            x=round(scale.x(point.x) + (0.0 if one.is_level else shift), 1),
            y=scale.y(point.y),
            low=None if point.low is None else scale.y(point.low),
            high=None if point.high is None else scale.y(point.high),
            title=point.title,
        )
        for point in one.points
    )
    return DrawnSeries(
        name=one.name,
        short_name=short_name(one.name),
        kind=one.kind,
        line=" ".join(f"{marker.x},{marker.y}" for marker in markers),
        is_level=one.is_level,
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
    """A learning curve: steps to the right from the first, loss upwards from 0, both axes with ticks."""

    width: int
    height: int
    left: int
    bottom: int
    """y of the horizontal axis."""
    paths: tuple[LossPath, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def loss_curve(points: Sequence[LoggedLoss]) -> LossCurve | None:
    """One path a split; None with fewer than two finite points."""
    finite = [point for point in points if point.loss == point.loss and abs(point.loss) != float("inf")]
    if len(finite) < 2:
        return None
    every_loss, every_step = _nice_step(max(p.loss for p in finite)), _nice_step(max(p.step for p in finite))
    high = every_loss * max(1, math.ceil(round(max(p.loss for p in finite) / every_loss, 6)))
    last = max(p.step for p in finite) or 1
    bottom = CURVE_HEIGHT - CURVE_BOTTOM

    def x(step: float) -> float:
        return round(CURVE_LEFT + (CURVE_WIDTH - CURVE_LEFT - 24) * step / last, 1)

    def y(loss: float) -> float:
        return round(bottom - (bottom - CURVE_TOP) * max(loss, 0.0) / high, 1)

    paths = []
    for split in dict.fromkeys(point.split for point in finite):
        own = [point for point in finite if point.split == split]
        path = "M" + "L".join(f"{x(p.step)} {y(p.loss)}" for p in own)
        paths.append(LossPath(split=split, path=path, last=own[-1].loss))
    return LossCurve(
        width=CURVE_WIDTH,
        height=CURVE_HEIGHT,
        left=CURVE_LEFT,
        bottom=bottom,
        paths=tuple(paths),
        x_ticks=tuple(Tick(at=x(at), label=_short(at)) for at in _multiples(every_step, last)),
        y_ticks=tuple(Tick(at=y(at), label=f"{at:g}") for at in _multiples(every_loss, high)),
    )


def _multiples(step: float, top: float) -> list[float]:
    return [round(i * step, 9) for i in range(int(top / step + 1e-9) + 1)]


def _nice_step(top: float) -> float:
    """1, 2 or 5 times a power of ten, so that four to nine steps reach `top`."""
    if top <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(top / 4))
    return next(round(step * power, 12) for step in (5, 2, 1) if step * power <= top / 4 + 1e-12)
