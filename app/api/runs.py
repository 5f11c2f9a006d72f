"""Runs over the API: list, read, report, create, steer."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.api.accept import JSON, MARKDOWN, preferred
from app.api.specification import RunBody
from app.enqueue import Enqueued
from app.queries.runs import RunHead, RunPage, find_run, list_runs
from app.reports.report import as_dict
from app.runs import steering
from app.runs.creating import create_run
from app.state import state_of
from app.web.downloads import report_markdown_file
from app.web.http import check
from app.web.parameters import QueryRowId, RowId

router = APIRouter(tags=["runs"])


@router.get("/runs")
def runs(
    request: Request, before: QueryRowId | None = None, rows: Annotated[int, Query(ge=1, le=200)] = 50
) -> RunPage:
    """Runs, the newest first; `next_before` is the `before` of the next page."""
    with state_of(request).store.reader() as session:
        return list_runs(session, before=before, rows=rows)


@router.post("/runs", status_code=201)
def new_run(request: Request, body: RunBody, start: bool = True) -> RunHead:
    """Create a run and, unless `start=false`, put it into the queue."""
    app_state = state_of(request)
    with app_state.store.writer() as session:
        run_id = create_run(session, body.as_specification()).id
    if start:
        steering.start(app_state.store, app_state.queue, run_id)
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


@router.post("/runs/{run_id}/{action}", status_code=202)
def steer(request: Request, run_id: RowId, action: Literal["start", "pause", "cancel"]) -> RunHead | Enqueued:
    """Start (or go on with), pause or cancel a run."""
    app_state = state_of(request)
    if action == "start":
        return steering.start(app_state.store, app_state.queue, run_id)
    (steering.pause if action == "pause" else steering.cancel)(app_state.store, app_state.queue, run_id)
    with app_state.store.reader() as session:
        return find_run(session, run_id)


@router.delete("/runs/{run_id}", status_code=204)
def delete(request: Request, run_id: RowId) -> None:
    """Delete a run that is not active, with its results and re-runs."""
    steering.delete(state_of(request).store, run_id)
