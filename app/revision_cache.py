"""Derived values of runs, cached until the run changes.

A run's version changes with every batch of results; a value computed at one version holds until the next. The cache is
bounded: the value that was asked for longest ago is dropped first.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class RevisionCache(Generic[T]):
    """One value a key, such as a run's id. Two threads that ask at the same time may both compute it."""

    def __init__(self, size: int) -> None:
        self._values: LRUCache[Hashable, tuple[Hashable, T]] = LRUCache(size)
        self._lock = Lock()

    def peek(self, key: Hashable, version: Hashable) -> T | None:
        """The value at this version, if it is cached."""
        with self._lock:
            known = self._values.get(key)
        return known[1] if known is not None and known[0] == version else None

    def get(self, key: Hashable, version: Hashable, compute: Callable[[], T]) -> T:
        """The value at this version, computed now if it is not cached."""
        known = self.peek(key, version)
        if known is not None:
            return known
        value = compute()
        with self._lock:
            self._values[key] = (version, value)
        return value
