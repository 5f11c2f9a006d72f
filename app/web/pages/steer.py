"""`/runs/new` and `POST /runs/{id}/start|pause|cancel|delete|unscored`: runs created and steered from the browser.

The form is read into a `RunSpecification`; its limits and defaults come from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.actions.deleting import delete_run
from app.actions.runs import cancel_run, pause_run, start_new_run, start_run
from app.actions.unscored import execute_unscored_again
from app.addresses import run_url
from app.errors import BadRequest
from app.queries.checkpoints import bases_of_critics, list_names
from app.queries.problem_sets import count_problems, list_set_names
from app.reports.claims import plan_in_words, size_in_words
from app.reports.errors import ReportError
from app.state import Session, state_of
from app.web.parameters import RowId, query_of, sent_form
from app.web.respond import render
from models.arm_kinds import ArmOption, arm_options
from models.enums import CheckpointKind
from models.specification import (
    LARGEST_ROW,
    Between,
    RunSpecification,
    Sampling,
    SpecificationError,
    arms_of,
    bounds,
)

router = APIRouter()
SAMPLING = tuple(Sampling.model_fields)
NUMBERS = ("samples", "seed", "rounds", "limit")
TEXTS = ("base", "feedback", "budget", "gate")
LONGEST_NUMBER = 9
PLANNED = {"effect": 5, "rate": 30, "correlation": 0.5}
"""What a plan supposes: effect and pass rate in percent, and the correlation of two samples of a problem."""


@dataclass(frozen=True, kw_only=True)
class NewRunContext:
    """The page `/runs/new`."""

    bases: tuple[str, ...]
    critics: dict[str, str]
    """Name → the base that it was trained on, with which alone it works."""
    sets: tuple[str, ...]
    options: tuple[ArmOption, ...]
    """Arms that can be added besides the critics."""
    limits: dict[str, Between]
    """By field."""
    given: Mapping[str, Any]
    """What was filled in, by field; `options` and `critics` hold the names of those chosen."""
    plan: str
    """What a run of this size can find."""
    fault_field: str
    """The field that cannot be used; empty if nothing is wrong."""
    fault: str


@dataclass(frozen=True, kw_only=True)
class PlanContext:
    """The part of `/runs/new` that follows what is filled in."""

    plan: str


@router.get("/runs/new", name="new_run")
def new_run_page(request: Request) -> Response:
    return _form(request, _defaults())


@router.get("/runs/plan", name="run_plan")
def plan(request: Request) -> Response:
    """What a run finds with the sets, limit and samples of the form, and what would find the wanted effect."""
    query = query_of(request)
    given = {name: values if name == "problem_sets" else values[-1] for name, values in query.items()}
    with state_of(request).store.reader() as session:
        words = _plan(session, {**_defaults(), **given})
    return render(request, "pages/plan.html", PlanContext(plan=words))


@router.post("/runs/new")
def create(request: Request, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    """Create the run and put it into the queue; a field that cannot be used comes back beside its sentence."""
    app_state = state_of(request)
    try:
        run_id = start_new_run(app_state.store, app_state.queue, _read(form))
    except SpecificationError as error:
        return _form(request, _given(form), error)
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


def _read(form: FormData) -> RunSpecification:
    """Raises SpecificationError. An empty field has its default."""
    filled = {name: form[name] for name in (*NUMBERS, *TEXTS) if form.get(name)}
    given = _given(form)
    return RunSpecification.of(
        **filled,
        name=str(form.get("name", "")).strip(),
        problem_sets=given["problem_sets"],
        sampling={name: form[name] for name in SAMPLING if form.get(name)},
        arms=arms_of(given["critics"], given["options"]),
        gated=not given["ungated"],
    )


def _defaults() -> dict[str, Any]:
    fields = (*NUMBERS, "feedback", "budget")
    return {
        **{name: RunSpecification.default(name) for name in fields},
        **{name: Sampling.default(name) for name in SAMPLING},
        **PLANNED,
        "limit": "",
        "gate": "",
        "name": "",
        "base": "",
        "problem_sets": (),
        "critics": (),
        "options": [option.name for option in arm_options() if option.default],
        "ungated": not RunSpecification.default("gated"),
    }


def _plan(session: Session, given: Mapping[str, Any]) -> str:
    """In words; a number that cannot be used is named."""
    try:
        effect, rate, correlation = (float(given[name]) for name in PLANNED)
        samples, limit = int(given["samples"]), int(given["limit"] or LARGEST_ROW)
        sets = [name for name in list_set_names(session) if name in given["problem_sets"]]
        problems = count_problems(session, sets, max(1, min(limit, LARGEST_ROW)))
        wanted = plan_in_words(effect / 100, rate=rate / 100, correlation=correlation)
        if not problems or samples < 1:
            return wanted
        return f"{size_in_words(problems, samples, rate=rate / 100, correlation=correlation)} {wanted}"
    except (ValueError, OverflowError):
        return "Effect, pass rate, correlation, samples and limit are numbers."
    except ReportError as error:
        return str(error)


def _given(form: FormData) -> dict[str, Any]:
    written = {name: form[name] for name in ("name", *NUMBERS, *TEXTS, *SAMPLING) if name in form}
    return {
        **_defaults(),
        **written,
        "problem_sets": form.getlist("problem_sets"),
        "critics": [str(name) for name in form.getlist("critics")],
        "options": [option.name for option in arm_options() if option.name in form],
        "ungated": "ungated" in form,
    }


def _form(request: Request, given: dict[str, Any], error: SpecificationError | None = None) -> Response:
    with state_of(request).store.reader() as session:
        context = NewRunContext(
            bases=list_names(session, CheckpointKind.BASE, CheckpointKind.ENDPOINT),
            critics=bases_of_critics(session),
            sets=list_set_names(session),
            options=tuple(arm_options()),
            limits={
                **{name: bounds(Sampling, name) for name in SAMPLING},
                **{name: bounds(RunSpecification, name) for name in NUMBERS},
            },
            given=given,
            plan=_plan(session, given),
            fault_field=error.field if error else "",
            fault=str(error) if error else "",
        )
    return render(request, "pages/new_run.html", context, status=422 if error else 200)
