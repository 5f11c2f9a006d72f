"""When something was busy: stretches of time, as they happen.

The engine and the judge note each stretch of their work, always; a note costs two readings of the clock. Only
`tekhne bench run` reads them. Every time is of `time.monotonic`, so stretches of different threads can be compared.
"""

from collections import deque
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
