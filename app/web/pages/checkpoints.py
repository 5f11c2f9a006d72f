"""`/checkpoints` and `/checkpoints/{id}`: lineage, training data, learning curves, and the runs that used one."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.checkpoints import (
    CheckpointRow,
    CurveRow,
    LineageNode,
    SeenSet,
    UsedRun,
    find_checkpoint,
    learning_curve,
    lineage,
    seen_sets,
    used_in,
)
from app.state import state_of
from app.web.parameters import RowId
from app.web.rendering.plot import LossCurve, loss_curve
from app.web.respond import render

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class CheckpointsContext:
    """The page `/checkpoints`."""

    branches: tuple[LineageNode, ...]


@dataclass(frozen=True, kw_only=True)
class CheckpointContext:
    """The page of one checkpoint."""

    checkpoint: CheckpointRow
    base: CheckpointRow | None
    parent: CheckpointRow | None
    seen: tuple[SeenSet, ...]
    points: tuple[CurveRow, ...]
    curve: LossCurve | None
    """None if no training was recorded."""
    runs: tuple[UsedRun, ...]


@router.get("/checkpoints", name="checkpoints")
def checkpoints_page(request: Request) -> Response:
    with state_of(request).store.reader() as session:
        context = CheckpointsContext(branches=lineage(session))
    return render(request, "pages/checkpoints.html", context)


@router.get("/checkpoints/{checkpoint_id}", name="checkpoint")
def checkpoint_page(request: Request, checkpoint_id: RowId) -> Response:
    with state_of(request).store.reader() as session:
        found = find_checkpoint(session, checkpoint_id)
        points = learning_curve(session, checkpoint_id)
        context = CheckpointContext(
            checkpoint=found,
            base=find_checkpoint(session, found.base_id) if found.base_id else None,
            parent=find_checkpoint(session, found.parent_id) if found.parent_id else None,
            seen=seen_sets(session, checkpoint_id),
            points=points,
            curve=loss_curve(points),
            runs=used_in(session, checkpoint_id),
        )
    return render(request, "pages/checkpoint.html", context)
