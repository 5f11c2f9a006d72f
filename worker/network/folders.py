"""Models as folders of files: found, named by their content, counted and written whole, without a network library.

In: folders or hub ids. Out: paths, hashes and sizes. What loads a model is `checkpoints`; this file is read by the
web process's machine too, where torch need not be.
"""

import hashlib
import json
import math
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.network.errors import ModelUnusable

DELTA_FILE = "critic.safetensors"
DELTA_CONFIG = "critic.json"
WEIGHT_PATTERNS = ("*.safetensors", "*.bin")


@dataclass(frozen=True, kw_only=True)
class DeltaConfig:
    """What stands beside a delta's tensors."""

    base_hash: str
    """`folder_hash` of the base."""
    base_name: str
    """For people only."""
    new_layers: int
    training: dict[str, Any]


def resolve(name: str) -> Path:
    """The folder of a model: `name` itself, or the hub's snapshot of it (`HF_ENDPOINT` is honoured).

    Raises:
        ModelUnusable: neither a folder nor something the hub has.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if name.startswith((".", "/", "~")):
        raise ModelUnusable(f"{name} is no folder: give a model's folder or a hub id.")
    return _from_hub(name)


def _from_hub(name: str) -> Path:
    try:
        # Only here: a folder needs no hub, and its library comes with the extra `worker`.
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ModuleNotFoundError as error:
        raise ModelUnusable(
            f"{name} is no folder here, and huggingface_hub is not installed: "
            "`make run` in the checkout sets up everything."
        ) from error
    try:
        return Path(snapshot_download(name))
    # A repository or file that is not there is one of these as well.
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelUnusable(f"{name} is no folder here, and the hub does not give it ({reason}).") from error


def read_config(folder: Path) -> dict[str, Any]:
    """A model's config.json.

    Raises:
        ModelUnusable: it is missing or no JSON object.
    """
    file = folder / "config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelUnusable(
            f"{folder} holds no config.json: is it a model's folder, and the download complete?"
        ) from error
    except ValueError as error:
        raise ModelUnusable(f"{file} is no JSON ({error}): is the download complete?") from error
    if not isinstance(config, dict):
        raise ModelUnusable(f"{file} is no JSON object: is it a model's folder?")
    return config


def folder_hash(folder: Path) -> str:
    """SHA-256 over config and weights of a model's folder: what a delta names its base by."""
    weights = sorted(path for pattern in WEIGHT_PATTERNS for path in folder.glob(pattern))
    if not weights:
        raise ModelUnusable(f"{folder} holds no weights (*.safetensors or *.bin): is the download complete?")
    digest = hashlib.sha256()
    for path in (folder / "config.json", *weights):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def read_delta_config(folder: Path) -> DeltaConfig:
    """Raises ModelUnusable where the folder holds no delta."""
    try:
        return DeltaConfig(**json.loads((folder / DELTA_CONFIG).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnusable(f"{folder} holds no critic ({DELTA_CONFIG} is missing or cannot be read).") from error


def delta_hash(folder: Path) -> str:
    """SHA-256 over a critic's tensors and what it stands on."""
    digest = hashlib.sha256(json.dumps([read_delta_config(folder).base_hash]).encode())
    digest.update((folder / DELTA_FILE).read_bytes())
    return digest.hexdigest()


def numbers_in(folder: Path) -> int:
    """How many numbers the folder's safetensors files hold, by their headers."""
    return sum(_numbers_of(file) for file in folder.glob("*.safetensors"))


def _numbers_of(file: Path) -> int:
    """A safetensors file begins with the length of a JSON object that gives each tensor's shape."""
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        try:
            # A wrong length may name more than any memory holds.
            header = json.loads(opened.read(min(length, file.stat().st_size)))
            tensors = [tensor for name, tensor in header.items() if name != "__metadata__"]
            if file.stat().st_size < 8 + length + max(
                (tensor["data_offsets"][1] for tensor in tensors), default=0
            ):
                raise ValueError("it ends before its tensors do")
            return sum(math.prod(tensor["shape"]) for tensor in tensors)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ModelUnusable(f"{file} cannot be read as safetensors: is the download complete?") from error


class written_aside:  # noqa: N801 - reads as what it does: `with written_aside(folder) as aside`
    """A folder that is filled beside its place and renamed into it at the end, replacing what was there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Path:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._aside = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=self._folder.parent))
        return self._aside

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            shutil.rmtree(self._aside, ignore_errors=True)
            return
        self._aside.chmod(0o755)
        old = self._folder.with_name(f".{self._folder.name}-old")
        shutil.rmtree(old, ignore_errors=True)
        if self._folder.exists():
            self._folder.rename(old)
        self._aside.rename(self._folder)
        shutil.rmtree(old, ignore_errors=True)
