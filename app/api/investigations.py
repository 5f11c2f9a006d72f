"""Investigations over the API: list, read, start from a recipe, steer, delete; the report as a file."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.actions.investigations import put_investigation, start_investigation, steer
from app.queries.investigations import (
    InvestigationRow,
    InvestigationView,
    find_investigation_view,
    list_investigations,
)
from app.state import state_of
from app.web.investigation_files import investigation_file
from models.recipe import LARGEST_RECIPE
from models.recipe_presets import read_preset

router = APIRouter(tags=["investigations"])


class NewInvestigation(BaseModel):
    """A recipe under a name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "night-1", "recipe": '[steps.score]\nbase = "demo-base"'}]},
    )

    name: Annotated[str, Field(max_length=60)]
    preset: str = ""
    """A recipe that comes with Tekhne, instead of `recipe`."""
    recipe: Annotated[str, Field(max_length=LARGEST_RECIPE)] = ""
    """The text of a TOML file."""
    change: bool = False
    """Give an investigation of that name this recipe instead of its own."""


@router.get("/investigations")
def investigations(request: Request) -> tuple[InvestigationRow, ...]:
    """The newest hundred."""
    with state_of(request).store.reader() as session:
        return list_investigations(session)


@router.post("/investigations", status_code=201)
def create_investigation(request: Request, body: NewInvestigation, start: bool = True) -> InvestigationView:
    """Check and store the recipe and, unless `start=false`, put it into the queue."""
    app_state = state_of(request)
    text = read_preset(body.preset) if body.preset else body.recipe
    put_investigation(app_state.store, body.name, text, change=body.change)
    if start:
        start_investigation(app_state.store, app_state.queue, body.name)
    return _view(request, body.name)


@router.get("/investigations/{name}")
def investigation(request: Request, name: str) -> InvestigationView:
    """Its steps as they stand, with what each left."""
    return _view(request, name)


@router.get(
    "/investigations/{name}/report.{form}",
    response_class=Response,
    responses={200: {"content": {"text/html": {}, "text/markdown": {}}}},
)
def investigation_report(request: Request, name: str, form: Literal["html", "md"]) -> Response:
    """The report as far as it goes, as one self-contained file."""
    return investigation_file(request, name, form)


@router.post("/investigations/{name}/{action}", status_code=202)
def steer_investigation(
    request: Request, name: str, action: Literal["start", "pause", "cancel"]
) -> InvestigationView:
    """Start or resume, pause or cancel it."""
    app_state = state_of(request)
    steer(app_state.store, app_state.queue, name, action)
    return _view(request, name)


@router.delete("/investigations/{name}", status_code=204)
def delete_investigation(request: Request, name: str) -> None:
    """Delete it; its runs, checkpoints and transcripts stay."""
    app_state = state_of(request)
    steer(app_state.store, app_state.queue, name, "delete")


def _view(request: Request, name: str) -> InvestigationView:
    with state_of(request).store.reader() as session:
        return find_investigation_view(session, name)
