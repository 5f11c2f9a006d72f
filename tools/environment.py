"""The virtual environment `.venv` and the packages in it, each checked against its hash in the lock."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from running import ROOT, SetupError, run

VENV = ROOT / ".venv"
BIN = VENV / "bin"
CHOSEN_BACKEND = VENV / ".torch-backend"
WANTED_BACKEND = VENV / ".torch-wanted"
NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")
PROBE_SECONDS = 5
"""How long an index may take to answer before set-up goes on without it."""
NO_NETWORK = (
    "the Python packages could not be fetched: check the network and that PyPI or your mirror of it is reachable, "
    "then run the same command again (the lines above say what failed)"
)
NO_TORCH = (
    "torch's build for TORCH_BACKEND={0} could not be fetched: check that this build exists and that torch's own index "
    "can be reached (the lines above say what failed), or take the default with `TORCH_BACKEND= make run`"
)


def make_environment() -> None:
    """A virtual environment with the locked `uv` in it."""
    if not environment_works():
        make_bare_environment()
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", "requirements/uv.txt"], NO_NETWORK)


def make_bare_environment() -> None:
    """Replaces one that is incomplete or whose Python has changed since; its stamps are removed too."""
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
    # Compiled once here. Otherwise every start compiles torch and transformers anew where Python may write no bytecode
    # (PYTHONDONTWRITEBYTECODE, as in many images), and the first start does elsewhere.
    uv = [str(BIN / "uv"), "pip", "install", "--compile-bytecode", "--python", str(BIN / "python")]
    where = with_index_of_pip(os.environ)
    chosen = lock
    if backend:
        chosen = VENV / "without-torch.txt"
        chosen.write_text(without_torch(lock.read_text()))
    # To uv all builds of one version are equal, so a changed choice needs --reinstall-package. (That bypasses uv's
    # cache: what is reinstalled is downloaded again.)
    changed = backend != chosen_backend() and any(VENV.glob("lib/python*/site-packages/torch"))
    another = ["--reinstall-package", "torch"] if changed else []
    run([*uv, "--require-hashes", "-r", str(chosen), *(() if backend else another)], NO_NETWORK, where)
    if backend:
        build = [f"torch=={pinned_torch(lock)}", "--torch-backend", backend]
        run([*uv, *build, *another], NO_TORCH.format(backend), where)
    run([*uv, "--quiet", "--no-deps", "--editable", "."], NO_NETWORK, where)
    CHOSEN_BACKEND.write_text(backend)


def with_index_of_pip(environment: Mapping[str, str]) -> dict[str, str]:
    """uv does not read pip's settings, so an index that is configured there is passed on."""
    found = dict(environment)
    if not found.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}:
        asked = [str(BIN / "python"), "-m", "pip", "config", "list"]
        said = subprocess.run(asked, env=found, capture_output=True, text=True, check=False).stdout
        named = re.findall(r"^(?:global|install)\.index-url='(.*)'$", said, flags=re.M)
        if address := found.get("PIP_INDEX_URL") or "".join(named[-1:]):
            found["UV_DEFAULT_INDEX"] = address
    return found


def choose_backend() -> None:
    """Write down which build of torch to install, before any is installed."""
    WANTED_BACKEND.write_text(torch_backend())


def torch_backend() -> str:
    """TORCH_BACKEND; if it is not set, the last choice, so that a plain `make run` does not undo it; else what fits.

    A machine without an NVIDIA driver has no use for CUDA's three gigabytes: it gets the CPU build if the index of such
    builds answers within seconds. uv knows where that is; no address of it stands here.
    """
    chosen = os.environ.get("TORCH_BACKEND", chosen_backend())
    if chosen is not None:
        return chosen
    if has_nvidia_driver():
        return ""
    found = is_reachable("cpu")
    end = (
        "so its CPU build is installed"
        if found
        else "but no index of its CPU build answers: the lock's is installed"
    )
    print(f"torch: no NVIDIA driver here, {end}", flush=True)
    return "cpu" if found else ""


def has_nvidia_driver() -> bool:
    return NVIDIA_DRIVER.exists() or shutil.which("nvidia-smi") is not None


def is_reachable(backend: str) -> bool:
    """Whether uv finds torch's build for this backend; nothing is downloaded but the index's list of torch."""
    lock = ROOT / "requirements/run.txt"
    asked = f"pip install --quiet --dry-run --no-deps --reinstall-package torch --torch-backend {backend}".split()
    where = ["--python", str(BIN / "python"), f"torch=={pinned_torch(lock)}"]
    hasty = with_index_of_pip(os.environ) | {"UV_HTTP_TIMEOUT": str(PROBE_SECONDS), "UV_HTTP_RETRIES": "0"}
    try:
        found = subprocess.run(
            [str(BIN / "uv"), *asked, *where],
            env=hasty,
            capture_output=True,
            check=False,
            timeout=2 * PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0


def chosen_backend() -> str | None:
    """The installed backend; None if no installation has finished."""
    return CHOSEN_BACKEND.read_text() if CHOSEN_BACKEND.exists() else None


def without_torch(lock: str) -> str:
    """The lock without torch and the CUDA libraries that only its default build needs."""
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
