"""A checkpoint's folder: written beside its final place and completed by one rename; its record and learning curve.

While a training runs, `OUT.training/` holds its state; `OUT/` appears only when it is complete. `training.json` says
how the checkpoint was made: command, options, data, time, and the same of the checkpoint that it started from.
`curves.json` is its learning curve. Nothing here loads a network library.
"""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from worker.training.errors import FolderError

RECORD = "training.json"
CURVES = "curves.json"
STATE, HOLDER, OWNER, NEW = "resume.pt", "process", "job", "new"
WRITING = f"{STATE}.writing"
"""In the folder of an unfinished training: its state, the process that trains, the job that it is of, the checkpoint
that is being written; and the state that is being written."""


@dataclass(frozen=True, kw_only=True)
class LossPoint:
    """One point of a learning curve."""

    step: int
    split: str
    """`train` (the mean since the last point) or `validation`."""
    loss: float
    """Nats per token."""
    tokens_per_second: float | None


def working_folder(out: Path) -> Path:
    """Where the training of `out` keeps its files until it is complete.

    Raises:
        FolderError: `out` is already there, or what stands in the other's place is of something else: it would be
            removed in the end.
    """
    if out.exists():
        raise FolderError(f"{out} exists already: remove it, or choose another --out.")
    working = out.with_name(f"{out.name}.training")
    if os.path.lexists(working):
        known = {STATE, HOLDER, OWNER, NEW, WRITING}
        others = sorted({file.name for file in working.iterdir()} - known) if working.is_dir() else [working.name]
        if others or working.is_symlink():
            what = f"holds {others[0]}, which is" if others and working.is_dir() else "is"
            raise FolderError(f"{working} {what} of no training: move it away, or choose another --out.")
    return working


def fresh(working: Path) -> Path:
    """An empty `working/new` for the checkpoint; whatever a killed process left there is removed."""
    new = working / NEW
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    return new


def complete(working: Path, out: Path, record: dict[str, Any], points: Sequence[LossPoint]) -> None:
    """Add record and curve to the checkpoint in `working/new`, and move it to `out`."""
    new = working / NEW
    lines = ",\n".join(json.dumps(asdict(point)) for point in points)
    (new / CURVES).write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    (new / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    new.rename(out)
    shutil.rmtree(working)


def read_curves(folder: Path) -> list[LossPoint]:
    """The learning curve of the checkpoint in `folder`; empty where it has none."""
    file = folder / CURVES
    if not file.is_file():
        return []
    return [LossPoint(**fields) for fields in json.loads(file.read_text(encoding="utf-8"))]


def read_record(folder: Path) -> dict[str, Any] | None:
    """How the checkpoint in `folder` was trained, its curve included; None where there is no record."""
    file = folder / RECORD
    if not file.is_file():
        return None
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    record["curve"] = [[point.step, point.split, point.loss] for point in read_curves(folder)]
    return record
