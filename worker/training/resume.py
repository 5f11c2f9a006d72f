"""Surviving a kill: the state of a training in one file, written aside and renamed.

The file holds the trained tensors, the optimizer, the random state, the step and the curve; batches follow from the
step. A state belongs to one command: its fingerprint says which, and another command is refused, not mixed in.
"""

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from worker.training.curves import LossPoint
from worker.training.errors import ResumeError

FILE = "resume.pt"


@dataclass(kw_only=True)
class TrainingState:
    """Where a training stands."""

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
    loss_sum: float = 0.0
    """Of the steps since the last look."""
    loss_steps: int = 0


def save_state(folder: Path, state: TrainingState) -> None:
    """Replace the folder's state at once: a kill at any moment leaves the old one or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{FILE}.writing"
    fields = {**vars(state), "points": [asdict(point) for point in state.points]}
    with aside.open("wb") as file:
        torch.save(fields, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / FILE)


def load_state(folder: Path, fingerprint: str) -> TrainingState | None:
    """The state an interrupted training left in `folder`, or None.

    Raises:
        ResumeError: it was left by another command, or cannot be read.
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
