"""`/investigations` and `/investigations/{name}`: recipes that are followed, how far each is, and its report.

The page shows the report as far as it goes; the same report is a self-contained file, and Markdown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.actions.errors import ActionError
from app.actions.investigations import put_investigation, start_investigation, steer
from app.investigation_reports import read_investigation
from app.queries.health import is_any_worker_alive
from app.queries.investigations import (
    InvestigationRow,
    InvestigationView,
    find_investigation_view,
    list_investigations,
)
from app.reports.investigation import InvestigationReport, LinkedText
from app.state import AppState, state_of
from app.web.investigation_files import investigation_file, reports_of
from app.web.parameters import sent_form
from app.web.rendering.investigation import lay_out, lay_out_loss, page_href
from app.web.respond import render
from models.recipe import RecipeError
from models.recipe_presets import preset_names, read_preset

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class InvestigationsContext:
    """The list of investigations, and the form for a new one."""

    rows: tuple[InvestigationRow, ...]
    presets: tuple[str, ...]
    error: str = ""
    """Why what was sent could not be started."""
    name: str = ""
    preset: str = ""
    recipe: str = ""


@dataclass(frozen=True, kw_only=True)
class InvestigationContext:
    """The page of one investigation."""

    investigation: InvestigationView
    report: InvestigationReport
    workers_alive: bool
    href: Callable[[LinkedText], str]
    """Where a cell of a table leads."""
    lay_out: Callable[..., Any]
    lay_out_loss: Callable[..., Any]


@router.get("/investigations", name="investigations")
def investigations_page(request: Request) -> Response:
    return render(request, "pages/investigations.html", _listed(state_of(request)))


def _listed(app_state: AppState, **sent: str) -> InvestigationsContext:
    with app_state.store.reader() as session:
        rows = list_investigations(session)
    return InvestigationsContext(rows=rows, presets=tuple(preset_names()), **sent)


@router.post("/investigations")
def new_investigation(request: Request, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    """Check the recipe, store it and put it into the queue; a fault stands beside the form, which stays filled in."""
    app_state = state_of(request)
    sent = {field: str(form.get(field, "")).replace("\r\n", "\n") for field in ("name", "preset", "recipe")}
    name = sent["name"].strip()
    try:
        text = read_preset(sent["preset"]) if sent["preset"] else sent["recipe"]
        put_investigation(app_state.store, name, text)
        start_investigation(app_state.store, app_state.queue, name)
    except (ActionError, RecipeError) as error:
        context = _listed(app_state, error=str(error), **sent)
        return render(request, "pages/investigations.html", context, status=422)
    return RedirectResponse(f"/investigations/{name}", status_code=303)


@router.get("/investigations/{name}", name="investigation")
def investigation_page(request: Request, name: str) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        view = find_investigation_view(session, name)
        context = InvestigationContext(
            investigation=view,
            report=read_investigation(session, view, reports_of(app_state)),
            workers_alive=is_any_worker_alive(session),
            href=page_href,
            lay_out=lay_out,
            lay_out_loss=lay_out_loss,
        )
    return render(request, "pages/investigation.html", context)


router.add_api_route("/investigations/{name}/report.{form}", investigation_file)


@router.post("/investigations/{name}/{action}")
def steer_investigation(
    request: Request, name: str, action: Literal["start", "pause", "cancel", "delete"]
) -> Response:
    app_state = state_of(request)
    steer(app_state.store, app_state.queue, name, action)
    target = "/investigations" if action == "delete" else f"/investigations/{name}"
    return RedirectResponse(target, status_code=303)
