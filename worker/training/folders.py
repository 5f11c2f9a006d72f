"""Checkpoint folders: written aside, completed by one rename, and opened again.

While a training runs, `OUT.training/` holds its state; `OUT/` appears only when it is complete. `training.json`
says how it came to be: command, options, data, time, and the same of the checkpoint that it went on from.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from worker.training.curves import LossPoint, read_curves, write_curves
from worker.training.errors import FolderError

RECORD = "training.json"


def working_folder(out: Path) -> Path:
    """Where the training of `out` lives until it is done.

    Raises:
        FolderError: `out` is already there.
    """
    if out.exists():
        raise FolderError(f"{out} exists already: remove it, or choose another --out.")
    return out.with_name(f"{out.name}.training")


def complete(working: Path, out: Path, record: dict[str, Any], points: list[LossPoint]) -> None:
    """Add record and curve to what was written in `working/new`, and make it `out`."""
    new = working / "new"
    write_curves(new, points)
    (new / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    new.rename(out)
    shutil.rmtree(working)


def fresh(working: Path) -> Path:
    """An empty `working/new` to write a checkpoint into; what a kill left half-written there goes."""
    new = working / "new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    return new


def read_record(folder: Path) -> dict[str, Any] | None:
    """How the checkpoint in `folder` was trained, its curve included; None where nobody wrote it down."""
    file = folder / RECORD
    if not file.is_file():
        return None
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    record["curve"] = [[point.step, point.split, point.loss] for point in read_curves(folder)]
    return record
