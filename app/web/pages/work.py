"""`/transcripts/collect` and `/checkpoints/train`: forms that start collecting and training.

Each form is drawn from a specification of `models.work`: its fields, defaults, bounds and words. What the work costs at
most is said before it is started, as far as that can be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.actions.work import queue_work
from app.queries.checkpoints import list_names
from app.queries.problem_sets import list_set_names
from app.queries.transcripts import transcript_choices
from app.queries.work_costs import cost_of_collecting, cost_of_training
from app.state import Session, state_of
from app.web.parameters import query_of, sent_form
from app.web.respond import render
from models.enums import CheckpointKind, TestsKind
from models.specification import Between, Sampling, Specification, SpecificationError
from models.work import (
    BASE_PRESETS,
    STORE,
    TEACHERS,
    CollectSpecification,
    OptimizerKind,
    Tracker,
    TrainBaseSpecification,
    TrainCriticSpecification,
)

router = APIRouter()
Work = CollectSpecification | TrainBaseSpecification | TrainCriticSpecification


class WorkForm(StrEnum):
    """Which of the three forms."""

    COLLECT = "collect"
    BASE = "base"
    CRITIC = "critic"


MODELS: dict[WorkForm, type[Work]] = {
    WorkForm.COLLECT: CollectSpecification,
    WorkForm.BASE: TrainBaseSpecification,
    WorkForm.CRITIC: TrainCriticSpecification,
}
FIRST = {
    WorkForm.COLLECT: ("problems", "base", "samples", "mutants", "teacher", "model", "transcript_set"),
    WorkForm.BASE: ("name", "start", "problems", "go_source", "steps"),
    WorkForm.CRITIC: ("name", "base", "transcripts", "steps"),
}
"""Fields that are seen at once; the others are folded away."""
LEFT_OUT = {"command", "trains", "sampling"}
"""A job can have no command; the others are no fields of a form."""


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field as it is drawn."""

    name: str
    label: str
    help: str
    kind: str
    """`text`, `number`, `choice` or `switch`."""
    value: str
    """As filled in; a switch that is on has `true`."""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and words of each."""
    limits: Between | None = None
    is_whole: bool = False


@dataclass(frozen=True, kw_only=True)
class NewWorkContext:
    """The pages `/transcripts/collect` and `/checkpoints/train`."""

    form: WorkForm
    first: tuple[FormField, ...]
    others: tuple[FormField, ...]
    cost: str
    """What it takes at most, in words."""
    fault_field: str
    """The field that cannot be used; empty if nothing is wrong."""
    fault: str


@dataclass(frozen=True, kw_only=True)
class CostContext:
    """The part of a form that follows what is filled in."""

    cost: str


@router.get("/transcripts/collect", name="collect")
def collect_page(request: Request) -> Response:
    return _page(request, WorkForm.COLLECT, {})


@router.get("/checkpoints/train", name="train")
def train_page(request: Request, what: WorkForm = WorkForm.CRITIC) -> Response:
    return _page(request, WorkForm.CRITIC if what is WorkForm.COLLECT else what, {})


@router.get("/costs", name="work_cost")
def cost(request: Request, what: WorkForm = WorkForm.COLLECT) -> Response:
    """What the work of the form takes at most."""
    given = {name: values[-1] for name, values in query_of(request).items() if name != "what"}
    with state_of(request).store.reader() as session:
        context = CostContext(cost=_cost(session, what, given))
    return render(request, "pages/cost.html", context)


@router.post("/transcripts/collect")
def collect(request: Request, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    return _start(request, WorkForm.COLLECT, form)


@router.post("/checkpoints/train")
def train(request: Request, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    return _start(request, WorkForm.BASE if form.get("trains") == "base" else WorkForm.CRITIC, form)


def _start(request: Request, form: WorkForm, sent: FormData) -> Response:
    """Queue the work, and show its job; a field that cannot be used comes back beside its sentence."""
    app_state = state_of(request)
    given = {name: str(value) for name, value in sent.items()}
    try:
        job = queue_work(app_state.store, app_state.queue, _read(form, given), FORCE_BOX)
    except SpecificationError as error:
        return _page(request, form, given, error)
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)


def _read(form: WorkForm, given: Mapping[str, str]) -> Work:
    """Raises SpecificationError. An empty field has its default; a switch that is not sent is off."""
    model = MODELS[form]
    filled: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if name in LEFT_OUT:
            continue
        if field.annotation is bool:
            filled[name] = given.get(name) == "true"
        elif text := given.get(name, "").strip():
            filled[name] = text
    if form is WorkForm.COLLECT:
        drawn = {name: given[name].strip() for name in Sampling.model_fields if given.get(name, "").strip()}
        filled["sampling"] = {**CollectSpecification.default("sampling").model_dump(), **drawn}
    for name in ("name", "base", "start", "problems"):
        if name in model.model_fields and model.model_fields[name].is_required():
            filled.setdefault(name, "")
    return model.of(**filled)


def _page(
    request: Request, form: WorkForm, given: Mapping[str, str], error: SpecificationError | None = None
) -> Response:
    with state_of(request).store.reader() as session:
        fields = _fields(session, form, given)
        context = NewWorkContext(
            form=form,
            first=tuple(fields[name] for name in FIRST[form]),
            others=tuple(field for name, field in fields.items() if name not in FIRST[form]),
            cost=_cost(session, form, given),
            fault_field=error.field if error else "",
            fault=str(error) if error else "",
        )
    return render(request, "pages/new_work.html", context, status=422 if error else 200)


def _cost(session: Session, form: WorkForm, given: Mapping[str, str]) -> str:
    """In words; empty while the form cannot be read."""
    try:
        wanted = _read(form, {**_defaults(session, form), **given})
    except SpecificationError as error:
        return str(error) if given else ""
    if isinstance(wanted, CollectSpecification):
        return cost_of_collecting(session, wanted)
    return cost_of_training(session, wanted)


def _defaults(session: Session, form: WorkForm) -> dict[str, str]:
    """What the fields hold that have no default of their own: the first choice, or one of our sets."""
    fields = _fields(session, form, {})
    return {name: field.value for name, field in fields.items() if field.value}


def _fields(session: Session, form: WorkForm, given: Mapping[str, str]) -> dict[str, FormField]:
    model = MODELS[form]
    choices = _choices(session, form)
    found = {
        name: _field(name, model, given, choices.get(name, ()))
        for name in model.model_fields
        if name not in LEFT_OUT
    }
    if form is WorkForm.COLLECT:
        default = CollectSpecification.default("sampling")
        drawn = {name: str(getattr(default, name)) for name in Sampling.model_fields}
        found |= {name: _field(name, Sampling, {**drawn, **given}, ()) for name in Sampling.model_fields}
    return found


def _field(
    name: str, model: type[Specification], given: Mapping[str, str], choices: tuple[tuple[str, str], ...]
) -> FormField:
    field = model.model_fields[name]
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    limits = next((one for one in field.metadata if isinstance(one, Between)), None)
    if field.annotation is bool:
        kind, value = "switch", given.get(name, "") if given else str(default).lower()
    elif choices:
        usual = str(default or "") or (choices[0][0] if field.is_required() or name == "base" else "")
        kind, value = "choice", given.get(name, usual)
    else:
        kind, value = "number" if limits else "text", given.get(name, "" if default is None else str(default))
    return FormField(
        name=name,
        label=LABELS.get(name, name.replace("_", " ").capitalize()),
        help=field.description or "",
        kind=kind,
        value=value,
        choices=choices,
        limits=limits,
        is_whole="int" in str(field.annotation),
    )


FORCE_BOX = "tick “Use held-out problems too”"
LABELS = {
    "start": "Start from",
    "problems": "Problem set",
    "base": "Base",
    "model": "Teacher's model",
    "url": "Teacher's URL",
    "top_p": "Top-p",
    "budget_usd": "Budget, US dollars",
    "budget_tokens": "Budget, tokens",
    "input_usd": "US dollars per million input tokens",
    "output_usd": "US dollars per million output tokens",
    "feed": "Tests whose trace is shown",
    "log_to": "Log also to",
    "transcript_set": "Add to the set of transcripts",
    "go_source": "Learn from Go's standard library",
    "force": "Use held-out problems too",
}


def _choices(session: Session, form: WorkForm) -> dict[str, tuple[tuple[str, str], ...]]:
    sets, bases = list_set_names(session), list_names(session, CheckpointKind.BASE)
    own = {
        WorkForm.COLLECT: {
            "problems": _same(sets),
            "base": (*_same(list_names(session, *_DRAFTING)), ("", "none: mutants only")),
            "teacher": TEACHERS,
            "feed": _same([str(kind) for kind in TestsKind]),
        },
        WorkForm.BASE: {
            "start": (*((name, f"{name}: random weights") for name in BASE_PRESETS), *_same(bases)),
            "problems": (("", "none"), *_same(sets)),
            "optimizer": _same([str(kind) for kind in OptimizerKind]),
        },
        WorkForm.CRITIC: {
            "base": _same(bases),
            "transcripts": ((STORE, "all verified ones of the store"), *_same(transcript_choices(session).sets)),
        },
    }
    trackers = {"log_to": (("", "the store only"), *_same([str(one) for one in Tracker]))}
    return own[form] if form is WorkForm.COLLECT else {**own[form], **trackers}


_DRAFTING = (CheckpointKind.BASE, CheckpointKind.ENDPOINT)


def _same(names: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(name)) for name in names)
