"""Derived values of runs, kept until the run changes.

A run's `revision_number` counts up with every batch of results; what was computed at one number holds until the next.
Bounded: the run that was asked for longest ago is forgotten first.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class KeptByRevision(Generic[T]):
    """One value a run. Two readers that come at once may both compute it; they get the same."""

    def __init__(self, runs: int) -> None:
        self._runs = runs
        self._values: OrderedDict[int, tuple[int, T]] = OrderedDict()
        self._lock = Lock()

    def peek(self, run_id: int, revision_number: int) -> T | None:
        """The value of this revision if it is there."""
        with self._lock:
            known = self._values.get(run_id)
            if known is None or known[0] != revision_number:
                return None
            self._values.move_to_end(run_id)
            return known[1]

    def get(self, run_id: int, revision_number: int, compute: Callable[[], T]) -> T:
        """The value of this revision, computed now if it is not there."""
        known = self.peek(run_id, revision_number)
        if known is not None:
            return known
        value = compute()
        with self._lock:
            self._values[run_id] = (revision_number, value)
            self._values.move_to_end(run_id)
            while len(self._values) > self._runs:
                self._values.popitem(last=False)
        return value
