"""When something was busy: stretches of time as they happen, and what share of a time they cover.

The engine and the ruler's feeder note each stretch of their work, always; a note costs two readings of the clock. Only
`tekhne bench run` reads them. Every time is of `time.monotonic`, so stretches of different threads can be compared.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_STRETCHES = 65_536
"""A worker lives for months: the oldest stretches are forgotten."""


@dataclass(frozen=True)
class Stretch:
    """From `start` to `end`."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return max(0.0, self.end - self.start)


class BusyLog:
    """Stretches in which one kind of work was done, noted from any thread."""

    def __init__(self) -> None:
        self._stretches: deque[Stretch] = deque(maxlen=MOST_STRETCHES)

    def note(self, start: float, end: float) -> None:
        """Work was done from `start` to `end`."""
        self._stretches.append(Stretch(start, end))

    def stretches(self) -> tuple[Stretch, ...]:
        """In the order in which they ended."""
        return tuple(self._stretches)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Seconds of a time in which one kind of work, another, both and neither were done."""

    first: float
    second: float
    both: float
    neither: float
    whole: float


def shares(first: Iterable[Stretch], second: Iterable[Stretch], whole: Stretch) -> Shares:
    """How two kinds of work share a time; stretches may overlap and reach beyond it."""
    first, second = list(first), list(second)
    of_first, of_second = covered(first, whole), covered(second, whole)
    of_any = covered([*first, *second], whole)
    return Shares(
        first=of_first,
        second=of_second,
        both=of_first + of_second - of_any,
        neither=whole.seconds - of_any,
        whole=whole.seconds,
    )


def covered(stretches: Iterable[Stretch], whole: Stretch) -> float:
    """Seconds of `whole` that lie in at least one of `stretches`."""
    return sum(stretch.seconds for stretch in _merged(stretches, whole))


def gaps(stretches: Iterable[Stretch], whole: Stretch) -> list[Stretch]:
    """What of `whole` lies in none of `stretches`, longest first."""
    ends = [whole.start]
    found = []
    for stretch in _merged(stretches, whole):
        found.append(Stretch(ends[-1], stretch.start))
        ends.append(stretch.end)
    found.append(Stretch(ends[-1], whole.end))
    return sorted((gap for gap in found if gap.seconds > 0), key=lambda gap: gap.seconds, reverse=True)


def _merged(stretches: Iterable[Stretch], whole: Stretch) -> Iterator[Stretch]:
    """The parts within `whole`, in order; those that touch are one."""
    current: Stretch | None = None
    for stretch in sorted(stretches, key=lambda one: one.start):
        inside = Stretch(max(stretch.start, whole.start), min(stretch.end, whole.end))
        if inside.seconds == 0:
            continue
        if current is not None and inside.start <= current.end:
            current = Stretch(current.start, max(current.end, inside.end))
            continue
        if current is not None:
            yield current
        current = inside
    if current is not None:
        yield current
