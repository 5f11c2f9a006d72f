"""`POST /runs/{id}/rerun`: repair one stored draft again; the answer is the problem's page, which follows the re-run.
`POST /runs/{id}/rerun-all`: one failed draft of each problem that the list's filter selects; the answer is the job.

The query is that of the page with the button, so that arm, diff style and filter stay. The published numbers of the
run do not change: the new revisions belong to a run of their own below it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.actions.errors import ActionError
from app.actions.reruns import rerun_problem, rerun_problems
from app.addresses import problem_url
from app.errors import BadRequest
from app.queries.given_reflections import find_reflection_choices
from app.queries.reruns import EDITED
from app.state import AppState, state_of
from app.web.chosen_problems import chosen_problems
from app.web.pages.problem import problem_context
from app.web.parameters import FormRowId, RowId, query_of, row_id, sent_form
from app.web.respond import render, wants_fragment
from models.arm_kinds import ArmKind, arm_kinds
from models.reruns import RepairSpecification, RerunSpecification
from models.specification import LONGEST_NAME, Sampling, SpecificationError

router = APIRouter()
NUMBERS = (*Sampling.model_fields, "attempt_id", "samples", "seed")


@router.post("/runs/{run_id}/rerun")
def rerun(
    request: Request,
    run_id: RowId,
    problem_id: FormRowId,
    form: Annotated[FormData, Depends(sent_form)],
    repairer: Annotated[str, Form()] = "",
) -> Response:
    app_state = state_of(request)
    kind, checkpoint_id = _read_repairer(repairer)
    try:
        wanted = RerunSpecification.of(
            **{name: form[name] for name in NUMBERS if form.get(name)},
            kind=kind,
            checkpoint_id=checkpoint_id,
            edited_trace=_edited(form, "trace"),
            edited_prompt=_edited(form, "prompt"),
            **_reflection(app_state, form),
        )
        rerun_id, _ = rerun_problem(app_state.store, app_state.queue, run_id, problem_id, wanted)
    except (ActionError, SpecificationError) as error:
        raise BadRequest(str(error)) from error
    query = {**query_of(request), "rerun": [str(rerun_id)], "rerun_sample": [], "against": []}
    with app_state.store.reader() as session:
        page = problem_context(app_state, session, run_id, f"~{problem_id}", query)
    address = problem_url(run_id, page.address, page.filter.query(), page.choice.query())
    if not wants_fragment(request):
        return RedirectResponse(address, status_code=303)
    return render(
        request,
        "pages/problem.html",
        page,
        fragment="fragments/rerun_started.html",
        headers={"HX-Push-Url": address},
    )


@router.post("/runs/{run_id}/rerun-all")
def rerun_all(
    request: Request,
    run_id: RowId,
    form: Annotated[FormData, Depends(sent_form)],
    repairer: Annotated[str, Form()] = "",
) -> Response:
    app_state = state_of(request)
    kind, checkpoint_id = _read_repairer(repairer)
    problem_ids = chosen_problems(app_state, run_id, query_of(request))
    try:
        wanted = RepairSpecification.of(
            **{name: form[name] for name in (*Sampling.model_fields, "samples", "seed") if form.get(name)},
            kind=kind,
            checkpoint_id=checkpoint_id,
        )
        _, job = rerun_problems(app_state.store, app_state.queue, run_id, problem_ids, wanted)
    except (ActionError, SpecificationError) as error:
        raise BadRequest(str(error)) from error
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)


def _reflection(app_state: AppState, form: FormData) -> dict[str, str]:
    """The reflection to give, and who wrote it; nothing where the critic writes its own.

    `reflection_from` names a choice of the form. Text of its own is what a reader made of that choice.
    """
    source, typed = (str(form.get(name, "")) for name in ("reflection_from", "edited_reflection"))
    typed = typed.replace("\r\n", "\n").strip()
    attempt_id = row_id(str(form.get("attempt_id", "")))
    text = ""
    if source and attempt_id is not None:
        with app_state.store.reader() as session:
            choices = {one.source: one.text for one in find_reflection_choices(session, attempt_id)}
        if source not in choices:
            raise BadRequest(f"There is no reflection by “{source}” to give: choose an entry of the list.")
        text = choices[source]
    if not typed or typed == text.strip():
        return {"edited_reflection": text, "reflection_source": source[:LONGEST_NAME]} if text else {}
    by = f"{EDITED}, after {source}" if source else EDITED
    return {"edited_reflection": typed, "reflection_source": by[:LONGEST_NAME]}


def _edited(form: FormData, part: str) -> str | None:
    """What a reader wrote; None if the text came back as it was shown. Browsers send line breaks as CR LF."""
    shown, sent = (str(form.get(f"{name}_{part}", "")).replace("\r\n", "\n") for name in ("shown", "edited"))
    return None if shown.strip() == sent.strip() else sent


def _read_repairer(text: str) -> tuple[ArmKind, int | None]:
    name, _, number = text.partition(":")
    checkpoint_id = row_id(number)
    kind = next((kind for kind in arm_kinds() if kind == name and kind.repairs), None)
    if kind is None or (number and checkpoint_id is None):
        raise BadRequest(f"“{text}” cannot repair: choose an entry of the list.")
    return kind, checkpoint_id
