"""Derived values of runs, kept until the run changes.

A run's `revision_number` counts up with every batch of results; what was computed at one number holds until the next.
Bounded: what was asked for longest ago is forgotten first.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class KeptByRevision(Generic[T]):
    """One value a key: a run's id, or what is compared with what. Two readers that come at once may both compute it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()
        self._lock = Lock()

    def peek(self, key: Hashable, revision: Hashable) -> T | None:
        """The value of this revision if it is there."""
        with self._lock:
            known = self._values.get(key)
            if known is None or known[0] != revision:
                return None
            self._values.move_to_end(key)
            return known[1]

    def get(self, key: Hashable, revision: Hashable, compute: Callable[[], T]) -> T:
        """The value of this revision, computed now if it is not there."""
        known = self.peek(key, revision)
        if known is not None:
            return known
        value = compute()
        with self._lock:
            self._values[key] = (revision, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
