"""Building our Go programs, once, into a cache outside the source tree.

In: a folder with a Go module whose dependencies are pinned by go.mod and go.sum. Out: a folder in the cache, named
by Go's version and the sources' content, so that a change of either builds anew and an old result is never used.
Several processes may ask at once: one builds, the others wait.
"""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from worker.toolchain.go_command import Go
from worker.toolchain.leases import lease, prune


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
    """The folder in the cache that what is built from `source` has or will have."""
    return cache_dir / "go" / f"{title}-{go.version}-{source_digest(source)[:16]}"


def cached(source: Path, *, title: str, go: Go, cache_dir: Path, build: Callable[[Path], None]) -> Path:
    """The cache folder for `source`; `build` fills it if it is not there, and a half-filled one is never seen."""
    target = program_path(source, go=go, cache_dir=cache_dir, title=title)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Held before it is looked for: nobody removes it in between.
    lease(target)
    if target.is_dir():
        return target
    with _only_one(target.with_suffix(".lock")):
        if not target.is_dir():
            growing = Path(tempfile.mkdtemp(prefix=f".{title}-", dir=target.parent))
            try:
                build(growing)
                growing.chmod(0o755)
                growing.rename(target)
                prune(target, title)
            finally:
                shutil.rmtree(growing, ignore_errors=True)
    return target


def source_digest(source: Path) -> str:
    """SHA-256 over the names and contents of a Go module's files; its tests and test data do not count."""
    digest = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        counts = path.suffix in {".go", ".mod", ".sum", ".s"} and not path.name.endswith("_test.go")
        if path.is_file() and counts:
            digest.update(f"{path.relative_to(source)}\0".encode())
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
