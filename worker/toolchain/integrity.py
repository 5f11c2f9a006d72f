"""Whether what was built is still what was built.

A build's manifest holds size and hash of every file. A file is hashed where its size, time or inode differ from those
of the last look; the others are only looked at, which costs a millisecond for the whole build, so the ruler can ask
after every batch. The compiler and the linker, which belong to Go, must stay what they were when the process began.
Nothing is repaired here.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

MANIFEST = "manifest.json"

_Stamp = tuple[int, int, int]


class BuildSeal:
    """The files of one build, and of Go's tools that it is used with."""

    def __init__(self, folder: Path, tools: Sequence[Path] = ()) -> None:
        """The build in `folder`; one without a manifest counts as damaged."""
        self._folder = folder
        self._tools = {str(tool): (_known_digest(str(tool), _stamp(tool)), _stamp(tool)) for tool in tools}
        self._lock = Lock()
        self._hashes, self._stamps = _read(folder)
        # As text, because making a path costs several times as much as looking at the file.
        self._paths = {name: (str(folder / name), digest) for name, digest in self._hashes.items()}
        self.changes = 0
        """Grows whenever a file was replaced, also by an equal one: what was opened before may be another file."""

    def damage(self, *, thorough: bool = False) -> str:
        """What is wrong with the first file that is not as it was built; empty where nothing is.

        Args:
            thorough: hash every file, so that a disk that lost bytes is found out.
        """
        with self._lock:
            if not self._hashes:
                return f"{self._folder / MANIFEST} is missing"
            stamps, found = self._look(thorough)
            if found or stamps != self._stamps:
                self.changes += 1
            if stamps != self._stamps and not found:
                self._stamps = stamps
                self._save()
            return found

    def _look(self, thorough: bool) -> tuple[dict[str, _Stamp], str]:
        """The stamps as they are, and what is wrong with the first damaged file."""
        stamps: dict[str, _Stamp] = {}
        for name, (path, digest) in self._paths.items():
            stamps[name], found = _compare(path, digest, None if thorough else self._stamps.get(name))
            if found:
                return stamps, found
        for path, (digest, known) in self._tools.items():
            _, found = _compare(path, digest, None if thorough else known)
            if found:
                return stamps, found
        return stamps, ""

    def packages(self) -> frozenset[str]:
        """Import paths of everything that programs may import."""
        names = (name for name in self._hashes if name.startswith("std/") and name.endswith(".a"))
        return frozenset(name.removeprefix("std/").removesuffix(".a") for name in names)

    def _save(self) -> None:
        # A cache that belongs to another user is only read: there, what changed is hashed by each process.
        with suppress(OSError):
            _write(self._folder, self._hashes, self._stamps)


def seal_build(folder: Path) -> None:
    """Write the manifest of a build that was just made."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST]
    names = [str(path.relative_to(folder)) for path in files]
    _write(
        folder, {name: _digest(folder / name) for name in names}, {name: _stamp(folder / name) for name in names}
    )


def _write(folder: Path, hashes: dict[str, str], stamps: dict[str, _Stamp]) -> None:
    files = {name: [digest, *stamps[name]] for name, digest in hashes.items()}
    descriptor, growing = tempfile.mkstemp(prefix=f".{MANIFEST}-", dir=folder.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(files, file)
    os.chmod(growing, 0o644)
    os.replace(growing, folder / MANIFEST)


def _read(folder: Path) -> tuple[dict[str, str], dict[str, _Stamp]]:
    try:
        files: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            {name: str(digest) for name, (digest, *_) in files.items()},
            {name: (int(size), int(time), int(inode)) for name, (_, size, time, inode) in files.items()},
        )
    except (OSError, ValueError):
        return {}, {}


def _compare(path: str, digest: str, known: _Stamp | None) -> tuple[_Stamp, str]:
    """The file's stamp as it is, and what is wrong with the file; it is hashed unless the stamp is the known one."""
    try:
        stamp = _stamp(path)
        return stamp, f"{path} is damaged" if stamp != known and _digest(path) != digest else ""
    except OSError as error:
        return (0, 0, 0), f"{path} cannot be read ({error.strerror})"


@lru_cache(maxsize=16)
def _known_digest(path: str, stamp: _Stamp) -> str:
    """Of a tool, which is hashed once for each file that it is: they have 40 MB."""
    return _digest(path)


def _stamp(path: Path | str) -> _Stamp:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, found.st_ino


def _digest(path: Path | str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
