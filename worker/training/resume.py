"""Surviving a kill: the state of a training in one file, written under another name and then renamed.

The file holds the trained tensors, the optimizers, the random state, the step and the curve; batches follow from the
step. A state belongs to one command, which its fingerprint identifies; any other command is refused. The folder is of
the process that began last: one that was taken for dead, and wakes up, writes nothing over what the next has done.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from worker.training.errors import ResumeError
from worker.training.folders import HOLDER, STATE, WRITING, LossPoint
from worker.training.options import TrainingOptions
from worker.training.rows import TrainingRow


@dataclass(kw_only=True)
class TrainingState:
    """How far a training has come."""

    fingerprint: str
    step: int = 0
    """Steps done."""
    tensors: dict[str, Tensor] = field(default_factory=dict)
    """Trained tensors by name."""
    optimizers: list[dict[str, Any]] = field(default_factory=list)
    random: Tensor = field(default_factory=torch.get_rng_state)
    points: list[LossPoint] = field(default_factory=list)
    best_loss: float = float("inf")
    best_tensors: dict[str, Tensor] = field(default_factory=dict)
    looks_since_best: int = 0
    """Evaluations since the best validation loss."""
    loss_sum: float = 0.0
    """Over the steps since the last evaluation."""
    loss_steps: int = 0


def fingerprint(options: TrainingOptions, start: str, rows: Sequence[TrainingRow]) -> str:
    """One hash over everything that decides the weights; `start` identifies what the training starts from."""
    digest = hashlib.sha256(json.dumps(options.as_dict(), sort_keys=True).encode())
    digest.update(start.encode())
    for row in rows:
        digest.update(f"{row.group}:{row.loss_from}:{row.ids}".encode())
    return digest.hexdigest()


def hold(folder: Path) -> str:
    """Take the folder for this process; returns the word by which it knows the folder as its own."""
    word = uuid.uuid4().hex
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HOLDER).write_text(word, encoding="utf-8")
    return word


def refuse_lost(folder: Path, word: str) -> None:
    """Raise ResumeError where another process has taken the folder, or completed its training.

    Args:
        word: empty in processes that write nothing.
    """
    if word and not _is_held(folder, word):
        raise ResumeError(
            f"Another process goes on with the training in {folder}, or has ended it: this one stops."
        )


def let_go(folder: Path, word: str) -> None:
    """Undo `hold`; a folder in which nothing was saved goes as well."""
    if _is_held(folder, word):
        (folder / HOLDER).unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def _is_held(folder: Path, word: str) -> bool:
    try:
        return (folder / HOLDER).read_text(encoding="utf-8") == word
    except OSError:
        return False


def save_state(folder: Path, state: TrainingState, word: str) -> None:
    """Replace the folder's state in one step: after a kill at any moment, the old one or the new one is there.

    Raises:
        ResumeError: the folder, which `hold` took with `word`, is another process's by now.
    """
    refuse_lost(folder, word)
    aside = folder / WRITING
    fields = {**vars(state), "points": [asdict(point) for point in state.points]}
    with aside.open("wb") as file:
        torch.save(fields, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / STATE)


def load_state(folder: Path, fingerprint: str) -> TrainingState | None:
    """The state that an interrupted training left in `folder`, or None.

    Raises:
        ResumeError: another command left it, or it cannot be read.
    """
    file = folder / STATE
    if not file.is_file():
        return None
    try:
        fields = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ResumeError(f"{file} cannot be read ({error}): remove {folder} to start again.") from error
    if fields["fingerprint"] != fingerprint:
        raise ResumeError(
            f"{folder} holds an interrupted training with other data or options: "
            f"repeat that command to go on, or remove the folder to start again."
        )
    points = [LossPoint(**point) for point in fields.pop("points")]
    return TrainingState(**fields, points=points)
