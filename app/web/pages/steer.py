"""`POST /runs/{id}/start|pause|cancel|delete` and `/runs/new`: a run made and steered from the browser."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.addresses import run_url
from app.queries.checkpoints import bases_of_critics, list_names
from app.queries.problem_sets import list_set_names
from app.runs import steering
from app.runs.creating import create_run
from app.runs.errors import SpecificationError
from app.runs.specification import RunSpecification, Sampling, arms_of, name_of
from app.state import state_of
from app.web.parameters import RowId
from app.web.respond import render
from models.enums import BudgetRule, CheckpointKind, TestsKind

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class NewRunContext:
    """The page `/runs/new`."""

    bases: tuple[str, ...]
    critics: dict[str, str]
    """Name → the base that it was trained on, with which alone it works."""
    sets: tuple[str, ...]
    given: dict[str, object]
    """What was filled in, by field."""
    fault_field: str
    """The field that cannot be used; empty where nothing is wrong."""
    fault: str


@router.get("/runs/new", name="new_run")
def new_run_page(request: Request) -> Response:
    return _form(request, _DEFAULTS)


@router.post("/runs/new")
def new_run(
    request: Request,
    name: Annotated[str, Form()] = "",
    problem_sets: Annotated[list[str], Form()] = [],  # noqa: B006 - read, never changed
    base: Annotated[str, Form()] = "",
    critics: Annotated[list[str], Form()] = [],  # noqa: B006
    prompted: Annotated[bool, Form()] = False,
    resample: Annotated[bool, Form()] = False,
    ablations: Annotated[bool, Form()] = False,
    samples: Annotated[int, Form()] = 10,
    temperature: Annotated[float, Form()] = 0.8,
    top_p: Annotated[float, Form()] = 0.95,
    max_new_tokens: Annotated[int, Form()] = 512,
    seed: Annotated[int, Form()] = 0,
    rounds: Annotated[int, Form()] = 1,
    feedback: Annotated[TestsKind, Form()] = TestsKind.EXAMPLE,
    ungated: Annotated[bool, Form()] = False,
    budget: Annotated[BudgetRule, Form()] = BudgetRule.EQUAL_SAMPLES,
    limit: Annotated[int | Literal[""], Form()] = "",
) -> Response:
    """Create the run and put it into the queue; a field that cannot be used comes back beside its sentence."""
    app_state = state_of(request)
    sampling = Sampling(temperature=temperature, top_p=top_p, max_new_tokens=max_new_tokens)
    wanted = RunSpecification(
        name=name.strip() or name_of(base, critics, prompted=prompted, resample=resample),
        problem_sets=tuple(problem_sets),
        base=base,
        arms=arms_of(critics, sampling, prompted=prompted, resample=resample, ablations=ablations),
        samples=samples,
        sampling=sampling,
        seed=seed,
        feedback=feedback,
        gated=not ungated,
        rounds=rounds,
        budget=budget,
        limit=None if limit == "" else limit,
    )
    try:
        with app_state.store.writer() as session:
            run_id = create_run(session, wanted).id
    except SpecificationError as error:
        given = {**_DEFAULTS, **_given(wanted, critics, prompted, resample, ablations)}
        return _form(request, given, error.field, str(error))
    steering.start(app_state.store, app_state.queue, run_id)
    return RedirectResponse(run_url(run_id), status_code=303)


@router.post("/runs/{run_id}/{action}")
def steer(request: Request, run_id: RowId, action: Literal["start", "pause", "cancel", "delete"]) -> Response:
    """Steer a run; a run that cannot be steered so says why."""
    app_state = state_of(request)
    if action == "start":
        steering.start(app_state.store, app_state.queue, run_id)
    elif action == "delete":
        steering.delete(app_state.store, run_id)
        return RedirectResponse("/runs", status_code=303)
    else:
        (steering.pause if action == "pause" else steering.cancel)(app_state.store, app_state.queue, run_id)
    return RedirectResponse(run_url(run_id), status_code=303)


_DEFAULTS: dict[str, object] = {
    "name": "",
    "base": "",
    "problem_sets": (),
    "critics": (),
    "prompted": False,
    "resample": True,
    "ablations": False,
    "limit": "",
    "samples": 10,
    "temperature": 0.8,
    "top_p": 0.95,
    "max_new_tokens": 512,
    "seed": 0,
    "rounds": 1,
    "feedback": TestsKind.EXAMPLE,
    "ungated": False,
    "budget": BudgetRule.EQUAL_SAMPLES,
}


def _given(
    wanted: RunSpecification, critics: list[str], prompted: bool, resample: bool, ablations: bool
) -> dict[str, object]:
    same = ("name", "base", "problem_sets", "samples", "seed", "rounds", "feedback", "budget")
    sampling = ("temperature", "top_p", "max_new_tokens")
    return {
        **{field: getattr(wanted, field) for field in same},
        **{field: getattr(wanted.sampling, field) for field in sampling},
        "critics": tuple(critics),
        "prompted": prompted,
        "resample": resample,
        "ablations": ablations,
        "limit": "" if wanted.limit is None else wanted.limit,
        "ungated": not wanted.gated,
    }


def _form(request: Request, given: dict[str, object], fault_field: str = "", fault: str = "") -> Response:
    with state_of(request).store.reader() as session:
        context = NewRunContext(
            bases=list_names(session, CheckpointKind.BASE, CheckpointKind.ENDPOINT),
            critics=bases_of_critics(session),
            sets=list_set_names(session),
            given=given,
            fault_field=fault_field,
            fault=fault,
        )
    return render(request, "pages/new_run.html", context, status=422 if fault else 200)
