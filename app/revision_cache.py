"""Derived values of runs, cached until the run changes.

A run's `revision_number` grows with every batch of results; what was computed at one number holds until the next. The
least recently used values are dropped first.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class RevisionCache(Generic[T]):
    """One value a key: a run's id, or what is compared with what. Two concurrent readers may both compute it."""

    def __init__(self, size: int) -> None:
        self._values: LRUCache[Hashable, tuple[Hashable, T]] = LRUCache(size)
        self._lock = Lock()

    def peek(self, key: Hashable, revision: Hashable) -> T | None:
        """The value of this revision if it is cached."""
        with self._lock:
            known = self._values.get(key)
        return known[1] if known is not None and known[0] == revision else None

    def get(self, key: Hashable, revision: Hashable, compute: Callable[[], T]) -> T:
        """The value of this revision, computed now unless it is cached."""
        known = self.peek(key, revision)
        if known is not None:
            return known
        value = compute()
        with self._lock:
            self._values[key] = (revision, value)
        return value
