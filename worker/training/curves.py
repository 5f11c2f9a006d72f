"""Learning curves: what was learned when, as points that files and the store keep."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "curves.json"


@dataclass(frozen=True, kw_only=True)
class LossPoint:
    """One look at the loss."""

    step: int
    split: str
    """`train` (mean since the last look) or `validation`."""
    loss: float
    """Nats a token."""
    tokens_per_second: float | None


def write_curves(folder: Path, points: Sequence[LossPoint]) -> None:
    lines = ",\n".join(json.dumps(asdict(point)) for point in points)
    (folder / FILE).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def read_curves(folder: Path) -> list[LossPoint]:
    """The points of a checkpoint folder; none where it has no curves."""
    file = folder / FILE
    return (
        [LossPoint(**fields) for fields in json.loads(file.read_text(encoding="utf-8"))] if file.is_file() else []
    )
