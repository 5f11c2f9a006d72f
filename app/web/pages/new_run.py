"""`/runs/new`: the form of a new run, with what it will cost and what it can show before it is started.

The form is read into a `RunSpecification`; its limits and defaults come from there. It begins with what fits the
store, or with the fields of an earlier run (`?from=ID`). `/runs/plan` is the part that follows what is filled in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.actions.runs import start_new_run
from app.addresses import run_url
from app.queries.checkpoints import bases_of_critics, list_names
from app.queries.new_runs import cloned_fields, critics_of, read_pace, suggested_fields
from app.queries.problem_sets import count_problems, list_set_names
from app.reports.claims import plan_in_words, size_in_words
from app.reports.errors import ReportError
from app.state import Session, state_of
from app.web.parameters import query_of, row_id, sent_form
from app.web.rendering.text import THIN_SPACE, count, plural, seconds
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
LISTS = ("problem_sets", "critics")
PLANNED = {"effect": 5, "rate": 30, "correlation": 0.5}
"""What a plan supposes: effect and pass rate in percent, and the correlation of two samples of a problem."""
MOST_SAMPLES = 10**12
"""A run of more programs than this has no time that can be said."""


@dataclass(frozen=True, kw_only=True)
class RunOutlook:
    """What the form says about the run that it would start."""

    name: str
    """Its name where none is given."""
    cost: str
    """How many programs, and about how long; empty while no problem set is chosen."""
    finds: str
    """The smallest difference that it shows, and what would find the wanted one."""
    fault: str
    """Why neither can be said; empty as a rule."""


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
    plan: RunOutlook
    fault_field: str
    """The field that cannot be used; empty if nothing is wrong."""
    fault: str


@dataclass(frozen=True, kw_only=True)
class PlanContext:
    """The parts of `/runs/new` that follow what is filled in."""

    plan: RunOutlook
    critics: dict[str, str]
    given: Mapping[str, Any]
    other_base: bool
    """Whether another base was chosen, so that other critics are offered."""


@router.get("/runs/new", name="new_run")
def new_run_page(request: Request) -> Response:
    """The form, filled in with what fits the store, an earlier run's fields (`from`), and what the address names."""
    query = query_of(request)
    with state_of(request).store.reader() as session:
        given = {**_defaults(), **suggested_fields(session)}
        if "from" in query:
            given |= cloned_fields(session, row_id(query["from"][-1]) or 0)
    return _form(request, {**given, **_named(query)})


@router.get("/runs/plan", name="run_plan")
def plan(request: Request) -> Response:
    """What the run of the form would be called, would cost and would find; and the critics of its base."""
    query = query_of(request)
    given = {**_defaults(), **_named(query), "options": [one.name for one in arm_options() if one.name in query]}
    with state_of(request).store.reader() as session:
        critics = bases_of_critics(session)
        other_base = "listed_base" in query and given["base"] != query["listed_base"][-1]
        if other_base:
            given["critics"] = critics_of(critics, given["base"])
        context = PlanContext(plan=_plan(session, given), critics=critics, given=given, other_base=other_base)
    return render(request, "pages/plan.html", context)


@router.post("/runs/new")
def create(request: Request, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    """Create the run and put it into the queue; a field that cannot be used comes back beside its sentence."""
    app_state = state_of(request)
    given = _given(form)
    try:
        wanted = _specification(
            {name: value for name, value in given.items() if name in form or name in LISTS}, given
        )
        run_id = start_new_run(app_state.store, app_state.queue, wanted)
    except SpecificationError as error:
        return _form(request, given, error)
    return RedirectResponse(run_url(run_id), status_code=303)


def _specification(filled: Mapping[str, Any], given: Mapping[str, Any]) -> RunSpecification:
    """Raises SpecificationError. An empty field has its default."""
    return RunSpecification.of(
        **{name: filled[name] for name in (*NUMBERS, *TEXTS) if filled.get(name)},
        name=str(filled.get("name", "")).strip(),
        problem_sets=given["problem_sets"],
        sampling={name: filled[name] for name in SAMPLING if filled.get(name)},
        arms=arms_of(given["critics"], given["options"]),
        gated=not given["ungated"],
        token_confidence=not given["no_tokens"],
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
        "no_tokens": not RunSpecification.default("token_confidence"),
    }


def _named(query: Mapping[str, list[str]]) -> dict[str, Any]:
    """What an address names of the form."""
    single = ("name", *NUMBERS, *TEXTS, *SAMPLING, *PLANNED)
    return {
        **{name: query[name][-1] for name in single if name in query},
        **{name: query[name] for name in LISTS if name in query},
    }


def _given(form: FormData) -> dict[str, Any]:
    written = {name: form[name] for name in ("name", *NUMBERS, *TEXTS, *SAMPLING) if name in form}
    return {
        **_defaults(),
        **written,
        **{name: [str(one) for one in form.getlist(name)] for name in LISTS},
        "options": [option.name for option in arm_options() if option.name in form],
        "ungated": "ungated" in form,
        "no_tokens": "no_tokens" in form,
    }


def _plan(session: Session, given: Mapping[str, Any]) -> RunOutlook:
    """In words; a number that cannot be used is named."""
    arms = arms_of(given["critics"], given["options"])
    try:
        named = tuple(given["problem_sets"]) or ("…",)
        name = RunSpecification.of(problem_sets=named, base=given["base"], arms=arms).label
    except SpecificationError:
        name = ""
    try:
        effect, rate, correlation = (float(given[one]) for one in PLANNED)
        samples, rounds, limit = int(given["samples"]), int(given["rounds"]), int(given["limit"] or LARGEST_ROW)
        sets = [one for one in list_set_names(session) if one in given["problem_sets"]]
        problems = count_problems(session, sets, max(1, min(limit, LARGEST_ROW)))
        finds = plan_in_words(effect / 100, rate=rate / 100, correlation=correlation)
        cost = ""
        if problems and samples > 0:
            cost = _cost(session, given["base"], problems, samples, 1 + len(arms) * max(1, rounds))
            finds = f"{size_in_words(problems, samples, rate=rate / 100, correlation=correlation)} {finds}"
        return RunOutlook(name=name, cost=cost, finds=finds, fault="")
    except (ValueError, OverflowError):
        fault = "Effect, pass rate, correlation, samples, rounds and limit are numbers."
    except ReportError as error:
        fault = str(error)
    return RunOutlook(name=name, cost="", finds="", fault=fault)


def _cost(session: Session, base: str, problems: int, samples: int, arms: int) -> str:
    """`12 problems × 4 samples × 3 arms ≈ 144 programs, about 2 min at the pace of …`. Rounds count as arms."""
    programs = problems * samples * arms
    size = f"{plural(problems, 'problem')} × {plural(samples, 'sample')} × {plural(arms, 'arm')}"
    words = f"{size} ≈ {count(programs)} programs"
    pace = read_pace(session, base)
    if pace is None or programs > MOST_SAMPLES:
        return f"{words}; how long they take is not known before the first run of this base model is done here."
    return f"{words}, about {_about(pace.seconds * programs)} at the pace of “{pace.run_name}”."


def _about(estimate: float) -> str:
    """To ten seconds: an estimate has no more digits than that."""
    return f"{max(10, round(estimate, -1)):.0f}{THIN_SPACE}s" if estimate < 55 else seconds(max(60.0, estimate))


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
