"""What the pages Compare, Transcript and Health show and do, over the API."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.errors import BadRequest
from app.queries.health import RulerRow, WorkerRow, list_rulers, list_workers
from app.queries.jobs import count_jobs_by_state
from app.queries.runs import find_run
from app.queries.transcripts import TranscriptView
from app.reports.errors import NoSuchArm
from app.reports.report import as_dict
from app.state import ComparedArm, state_of
from app.web.pages.transcripts import mark
from app.web.parameters import QueryRowId, RowId
from models.enums import JobState, TranscriptState

router = APIRouter(tags=["house-keeping"])
ArmName = Annotated[str | None, Query(examples=["base"], description="The run's first arm where none is named.")]


class MarkBody(BaseModel):
    """What a person says of a transcript."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"state": "bad", "reason": "the reflection is wrong"}]}
    )

    state: TranscriptState
    reason: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, kw_only=True)
class HealthView:
    """Who works, what waits, and which rulers judged."""

    workers: tuple[WorkerRow, ...]
    jobs: dict[JobState, int]
    rulers: tuple[RulerRow, ...]


@router.get("/compare", response_model=None)
def compare(
    request: Request, a: QueryRowId, b: QueryRowId, arm_a: ArmName = None, arm_b: ArmName = None
) -> dict[str, Any]:
    """One arm of run `a` against one of run `b`: the paired table, its exact test, and every flip."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        left, right = ComparedArm(find_run(session, a), arm_a), ComparedArm(find_run(session, b), arm_b)
        try:
            found = app_state.comparison(session, left, right)
        except NoSuchArm as error:
            raise BadRequest(str(error)) from error
    return dict(json.loads(json.dumps(as_dict(found))))


@router.post("/transcripts/{transcript_id}/mark")
def mark_transcript(request: Request, transcript_id: RowId, body: MarkBody) -> TranscriptView:
    """Leave a verified lesson out of training, or take it back in."""
    return mark(state_of(request), transcript_id, body.state, body.reason)


@router.get("/health")
def health(request: Request) -> HealthView:
    with state_of(request).store.reader() as session:
        return HealthView(
            workers=list_workers(session), jobs=count_jobs_by_state(session), rulers=list_rulers(session)
        )
