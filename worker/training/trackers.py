"""Learning curves in TensorBoard or Weights & Biases, through accelerate's trackers, where the user has them installed.

In: what the user chose. Out: an accelerator that sends what it is told to log. The store has the curve in any case. A
key for Weights & Biases is that library's own affair and never passes through here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from accelerate import Accelerator

from models.work import Tracker
from worker.training.errors import TrackerMissing

PROJECT = "tekhne"
_PACKAGES = {Tracker.TENSORBOARD: ("tensorboard", "tensorboardX"), Tracker.WANDB: ("wandb",)}
"""Any of which will do."""


def installed(tracker: Tracker) -> bool:
    return any(find_spec(package) is not None for package in _PACKAGES[tracker])


def chosen_trackers(wanted: Tracker | None) -> tuple[Tracker, ...]:
    """The trackers that a training logs to.

    Raises:
        TrackerMissing: the one that is wanted is not installed, or with `all`, none is.
    """
    if wanted is None:
        return ()
    if wanted is Tracker.ALL:
        found = tuple(one for one in _PACKAGES if installed(one))
        if not found:
            raise TrackerMissing(
                "Neither tensorboard nor wandb is installed: install one of them, or leave out log_to."
            )
        return found
    if not installed(wanted):
        raise TrackerMissing(f"{wanted} is not installed: `pip install {wanted}`, or leave out log_to.")
    return (wanted,)


@dataclass(frozen=True, kw_only=True)
class Trackers:
    """Where one training's curve goes besides the store."""

    chosen: tuple[Tracker, ...] = ()
    folder: Path = Path()
    """Where trackers write files; each training has a folder of its own in it."""
    name: str = ""
    """Of the training."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Its options."""

    def accelerator(self, *, cpu: bool) -> Accelerator:
        """One that logs there."""
        if not self.chosen:
            return Accelerator(cpu=cpu)
        accelerator = Accelerator(
            cpu=cpu, log_with=[str(one) for one in self.chosen], project_dir=self.folder / self.name
        )
        plain = {name: value for name, value in self.facts.items() if isinstance(value, int | float | str | bool)}
        accelerator.init_trackers(
            PROJECT,
            config=plain,
            init_kwargs={"wandb": {"name": self.name, "dir": str(self.folder)}},
        )
        return accelerator


NO_TRACKERS = Trackers()
