"""Labels over the API: the reviews of a run, their counts and agreement, and reviews to store."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.actions.labels import MOST_ROWS, ImportedReviews, save_reviews
from app.queries.label_queue import ArmQueue, queues
from app.queries.labels import LabelRow, count_labels, find_reviews, labels_version, reviewed_programs
from app.queries.runs import find_run
from app.reports.label_agreement import PairAgreement, agreements
from app.reports.reviews import ReviewView
from app.state import state_of
from app.web.http import check
from app.web.parameters import RowId
from models.enums import ReviewState
from models.labels import SEPARATOR, tidied, why_no_label

router = APIRouter(tags=["labels"])
LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class RunLabels:
    """What people think of a run's programs."""

    labels: tuple[LabelRow, ...]
    queues: tuple[ArmQueue, ...]
    """How many failures of each arm somebody has labelled."""
    agreements: tuple[PairAgreement, ...]
    reviews: tuple[ReviewView, ...]


class ReviewBody(BaseModel):
    """One reviewer's review of one program; it replaces what this reviewer said of it before."""

    model_config = ConfigDict(extra="forbid")

    task_id: Annotated[str, Field(max_length=LONGEST_TEXT, examples=["HumanEval/3"])]
    problem_version: Annotated[str, Field(max_length=64)] = ""
    """The first digits of the content hash, where two problems of the run share a task id."""
    arm: Annotated[str, Field(max_length=LONGEST_TEXT, examples=["base"])]
    sample: Annotated[int, Field(ge=0, le=1_000_000)]
    round: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """0 for a draft."""
    reviewer: Annotated[str, Field(max_length=LONGEST_TEXT, examples=["Ada"])]
    labels: Annotated[tuple[str, ...], Field(examples=[["off by one"]])] = ()
    state: ReviewState = ReviewState.DONE
    note: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""

    @field_validator("labels")
    @classmethod
    def _are_labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for name in labels:
            if why := why_no_label(tidied(name)):
                raise ValueError(why)
        return labels


@router.get("/runs/{run_id}/labels")
def labels(request: Request, response: Response, run_id: RowId) -> RunLabels:
    """Every review of the run, with the counts and the agreement that the page shows."""
    with state_of(request).store.reader() as session:
        run = find_run(session, run_id)
        check(request, response, "labels", run_id, run.version, labels_version(session, run_id))
        reviews = find_reviews(session, run_id)
        return RunLabels(
            labels=count_labels(run, reviews),
            queues=queues(session, run, ""),
            agreements=agreements(reviewed_programs(reviews)),
            reviews=reviews,
        )


@router.post("/runs/{run_id}/labels")
def store_reviews(
    request: Request, run_id: RowId, body: Annotated[tuple[ReviewBody, ...], Field(max_length=MOST_ROWS)]
) -> ImportedReviews:
    """Store reviews, all or none of them; one without labels, note and state `open` takes a review back."""
    rows = [(f"Review {number}", _row(one)) for number, one in enumerate(body, 1)]
    return save_reviews(state_of(request).store, run_id, rows)


def _row(one: ReviewBody) -> dict[str, str]:
    texts = {name: str(value) for name, value in one.model_dump(exclude={"labels"}).items()}
    return {**texts, "labels": f"{SEPARATOR} ".join(one.labels)}
