"""The steps of set-up, for set_up.py.

Comes in: a machine with Python, git and make. Goes out: `.venv/` with the locked packages, the Go programs built
in the cache, the browser assets in place. Each finished step leaves a stamp of what it was made from, so a second
call only compares stamps. Standard library only: nothing is installed yet when this runs.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / ".stamps"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """One sentence: what is missing and what to do."""


@dataclass(frozen=True)
class Step:
    """`made_from`: the files and words whose change makes the step run again."""

    name: str
    made_from: list[Path | str]
    action: Callable[[], None]


def steps(goal: str) -> list[Step]:
    lock = ROOT / "requirements" / ("dev.txt" if goal == "test" else "run.txt")
    backend = os.environ.get("TORCH_BACKEND", "")
    project = ROOT / "pyproject.toml"
    wanted = [
        Step("environment", [sys.version, ROOT / "requirements/uv.txt"], make_environment),
        Step(f"packages-{goal}", [lock, project, backend], lambda: install_packages(lock, backend)),
        Step("go-programs", [*go_sources()], lambda: tekhne("toolchain", "build")),
        Step("browser-assets", [*asset_sources()], lambda: tekhne("assets")),
    ]
    if goal == "test":
        wanted.append(Step("chromium", [find_chromium() or ""], install_chromium))
    return wanted


def make_environment() -> None:
    """A virtual environment with the locked `uv` in it."""
    if not environment_works():
        make_bare_environment()
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", "requirements/uv.txt"], NO_NETWORK)


def make_bare_environment() -> None:
    """Anew where one is half made, or of a Python that was exchanged since: the stamps in it go as well."""
    failed = (
        f"{sys.executable} cannot make virtual environments: install its venv module "
        "(Debian: sudo apt-get install python3-venv), then run the same command again"
    )
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], failed)


def environment_works() -> bool:
    """Whether `.venv` has a Python that starts and a pip that it can use."""
    try:
        probe = [str(BIN / "python"), "-m", "pip", "--version"]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install_packages(lock: Path, backend: str) -> None:
    """The lock, every file checked by hash; torch apart where TORCH_BACKEND names a build the lock cannot pin."""
    uv = [str(BIN / "uv"), "pip", "install", "--python", str(BIN / "python")]
    chosen = lock
    if backend:
        chosen = VENV / "without-torch.txt"
        chosen.write_text(without_torch(lock.read_text()))
    run([*uv, "--require-hashes", "-r", str(chosen)], NO_NETWORK)
    if backend:
        run([*uv, f"torch=={pinned_torch(lock)}", "--torch-backend", backend], NO_NETWORK)
    run([*uv, "--quiet", "--no-deps", "--editable", "."], NO_NETWORK)


NO_NETWORK = (
    "the Python packages could not be fetched: check the network and that PyPI or your mirror of it is reachable, "
    "then run the same command again"
)


def without_torch(lock: str) -> str:
    """The lock less torch and the CUDA libraries that only its default build wants."""
    kept, keeping = [], True
    for line in lock.splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            keeping = not line.startswith(("torch==", "triton==", "nvidia-", "cuda-"))
        if keeping:
            kept.append(line)
    return "\n".join(kept) + "\n"


def pinned_torch(lock: Path) -> str:
    for line in lock.read_text().splitlines():
        if line.startswith("torch=="):
            return line.removeprefix("torch==").split(" ")[0].split(";")[0]
    raise SetupError(f"{lock.name} pins no torch: make it again with `make lock`")


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
    """Browser tests need a Chromium; PyPI and npm carry none that runs by itself, Debian does."""
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


def run(command: list[str], failed: str, environment: dict[str, str] | None = None) -> None:
    try:
        subprocess.run(command, cwd=ROOT, check=True, env=environment, stdin=subprocess.DEVNULL)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SetupError(failed) from error


def stamp_of(step: Step) -> str:
    digest = hashlib.sha256()
    for item in step.made_from:
        digest.update(item.read_bytes() if isinstance(item, Path) else item.encode())
    return digest.hexdigest()


def perform(step: Step, number: int, total: int) -> None:
    stamp = STAMPS / step.name
    if stamp.exists() and stamp.read_text() == stamp_of(step):
        return
    print(f"[set-up {number}/{total}] {step.name} …", flush=True)
    started = time.monotonic()
    step.action()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(stamp_of(step))
    print(f"[set-up {number}/{total}] {step.name}: done in {time.monotonic() - started:.0f} s", flush=True)


def set_up(goal: str) -> int:
    """Perform what is not done yet. The exit code: 0, or 2 after one sentence."""
    try:
        wanted = steps(goal)
        for number, step in enumerate(wanted, start=1):
            perform(step, number, len(wanted))
    except SetupError as error:
        print(f"Set-up stopped: {error}.", file=sys.stderr)
        return 2
    return 0
