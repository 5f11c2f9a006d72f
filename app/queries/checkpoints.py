"""Checkpoints: their lineage, training data, learning curve and uses, and which of them a new run can take.

In: a session. Out: frozen rows; the lineage is a forest with the bases as its roots.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.queries import row_of
from models import Arm, Checkpoint, LearningCurvePoint, Run
from models.enums import CheckpointKind, RunKind

LISTED_RUNS = 20
PLOTTED_POINTS = 400


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
    reads_recorded: bool
    """Whether everything that its own training read is recorded."""
    cut_off: str | None
    cut_off_evidence: str
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LineageNode:
    """A checkpoint, and the checkpoints that stand on it or were trained further from it."""

    checkpoint: CheckpointRow
    children: tuple["LineageNode", ...]


@dataclass(frozen=True, kw_only=True)
class CurveRow:
    """One point of a learning curve."""

    step: int
    split: str
    loss: float
    tokens_per_second: float | None


@dataclass(frozen=True, kw_only=True)
class UsedRun:
    """A run that a checkpoint took part in."""

    id: int
    name: str
    created_at: datetime


def lineage(session: Session) -> tuple[LineageNode, ...]:
    """Every checkpoint, each below the one it was trained further from or stands on."""
    rows = [_row(row) for row in session.scalars(select(Checkpoint).order_by(Checkpoint.id))]
    known = {row.id for row in rows}
    children: dict[int | None, list[CheckpointRow]] = defaultdict(list)
    for row in rows:
        above = row.parent_id if row.parent_id is not None else row.base_id
        children[above if above in known and above != row.id else None].append(row)

    def node(row: CheckpointRow) -> LineageNode:
        return LineageNode(checkpoint=row, children=tuple(map(node, children[row.id])))

    return tuple(map(node, children[None]))


def find_checkpoint(session: Session, checkpoint_id: int) -> CheckpointRow:
    """The checkpoint with this id.

    Raises:
        NotFound: there is no such checkpoint.
    """
    row = session.get(Checkpoint, checkpoint_id)
    if row is None:
        raise NotFound(f"There is no checkpoint {checkpoint_id}.")
    return _row(row)


def _row(row: Checkpoint) -> CheckpointRow:
    return row_of(CheckpointRow, row, location=row.shown_location)


def list_names(session: Session, *kinds: CheckpointKind) -> tuple[str, ...]:
    """The names of the checkpoints of these kinds that a new run can take, kind by kind."""
    return tuple(
        name
        for kind in kinds
        for name in session.scalars(
            select(Checkpoint.name)
            .where(Checkpoint.kind == kind, Checkpoint.deleted_at.is_(None))
            .order_by(Checkpoint.name)
        )
    )


def list_names_and_ids(session: Session, kind: CheckpointKind) -> tuple[tuple[int, str], ...]:
    """Id and name of every checkpoint of a kind, deleted ones included: their runs stay."""
    rows = session.execute(
        select(Checkpoint.id, Checkpoint.name).where(Checkpoint.kind == kind).order_by(Checkpoint.name)
    )
    return tuple((number, name) for number, name in rows)


def bases_of_critics(session: Session) -> dict[str, str]:
    """The name of each critic that a new run can take, with the name of its base."""
    base = aliased(Checkpoint)
    rows = session.execute(
        select(Checkpoint.name, base.name)
        .join(base, Checkpoint.base_id == base.id)
        .where(Checkpoint.kind == CheckpointKind.CRITIC, Checkpoint.deleted_at.is_(None))
        .order_by(Checkpoint.name)
    )
    return dict(rows.all())


def learning_curve(session: Session, checkpoint_id: int) -> tuple[CurveRow, ...]:
    """The curve in step order, thinned evenly to about as many points as a plot can show."""
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
    stride = max(1, len(rows) // PLOTTED_POINTS)
    return tuple(CurveRow(step=a, split=b, loss=c, tokens_per_second=d) for a, b, c, d in rows[::stride])


def used_in(session: Session, checkpoint_id: int) -> tuple[UsedRun, ...]:
    """The newest runs that the checkpoint took part in, without re-runs."""
    arms = select(Arm.run_id).where(Arm.checkpoint_id == checkpoint_id)
    rows = session.execute(
        select(Run.id, Run.name, Run.created_at)
        .where(Run.kind != RunKind.RERUN, or_(Run.base_checkpoint_id == checkpoint_id, Run.id.in_(arms)))
        .order_by(Run.id.desc())
        .limit(LISTED_RUNS)
    )
    return tuple(UsedRun(id=i, name=name, created_at=at) for i, name, at in rows)
