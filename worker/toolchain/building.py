"""Building our Go programs once, into a cache outside the source tree, and pruning that cache.

In: a folder with a Go module whose dependencies are pinned by go.mod and go.sum. Out: a folder in the cache, named by
Go's version and a hash of the sources, so that a change of either triggers a rebuild and an outdated build is never
used. Several processes may ask at once: one builds, the others wait. Each holds a *lease* on its build until it ends.
Builds of the same program without a lease that were not used for `KEPT_DAYS` are removed.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from worker.toolchain.go_command import Go

KEPT_DAYS = 7
_held: dict[Path, int] = {}
"""File descriptors of the leases; the end of the process closes them (a file object would warn that it was open)."""


def build_program(source: Path, *, go: Go, cache_dir: Path, name: str | None = None) -> Path:
    """The executable of the Go module in `source`, built if it is not in the cache yet.

    Raises:
        BuildFailed: the go command refused.
    """
    title = name or source.parent.name

    def build(target: Path) -> None:
        go.run("build", "-trimpath", "-o", str(target / title), ".", folder=source)

    return cached(source, title=title, go=go, cache_dir=cache_dir, build=build) / title


def program_path(source: Path, *, go: Go, cache_dir: Path, title: str) -> Path:
    """The folder in the cache for what is built from `source`, whether it is built yet or not."""
    return cache_dir / "go" / f"{title}-{go.version}-{source_digest(source)[:16]}"


def cached(source: Path, *, title: str, go: Go, cache_dir: Path, build: Callable[[Path], None]) -> Path:
    """The cache folder for `source`. `build` fills it if it is missing; a half-filled one is never seen."""
    target = program_path(source, go=go, cache_dir=cache_dir, title=title)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Taken before looking for the folder: otherwise another process could remove it in between.
    lease(target)
    if target.is_dir():
        return target
    with _only_one(target.with_suffix(".lock")):
        if not target.is_dir():
            _fill(target, title, build)
    return target


def rebuild(target: Path, *, title: str, is_damaged: Callable[[], object], build: Callable[[Path], None]) -> None:
    """Rebuild a damaged or missing folder of the cache, unless another process has already done so."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(target.with_suffix(".lock")):
        if not is_damaged():
            return
        with tempfile.TemporaryDirectory(prefix=f".{title}-", dir=target.parent) as aside:
            if target.exists():
                target.rename(Path(aside, target.name))
            _fill(target, title, build)


def _fill(target: Path, title: str, build: Callable[[Path], None]) -> None:
    growing = Path(tempfile.mkdtemp(prefix=f".{title}-", dir=target.parent))
    try:
        build(growing)
        growing.chmod(0o755)
        growing.rename(target)
        prune(target, title)
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def source_digest(source: Path) -> str:
    """SHA-256 over the names and contents of a Go module's files; its tests and other files do not count."""
    digest = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        counts = path.suffix in {".go", ".mod", ".sum", ".s"} and not path.name.endswith("_test.go")
        if path.is_file() and counts:
            digest.update(f"{path.relative_to(source)}\0".encode())
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lease(build: Path) -> None:
    """Hold the build until this process ends, and note that it was used now."""
    held = _held.get(build)
    # A cache that we may not write to belongs to another user, who also prunes it.
    with contextlib.suppress(PermissionError):
        if held is None:
            held = _held[build] = os.open(_lock_file(build), os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(held, fcntl.LOCK_SH)
        os.utime(held)


def prune(newest: Path, title: str) -> list[Path]:
    """Remove builds beside `newest` that have no lease and were last used long ago; returns those removed."""
    removed = []
    for build in newest.parent.glob(f"{title}-*"):
        if build.is_dir() and build != newest and _is_old(build) and _remove(build):
            removed.append(build)
    return removed


def _lock_file(build: Path) -> Path:
    return build.parent / f".{build.name}.used"


def _is_old(build: Path) -> bool:
    lock = _lock_file(build)
    last_use = (lock if lock.exists() else build).stat().st_mtime
    return time.time() - last_use > KEPT_DAYS * 24 * 3600


def _remove(build: Path) -> bool:
    """Whether it was removed; it is not while another process holds a lease."""
    with _lock_file(build).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # The lock file stays: another process may be waiting for this very file.
        shutil.rmtree(build, ignore_errors=True)
    return True
