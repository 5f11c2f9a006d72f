"""The steps of set-up, for set_up.py.

In: a machine with Python, git and make. Out: `.venv/` with the locked packages, the Go programs built in the cache,
and the browser assets in place. Each finished step leaves a stamp of its inputs, so a second call only compares
stamps. Standard library only: nothing is installed yet when this runs.
"""

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from environment import BIN, VENV, WANTED_BACKEND, choose_backend, install_packages, make_environment
from running import ROOT, STOPPED, SetupError, run

STAMPS = VENV / ".stamps"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Step:
    """The step runs again if anything it is `made_from` (files and words) changes, or if what it `makes` is missing."""

    name: str
    made_from: list[Path | str]
    action: Callable[[], None]
    makes: Path | None = None


def steps(goal: str) -> list[Step]:
    lock = ROOT / "requirements" / ("dev.txt" if goal == "test" else "run.txt")
    project = ROOT / "pyproject.toml"
    wanted = [
        Step("environment", [sys.version, ROOT / "requirements/uv.txt"], make_environment),
        Step("torch-build", [os.environ.get("TORCH_BACKEND", "not said")], choose_backend, WANTED_BACKEND),
        Step(
            f"packages-{goal}",
            [lock, project, WANTED_BACKEND],
            lambda: install_packages(lock, WANTED_BACKEND.read_text()),
            BIN / "tekhne",
        ),
        Step("go-programs", [*go_sources()], lambda: tekhne("toolchain", "build")),
        Step("browser-assets", [*asset_sources()], lambda: tekhne("assets"), ROOT / "static/vendor"),
    ]
    if goal == "test":
        wanted.append(Step("chromium", [find_chromium() or ""], install_chromium))
    return wanted


def tekhne(*arguments: str) -> None:
    run(
        [str(BIN / "tekhne"), *arguments], f"`tekhne {' '.join(arguments)}` failed: its own message above says why"
    )


def go_sources() -> list[Path]:
    return sorted(
        path
        for path in (ROOT / "worker").rglob("*")
        if path.name in {"go.mod", "go.sum"} or path.suffix == ".go"
        if "problem_sets" not in path.parts
    )


def asset_sources() -> list[Path]:
    return [
        path
        for path in (ROOT / "package.json", ROOT / "package-lock.json", ROOT / "cli/assets.py")
        if path.exists()
    ]


def find_chromium() -> str | None:
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def install_chromium() -> None:
    """Browser tests need Chromium; Debian packages it, PyPI and npm have none that runs on its own."""
    if find_chromium():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError("the browser tests need Chromium: install it (Debian: sudo apt-get install chromium)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    failed = (
        "Debian's package chromium could not be installed: run `apt-get install chromium` and read its message"
    )
    run(["apt-get", "update", "-qq"], failed, environment)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], failed, environment)


def stamp_of(step: Step) -> str:
    digest = hashlib.sha256()
    for item in step.made_from:
        digest.update(item.read_bytes() if isinstance(item, Path) else item.encode())
    return digest.hexdigest()


def perform(step: Step, number: int, total: int) -> None:
    stamp = STAMPS / step.name
    there = step.makes is None or step.makes.exists()
    if there and stamp.exists() and stamp.read_text() == stamp_of(step):
        return
    print(f"[set-up {number}/{total}] {step.name} …", flush=True)
    started = time.monotonic()
    step.action()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(stamp_of(step))
    print(f"[set-up {number}/{total}] {step.name}: done in {time.monotonic() - started:.0f} s", flush=True)


def set_up(goal: str) -> int:
    """Perform the steps that are not done yet. Returns the exit code: 0, or 2 after one sentence on stderr."""
    try:
        wanted = steps(goal)
        for number, step in enumerate(wanted, start=1):
            perform(step, number, len(wanted))
    except SetupError as error:
        print(f"Set-up stopped: {error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"Set-up stopped: {STOPPED}.", file=sys.stderr)
        return 2
    return 0
