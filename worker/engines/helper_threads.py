"""Giving back the helper threads that a thread's tensor operations have called into being.

torch's OpenMP keeps a pool of helpers for every thread that ever ran a large operation. While pools together have more
threads than the machine has cores, all of them sleep between operations instead of waiting for a moment: one token of
one row then takes 10 ms instead of 2.5 (two cores, demo base). So whoever loads a model or falls idle lets go of his.
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

log = logging.getLogger(__name__)


def let_go_of_helpers() -> None:
    """End the calling thread's helpers; nothing where torch does not bring GNU's OpenMP along."""
    library = _openmp()
    if library is not None and library.omp_pause_resource_all(_SOFT) != 0:
        log.debug("OpenMP keeps its helper threads")


@contextmanager
def with_threads(threads: int) -> Iterator[None]:
    """The calling thread's tensor operations on so many threads."""
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
