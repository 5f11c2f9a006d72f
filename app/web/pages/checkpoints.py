"""`/checkpoints` and `/checkpoints/{id}`: lineage, training data, learning curves, and the runs that used one.

A form on a checkpoint's page says what a model that was trained elsewhere has read.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.actions.memory_cards import ask_for_card
from app.actions.origins import OriginDeclaration, declare_origins
from app.queries.checkpoints import (
    CheckpointRow,
    CurveRow,
    LineageNode,
    UsedRun,
    find_checkpoint,
    learning_curve,
    lineage,
    used_in,
)
from app.queries.memory_cards import MemoryCardView, cards_of
from app.queries.origins import SetOrigin, forced_trainings, origins_by_set
from app.queries.problem_sets import list_set_names
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
    origins: tuple[SetOrigin, ...]
    """What is known of it and the problems of every set."""
    forced: tuple[tuple[str, str], ...]
    """(checkpoint, slice) for each held-out slice that it, or what it comes from, was trained on by force."""
    set_names: tuple[str, ...]
    points: tuple[CurveRow, ...]
    curve: LossCurve | None
    """None if no training was recorded."""
    runs: tuple[UsedRun, ...]
    cards: tuple[MemoryCardView, ...]
    """What its probabilities show of problem sets."""


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
            origins=origins_by_set(session, checkpoint_id),
            forced=forced_trainings(session, checkpoint_id),
            set_names=list_set_names(session),
            points=points,
            curve=loss_curve(points),
            runs=used_in(session, checkpoint_id),
            cards=cards_of(session, checkpoint_id),
        )
    return render(request, "pages/checkpoint.html", context)


@router.post("/checkpoints/{checkpoint_id}/origins")
def declare(
    request: Request,
    checkpoint_id: RowId,
    says: Annotated[str, Form()] = "",
    problem_set: Annotated[str, Form()] = "",
    cut_off: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
) -> Response:
    """Take down what somebody says of a model's training data."""
    named = {says: [problem_set]} if says and problem_set else {}
    wanted = OriginDeclaration.of(**named, cut_off=cut_off or None, evidence=evidence)
    declare_origins(state_of(request).store, checkpoint_id, wanted)
    return RedirectResponse(f"/checkpoints/{checkpoint_id}#origins", status_code=303)


@router.post("/checkpoints/{checkpoint_id}/memory")
def measure_memory(
    request: Request, checkpoint_id: RowId, problem_set: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Queue a job that measures a memory card."""
    state = state_of(request)
    job = ask_for_card(state.store, state.queue, checkpoint_id, problem_set)
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)
