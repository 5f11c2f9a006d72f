"""Line plots with bands, as plain numbers for an SVG template: nothing is drawn here and no library is needed.

In: series of points with their intervals. Out: a frozen `Plot` in the template's units. Series differ in shape as well
as in hue, carry their names at the end of their line, and every point says itself on hover. The y axis begins at 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

WIDTH, HEIGHT = 560.0, 260.0
LEFT, TOP, BOTTOM = 44.0, 12.0, 222.0
LABEL_HEIGHT = 15.0
LETTER_WIDTH = 9.0
"""A wide guess for the names' type: what is cut off at the edge cannot be read."""
MOST_LETTERS = 22
_DODGE = 7.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value with its interval, all as shares of 1."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    title: str = ""
    """What the point says of itself."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One arm's line."""

    name: str
    kind: str
    """The arm's kind, which is its CSS class."""
    points: tuple[Point, ...]


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
    """For `polygon points`; empty where no interval is known, or a lone point shows it as a whisker."""
    markers: tuple[Marker, ...]
    label_y: float


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A plot ready for its template."""

    title: str
    x_label: str
    series: tuple[DrawnSeries, ...]
    right: float
    """Where the lines end; the names stand to the right of it."""
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    with_whiskers: bool


def draw(title: str, x_label: str, series: Sequence[Series], *, x_ticks: Sequence[float] = ()) -> Plot | None:
    """Lay out the series on a logarithmic x axis; None where there is no point at all.

    Args:
        x_ticks: where the x axis is labelled; the decades where none are given.
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


def _drawn(one: Series, scale: _Scale, shift: float, alone: bool) -> DrawnSeries:
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
    """A name with its middle left out where it is long: both its kind and what tells it from its like stay."""
    if len(name) <= MOST_LETTERS:
        return name
    half = (MOST_LETTERS - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def _spread(series: list[DrawnSeries]) -> list[DrawnSeries]:
    """Move the names apart that would overlap: upwards from the axis, and back down where they leave the frame."""
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
