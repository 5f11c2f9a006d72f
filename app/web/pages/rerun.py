"""`POST /runs/{id}/rerun`: repair one stored draft again; the answer is the job, live.

The published numbers of the run do not change: the new attempts belong to a run of their own below it.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import BadRequest
from app.queries.job_detail import find_job
from app.runs import steering
from app.runs.errors import RunError, SpecificationError
from app.runs.specification import Sampling
from app.state import state_of
from app.web.pages.jobs import JobContext, outcome_of
from app.web.parameters import FormRowId, RowId, row_id
from app.web.respond import render, wants_fragment
from models import Checkpoint
from models.arm_kinds import ArmKind, arm_kinds

router = APIRouter()
MOST_RERUN_SAMPLES = 50


@router.post("/runs/{run_id}/rerun")
def rerun(
    request: Request,
    run_id: RowId,
    problem_id: FormRowId,
    attempt_id: FormRowId,
    repairer: Annotated[str, Form()],
    samples: Annotated[int, Form()] = 1,
    temperature: Annotated[float, Form()] = 0.8,
    top_p: Annotated[float, Form()] = 0.95,
    max_new_tokens: Annotated[int, Form()] = 512,
    seed: Annotated[int, Form()] = 0,
    shown_trace: Annotated[str, Form()] = "",
    edited_trace: Annotated[str, Form()] = "",
    shown_prompt: Annotated[str, Form()] = "",
    edited_prompt: Annotated[str, Form()] = "",
) -> Response:
    app_state = state_of(request)
    kind, critic_id = _read_repairer(repairer)
    if not 1 <= samples <= MOST_RERUN_SAMPLES:
        raise BadRequest(f"samples {samples} is not between 1 and {MOST_RERUN_SAMPLES}.")
    try:
        with app_state.store.reader() as session:
            critic = session.get(Checkpoint, critic_id) if critic_id is not None else None
        if critic_id is not None and critic is None:
            raise BadRequest(f"“{repairer}” names nobody who could repair: choose one of the list.")
        sampling = Sampling(temperature=temperature, top_p=top_p, max_new_tokens=max_new_tokens)
        _, job = steering.rerun(
            app_state.store,
            app_state.queue,
            run_id=run_id,
            problem_id=problem_id,
            attempt_id=attempt_id,
            critic=critic,
            kind=kind,
            samples=samples,
            sampling=sampling.checked("sampling"),
            seed=seed,
            edited_trace=_edited(shown_trace, edited_trace),
            edited_prompt=_edited(shown_prompt, edited_prompt),
        )
    except (RunError, SpecificationError) as error:
        raise BadRequest(str(error)) from error
    if not wants_fragment(request):
        return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)
    with app_state.store.reader() as session:
        view = find_job(session, job.job_id)
        context = JobContext(job=view, outcome=outcome_of(session, view))
    return render(request, "pages/job.html", context, fragment="fragments/rerun_live.html")


def _edited(shown: str, sent: str) -> str | None:
    """What a reader wrote; None where the text came back as it was. Browsers send line breaks as CR LF."""
    before, after = (text.replace("\r\n", "\n") for text in (shown, sent))
    return None if before.strip() == after.strip() else after


def _read_repairer(text: str) -> tuple[ArmKind, int | None]:
    name, _, number = text.partition(":")
    checkpoint_id = row_id(number)
    kind = next((kind for kind in arm_kinds() if kind == name and kind.repairs), None)
    if kind is None or (number and checkpoint_id is None):
        raise BadRequest(f"“{text}” names nobody who could repair: choose one of the list.")
    return kind, checkpoint_id
