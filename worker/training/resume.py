"""Surviving a kill: the state of a training in one file, written under another name and then renamed.

The file holds the trained tensors, the optimizers, the random state, the step and the curve; batches follow from the
step. A state belongs to one command, which its fingerprint identifies; any other command is refused.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from worker.training.errors import ResumeError
from worker.training.folders import LossPoint
from worker.training.options import TrainingOptions
from worker.training.rows import TrainingRow

FILE = "resume.pt"


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


def save_state(folder: Path, state: TrainingState) -> None:
    """Replace the folder's state in one step: after a kill at any moment, the old one or the new one is there."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{FILE}.writing"
    fields = {**vars(state), "points": [asdict(point) for point in state.points]}
    with aside.open("wb") as file:
        torch.save(fields, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / FILE)


def load_state(folder: Path, fingerprint: str) -> TrainingState | None:
    """The state that an interrupted training left in `folder`, or None.

    Raises:
        ResumeError: another command left it, or it cannot be read.
    """
    file = folder / FILE
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
