"""How many threads a tensor operation uses, and returning the helper threads that torch keeps.

`ThreadTuner` learns from the time of each step how many threads the next one is worth. On idle cores all of them are
fastest. Where others keep the cores busy (programs under test, another model) two threads wait for each other at every
operation: 60 rows of the demo base then took 1,008 ms a step instead of 122.

torch's OpenMP keeps a pool of helpers for every thread that ever ran a large operation. While all pools together have
more threads than the machine has cores, helpers sleep between operations instead of spinning briefly: one token of one
row then takes 10 ms instead of 2.5 (two cores, demo base). So a thread that has loaded a model or runs out of work
releases its pool.
"""

import ctypes
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median

import torch

_PAUSE_SOFT = 1
"""`omp_pause_soft` of OpenMP 5.0: the pool comes back by itself with the next large operation."""
SMALL_STEP = 32_000_000
"""Multiplications up to which one thread is about as fast as two: 3.1 ms against 2.7 for 6 million."""
FIRST_TRIAL, MOST_BETWEEN = 12, 400
"""Steps until the other number of threads is tried; the number doubles after each trial that changed nothing."""
TRIAL_STEPS = 3
MUST_GAIN = 0.9
"""The other choice must take at most this share of the old time: where both are about equal, nothing changes."""
BAD = 1.5
"""A step this many times slower ends a trial at once."""

log = logging.getLogger(__name__)


def release_helper_threads() -> None:
    """End the calling thread's helpers. Does nothing where torch does not ship GNU's OpenMP."""
    library = _openmp()
    if library is not None and library.omp_pause_resource_all(_PAUSE_SOFT) != 0:
        log.debug("OpenMP keeps its helper threads")


@contextmanager
def with_threads(threads: int) -> Iterator[None]:
    """Run the calling thread's tensor operations on this many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@cache
def _openmp() -> ctypes.CDLL | None:
    found = sorted((Path(torch.__file__).parent / "lib").glob("libgomp*.so*"))
    try:
        library = ctypes.CDLL(str(found[0])) if found else None
        return library if hasattr(library, "omp_pause_resource_all") else None
    except OSError:
        return None


class ThreadTuner:
    """Chooses threads for one batch's steps.

    One thread and all threads take turns in being tried. A trial comes the more rarely the longer the choice holds, and
    one that goes badly ends after one step. Setting torch's threads is the caller's business.
    """

    def __init__(self, threads: int) -> None:
        """`threads`: how many are available."""
        self._all = threads
        self._chosen = threads
        self._recent: list[float] = []
        self._tried: list[float] = []
        self._until_trial = self._between = FIRST_TRIAL

    def threads(self, multiplications: int) -> int:
        """How many to use for a step of this size."""
        if self._all == 1 or multiplications <= SMALL_STEP:
            return 1
        return self._other if self._until_trial <= 0 else self._chosen

    def took(self, multiplications: int, seconds: float) -> None:
        """Learn from the time of one step."""
        if self._all == 1 or multiplications <= SMALL_STEP:
            return
        # Rows leave and join, so steps are compared by time per multiplication.
        pace = seconds / multiplications
        if self._until_trial > 0:
            self._recent = [*self._recent[1 - TRIAL_STEPS :], pace]
            self._until_trial -= 1
            return
        self._tried.append(pace)
        usual = median(self._recent)
        if len(self._tried) == TRIAL_STEPS or pace > BAD * usual:
            self._decide(median(self._tried) < MUST_GAIN * usual)

    @property
    def _other(self) -> int:
        return 1 if self._chosen > 1 else self._all

    def _decide(self, gained: bool) -> None:
        if gained:
            self._chosen = self._other
        self._between = FIRST_TRIAL if gained else min(2 * self._between, MOST_BETWEEN)
        self._until_trial = self._between
        # Otherwise the first steps after a change would be compared with those of the old choice.
        self._recent, self._tried = (self._tried if gained else self._recent), []
