"""Models as folders of files: finding them, hashing them, counting their parameters, and writing them atomically.

In: folders or hub ids. Out: paths, hashes and sizes. Models are loaded in `checkpoints.py`. This module also serves
machines without the extra `worker`: it imports no network library, and a hub's only when it asks one.
"""

import hashlib
import json
import math
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.network.errors import ModelUnusable

DELTA_FILE = "critic.safetensors"
DELTA_CONFIG = "critic.json"
WEIGHTS = "*.safetensors"
"""Pickled weights (`*.bin`) can run code when they are loaded, so they are not taken."""
TOKENIZER_FILES = (
    "tokenizer*", "vocab.*", "merges.txt", "spiece.model", "*.tiktoken", "special_tokens_map.json", "added_tokens.json",
    "chat_template*", "additional_chat_templates/*",
)  # fmt: skip
"""Everything that decides which tokens a text becomes, and how a chat is written down."""


@dataclass(frozen=True, kw_only=True)
class DeltaConfig:
    """The file beside a delta's tensors."""

    base_hash: str
    """`folder_hash` of the base."""
    base_name: str
    """For messages only."""
    new_layers: int
    training: dict[str, Any]


def resolve(name: str) -> Path:
    """The folder of a model: `name` itself, or the hub's snapshot of it (`HF_ENDPOINT` names another hub).

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
        # Imported late: a folder needs no hub, and the client library comes with the extra `worker`.
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ModuleNotFoundError as error:
        raise ModelUnusable(
            f"{name} is no folder here, and huggingface_hub is not installed: "
            "`make run` in the checkout sets up everything."
        ) from error
    try:
        return Path(snapshot_download(name))
    # A missing repository or file raises one of these as well.
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
    """SHA-256 over config and weights of a model's folder: by it a delta names its base, and a store its checkpoint."""
    weights = sorted(folder.glob(WEIGHTS))
    if not weights:
        pickled = any(folder.glob("*.bin"))
        advice = "its *.bin can run code when loaded: convert them" if pickled else "is the download complete?"
        raise ModelUnusable(f"{folder} holds no weights in safetensors ({WEIGHTS}): {advice}.".replace("?.", "?"))
    return _hash_of((folder / "config.json", *weights))


def tokenizer_hash(folder: Path) -> str:
    """SHA-256 over the tokenizer's files; empty where there are none. `folder_hash` does not cover them, because
    deltas, archives and older stores know a base by it."""
    files = sorted({path for pattern in TOKENIZER_FILES for path in folder.glob(pattern) if path.is_file()})
    return _hash_of(files) if files else ""


def with_tokenizer(weights: str, tokenizer: str) -> str:
    """The hash of a base whose weights are registered with another tokenizer as well, from those of both."""
    return hashlib.sha256(f"{weights}:{tokenizer}".encode()).hexdigest()


def _hash_of(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
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
    """How many parameters the folder's safetensors files hold, by their headers."""
    return sum(_numbers_of(file) for file in folder.glob("*.safetensors"))


def _numbers_of(file: Path) -> int:
    """A safetensors file begins with the length of a JSON object that gives each tensor's shape."""
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        try:
            # A damaged length may be larger than any memory.
            header = json.loads(opened.read(min(length, file.stat().st_size)))
            tensors = [tensor for name, tensor in header.items() if name != "__metadata__"]
            if file.stat().st_size < 8 + length + max(
                (tensor["data_offsets"][1] for tensor in tensors), default=0
            ):
                raise ValueError("it ends before its tensors do")
            return sum(math.prod(tensor["shape"]) for tensor in tensors)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ModelUnusable(f"{file} cannot be read as safetensors: is the download complete?") from error


@contextmanager
def written_aside(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`, renamed to it at the end; an exception leaves what was there before."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield aside
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    aside.chmod(0o755)
    old = folder.with_name(f".{folder.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
