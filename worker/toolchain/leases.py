"""Which builds in the cache are in use, and the removal of those that have not been for long.

In: the folder of one build. Out: a lease that lasts as long as this process; builds of the same program that nobody
holds and nobody used for `KEPT_DAYS` are removed, so that a checkout which changes often does not fill the disk.
"""

import contextlib
import fcntl
import os
import shutil
import time
from pathlib import Path

KEPT_DAYS = 7
_held: dict[Path, int] = {}
"""Descriptors, which the end of the process closes; a file object would complain of that."""


def lease(build: Path) -> None:
    """Hold the build until this process ends, and note that it was used now."""
    held = _held.get(build)
    # A cache that we may not write to is somebody else's, to use and to prune.
    with contextlib.suppress(PermissionError):
        if held is None:
            held = _held[build] = os.open(_lock_file(build), os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(held, fcntl.LOCK_SH)
        os.utime(held)


def prune(newest: Path, title: str) -> list[Path]:
    """Remove the builds beside `newest` that nobody holds and that were last used long ago; those removed."""
    removed = []
    for build in newest.parent.glob(f"{title}-*"):
        if build.is_dir() and build != newest and _is_old(build) and _remove(build):
            removed.append(build)
    return removed


def _lock_file(build: Path) -> Path:
    return build.parent / f".{build.name}.used"


def _is_old(build: Path) -> bool:
    noted = _lock_file(build)
    last = (noted if noted.exists() else build).stat().st_mtime
    return time.time() - last > KEPT_DAYS * 24 * 3600


def _remove(build: Path) -> bool:
    """Whether it could be removed: not while another process works with it."""
    noted = _lock_file(build)
    with noted.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # The lock file stays: somebody may be waiting for this very one.
        shutil.rmtree(build, ignore_errors=True)
    return True
