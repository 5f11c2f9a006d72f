"""Checkpoints: where each came from, what it was trained on, how its training went, where it was used.

In: a session. Out: frozen rows; the lineage as a forest of bases with what grew from them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from models import Arm, Checkpoint, LearningCurvePoint, ProblemSet, ProblemSetOrigin, ProblemSetVersion, Run
from models.enums import CheckpointKind, Origin, RunKind

LISTED_RUNS = 20
MOST_POINTS = 400


@dataclass(frozen=True, kw_only=True)
class CheckpointRow:
    id: int
    name: str
    kind: CheckpointKind
    location: str
    content_hash: str
    base_id: int | None
    parent_id: int | None
    layers: int | None
    parameters: int | None
    training: dict[str, Any]
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A checkpoint and what stands on it or went on from it."""

    checkpoint: CheckpointRow
    children: tuple["Branch", ...]


@dataclass(frozen=True, kw_only=True)
class SeenSet:
    name: str
    version: int
    origin: Origin
    evidence: str


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    step: int
    split: str
    loss: float
    tokens_per_second: float | None


@dataclass(frozen=True, kw_only=True)
class UsedRun:
    id: int
    name: str
    created_at: datetime


def lineage(session: Session) -> tuple[Branch, ...]:
    """Every checkpoint, each below the one it was trained from or stands on."""
    rows = [_row(row) for row in session.scalars(select(Checkpoint).order_by(Checkpoint.id))]
    known = {row.id for row in rows}
    children: dict[int | None, list[CheckpointRow]] = {}
    for row in rows:
        above = row.parent_id if row.parent_id is not None else row.base_id
        children.setdefault(above if above in known and above != row.id else None, []).append(row)

    def grow(row: CheckpointRow) -> Branch:
        return Branch(checkpoint=row, children=tuple(grow(child) for child in children.get(row.id, ())))

    return tuple(grow(row) for row in children.get(None, ()))


def find_checkpoint(session: Session, checkpoint_id: int) -> CheckpointRow:
    """Raises NotFound where there is none."""
    row = session.get(Checkpoint, checkpoint_id)
    if row is None:
        raise NotFound(f"There is no checkpoint {checkpoint_id}.")
    return _row(row)


def seen_sets(session: Session, checkpoint_id: int) -> tuple[SeenSet, ...]:
    rows = session.execute(
        select(ProblemSet.name, ProblemSetVersion.number, ProblemSetOrigin.origin, ProblemSetOrigin.evidence)
        .select_from(ProblemSetOrigin)
        .join(ProblemSetVersion, ProblemSetOrigin.version_id == ProblemSetVersion.id)
        .join(ProblemSet)
        .where(ProblemSetOrigin.checkpoint_id == checkpoint_id)
        .order_by(ProblemSet.name, ProblemSetVersion.number)
    )
    return tuple(SeenSet(name=name, version=number, origin=o, evidence=e) for name, number, o, e in rows)


def learning_curve(session: Session, checkpoint_id: int) -> tuple[CurvePoint, ...]:
    """The curve in step order, thinned evenly to what a plot can show."""
    rows = session.execute(
        select(
            LearningCurvePoint.step,
            LearningCurvePoint.split,
            LearningCurvePoint.loss,
            LearningCurvePoint.tokens_per_second,
        )
        .where(LearningCurvePoint.checkpoint_id == checkpoint_id)
        .order_by(LearningCurvePoint.step)
    ).all()
    stride = max(1, len(rows) // MOST_POINTS)
    return tuple(CurvePoint(step=a, split=b, loss=c, tokens_per_second=d) for a, b, c, d in rows[::stride])


def used_in(session: Session, checkpoint_id: int) -> tuple[UsedRun, ...]:
    """The newest published runs that the checkpoint took part in."""
    arms = select(Arm.run_id).where(Arm.checkpoint_id == checkpoint_id)
    rows = session.execute(
        select(Run.id, Run.name, Run.created_at)
        .where(Run.kind != RunKind.RERUN, or_(Run.base_checkpoint_id == checkpoint_id, Run.id.in_(arms)))
        .order_by(Run.id.desc())
        .limit(LISTED_RUNS)
    )
    return tuple(UsedRun(id=i, name=name, created_at=at) for i, name, at in rows)


def _row(row: Checkpoint) -> CheckpointRow:
    return CheckpointRow(**{name: getattr(row, name) for name in CheckpointRow.__dataclass_fields__})
