"""`POST /runs/{id}/start|pause|cancel|delete|describe|unscored`: runs steered and described from the browser."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.actions.deleting import delete_run
from app.actions.runs import RunDescription, cancel_run, describe_run, pause_run, start_run
from app.actions.unscored import execute_unscored_again
from app.addresses import run_url
from app.errors import BadRequest
from app.state import state_of
from app.web.parameters import RowId, sent_form

router = APIRouter()
LONGEST_NUMBER = 9


@router.post("/runs/{run_id}/describe")
def describe(request: Request, run_id: RowId, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    """Name, describe, tag and pin the run."""
    given = {name: str(form.get(name, "")) for name in ("name", "note", "tags")}
    said = RunDescription.of(**given, pinned="pinned" in form)
    describe_run(state_of(request).store, run_id, said)
    return RedirectResponse(run_url(run_id), status_code=303)


@router.post("/runs/{run_id}/unscored")
def execute_unscored(request: Request, run_id: RowId, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    """Execute unscored samples again: all, or those of the fields `arm`, `problem` and `sample`."""
    app_state = state_of(request)
    numbers = {name: str(form.get(name, "")) for name in ("problem", "sample")}
    if any(
        text and not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER)
        for text in numbers.values()
    ):
        raise BadRequest("A problem and a sample are whole numbers.")
    problem, sample = (int(text) if text else None for text in numbers.values())
    arm = str(form.get("arm", "")) or None
    execute_unscored_again(app_state.store, app_state.queue, run_id, arm=arm, problem_id=problem, sample=sample)
    return RedirectResponse(run_url(run_id), status_code=303)


@router.post("/runs/{run_id}/{action}")
def steer(request: Request, run_id: RowId, action: Literal["start", "pause", "cancel", "delete"]) -> Response:
    """Steer a run; the answer says why if its state does not allow that."""
    app_state = state_of(request)
    match action:
        case "start":
            start_run(app_state.store, app_state.queue, run_id)
        case "pause":
            pause_run(app_state.store, run_id)
        case "cancel":
            cancel_run(app_state.store, run_id)
        case "delete":
            delete_run(app_state.store, run_id)
            app_state.remover.ask()
            return RedirectResponse("/runs", status_code=303)
    return RedirectResponse(run_url(run_id), status_code=303)
