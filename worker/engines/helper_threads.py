"""Giving back the helper threads that a thread's tensor operations have called into being.

torch's OpenMP keeps a pool of helpers for every thread that ever ran a large operation. While pools together have more
threads than the machine has cores, all of them sleep between operations instead of waiting for a moment: one token of
one row then takes 10 ms instead of 2.5 (two cores, demo base). So whoever loads a model or falls idle lets go of his.
And a small step is done without helpers: they gain nothing there, and where other programs keep the cores busy it would
wait for them at each of its hundred operations.
"""

import ctypes
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch

_SOFT = 1
"""`omp_pause_soft` of OpenMP 5.0: the pool comes back by itself with the next large operation."""

SMALL_STEP = 32_000_000
"""Multiplications up to which one thread is as quick as two: 3.1 ms against 2.7 for 6 million."""

log = logging.getLogger(__name__)


def let_go_of_helpers() -> None:
    """End the calling thread's helpers; nothing where torch does not bring GNU's OpenMP along."""
    library = _openmp()
    if library is not None and library.omp_pause_resource_all(_SOFT) != 0:
        log.debug("OpenMP keeps its helper threads")


@contextmanager
def helpers_for(multiplications: int) -> Iterator[None]:
    """The calling thread's tensor operations, on as many threads as the work is worth."""
    threads = torch.get_num_threads()
    if threads == 1 or multiplications > SMALL_STEP:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@cache
def _openmp() -> ctypes.CDLL | None:
    found = sorted((Path(torch.__file__).parent / "lib").glob("libgomp*.so*"))
    try:
        library = ctypes.CDLL(str(found[0])) if found else None
        return library if hasattr(library, "omp_pause_resource_all") else None
    except OSError:
        return None
