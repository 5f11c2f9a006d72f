"""Runs over the API: list, read, report, compare, create, steer."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.deleting import delete_run
from app.actions.jobs import Enqueued
from app.actions.runs import (
    LONGEST_TAG,
    RunDescription,
    cancel_run,
    describe_run,
    new_run,
    pause_run,
    start_new_run,
    start_run,
)
from app.actions.unscored import TakenAgain, execute_unscored_again
from app.api.requests import JSON, MARKDOWN, preferred
from app.errors import BadRequest
from app.queries.runs import RunHead, RunPage, find_run, list_runs
from app.reports.errors import NoSuchArm
from app.reports.report import as_dict
from app.state import ComparedArm, state_of
from app.web.downloads import report_markdown_file
from app.web.http import check
from app.web.parameters import QueryRowId, RowId
from models.specification import RunSpecification

router = APIRouter(tags=["runs"])
ArmName = Annotated[str | None, Query(examples=["base"], description="The run's first arm where none is named.")]


@router.get("/runs")
def runs(
    request: Request,
    before: QueryRowId | None = None,
    rows: Annotated[int, Query(ge=1, le=200)] = 50,
    tag: Annotated[str, Query(max_length=LONGEST_TAG, description="Only runs with this tag.")] = "",
) -> RunPage:
    """Runs, the newest first; `next_before` is the `before` of the next page."""
    with state_of(request).store.reader() as session:
        return list_runs(session, before=before, rows=rows, tag=tag)


@router.post("/runs", status_code=201)
def create(request: Request, body: RunSpecification, start: bool = True) -> RunHead:
    """Create a run and, unless `start=false`, put it into the queue."""
    app_state = state_of(request)
    run_id = start_new_run(app_state.store, app_state.queue, body) if start else new_run(app_state.store, body)
    with app_state.store.reader() as session:
        return find_run(session, run_id)


@router.get("/runs/{run_id}")
def run(request: Request, response: Response, run_id: RowId) -> RunHead:
    with state_of(request).store.reader() as session:
        found = find_run(session, run_id)
    check(request, response, "run", run_id, found.version)
    return found


@router.get("/runs/{run_id}/report", response_model=None)
def report(request: Request, response: Response, run_id: RowId) -> dict[str, Any] | Response:
    """All statistics of the run: the tree that the run's page draws. Markdown to `Accept: text/markdown`."""
    if preferred(request, (JSON, MARKDOWN)) == MARKDOWN:
        return report_markdown_file(request, run_id)
    response.headers["Vary"] = "Accept"
    app_state = state_of(request)
    with app_state.store.reader() as session:
        found = find_run(session, run_id)
        check(request, response, "report", run_id, found.version)
        # Estimates hold NaN-free floats only, so this is plain JSON.
        return dict(json.loads(json.dumps(as_dict(app_state.report(session, found)))))


@router.post("/runs/{run_id}/unscored", status_code=202)
def execute_unscored(
    request: Request,
    run_id: RowId,
    arm: Annotated[str | None, Query(description="Only this arm, with the drafts that it repairs.")] = None,
    problem: QueryRowId | None = None,
    sample: Annotated[int | None, Query(ge=0, le=1_000_000, description="Counted from 0.")] = None,
) -> TakenAgain:
    """Execute unscored samples again: all of the run, of an arm, of a problem, or one."""
    app_state = state_of(request)
    return execute_unscored_again(
        app_state.store, app_state.queue, run_id, arm=arm, problem_id=problem, sample=sample
    )


@router.patch("/runs/{run_id}")
def describe(request: Request, run_id: RowId, body: RunDescription) -> RunHead:
    """Name, describe (`note`), tag and pin a run; what is left out stays as it is."""
    app_state = state_of(request)
    describe_run(app_state.store, run_id, body)
    with app_state.store.reader() as session:
        return find_run(session, run_id)


@router.post("/runs/{run_id}/{action}", status_code=202)
def steer(request: Request, run_id: RowId, action: Literal["start", "pause", "cancel"]) -> RunHead | Enqueued:
    """Start or resume, pause or cancel a run."""
    app_state = state_of(request)
    if action == "start":
        return start_run(app_state.store, app_state.queue, run_id)
    (pause_run if action == "pause" else cancel_run)(app_state.store, run_id)
    with app_state.store.reader() as session:
        return find_run(session, run_id)


@router.delete("/runs/{run_id}", status_code=204)
def delete(request: Request, run_id: RowId) -> None:
    """Delete a run that is not active, with its results and re-runs."""
    app_state = state_of(request)
    delete_run(app_state.store, run_id)
    app_state.remover.ask()


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
