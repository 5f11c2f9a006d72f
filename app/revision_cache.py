"""Derived values of runs, cached until the run changes.

A run's version changes with every batch of results; a value computed at one version holds until the next. Of threads
that ask at the same time one computes, and the others wait. The cache is bounded: the value that was asked for longest
ago is dropped first.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from cachetools import LRUCache

T = TypeVar("T")


class RevisionCache(Generic[T]):
    """One value a key, such as a run's id."""

    def __init__(self, size: int) -> None:
        self._values: LRUCache[Hashable, tuple[Hashable, T]] = LRUCache(size)
        self._lock = Lock()
        self._computing: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()
        """The lock of each key that is being computed."""

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
        with self._lock:
            mine = self._computing.setdefault(key, Lock())
        with mine:
            known = self.peek(key, version)
            if known is not None:
                return known
            value = compute()
            with self._lock:
                self._values[key] = (version, value)
            return value
