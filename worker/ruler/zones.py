"""The zones of one ruler: at most one for each core, started when first needed, lent to one thread at a time."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from worker.ruler.errors import ZoneDied
from worker.ruler.zone import Zone


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ZonePool:
    """Lends zones. A zone comes back only from work that went well; else it is ended and a new one takes its place."""

    def __init__(self, start: Callable[[], Zone], size: int) -> None:
        self._start = start
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Zone] = []
        self._closed = False

    @contextmanager
    def borrowed(self) -> Iterator[Zone]:
        """A zone for the time of the block."""
        with self._places:
            zone = self._take()
            try:
                yield zone
            except BaseException:
                # Whatever happened, answers may still be in its pipe (a caller who stops listening, too).
                zone.close()
                raise
            self._give_back(zone)

    def close(self) -> None:
        """End the idle zones; those lent out end when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for zone in idle:
            zone.close()

    def _take(self) -> Zone:
        with self._lock:
            if self._closed:
                raise ZoneDied("The ruler is closed.")
            if self._idle:
                return self._idle.pop()
        return self._start()

    def _give_back(self, zone: Zone) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(zone)
                return
        zone.close()
