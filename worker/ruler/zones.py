"""The zones of one ruler: at most one for each core, started when first needed, lent to one thread at a time.

Where there are as many zones as cores, each keeps to a core of its own. Its programs are short and take turns with it,
and each that the system moved to another core would begin there with cold caches and a wake-up: that cost a tenth.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from worker.ruler.errors import ZoneDied
from worker.ruler.zone import Zone


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(_cores()) or os.cpu_count() or 1


def _cores() -> list[int]:
    """Their numbers; none where the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


class ZonePool:
    """Lends zones. A zone comes back only from work that went well; else it is ended and a new one takes its place."""

    def __init__(self, start: Callable[[int | None], Zone], size: int) -> None:
        self._start = start
        cores = _cores()
        self._free: list[int | None] = [*cores] if size == len(cores) else [None] * size
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
                self._free.append(zone.core)
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
            core = self._free.pop()
        try:
            return self._start(core)
        except BaseException:
            self._free.append(core)
            raise

    def _give_back(self, zone: Zone) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(zone)
                return
        zone.close()
