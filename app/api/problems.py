"""A run's problems over the API: the list under the page's own filter, one problem with a sample's programs, re-run."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.accept import CSV, JSON, preferred
from app.api.problems_query import PAGE, SAMPLE
from app.enqueue import Enqueued
from app.errors import BadRequest, NotFound
from app.queries.problem_detail import (
    ProblemStatement,
    ProgramView,
    find_draft,
    find_revisions,
    find_samples,
    find_statement,
)
from app.queries.problem_filter import read_filter
from app.queries.problem_list import ProblemPage, problem_page
from app.queries.reruns import RerunRow, find_reruns
from app.queries.runs import find_run
from app.queries.sample_choice import choose, chosen_arm
from app.runs import steering
from app.runs.specification import Sampling
from app.state import state_of
from app.web.downloads import problems_csv_file
from app.web.http import check
from app.web.parameters import BodyRowId, RowId, query_of, row_id
from models import Checkpoint
from models.arm_kinds import ArmKind

router = APIRouter(tags=["problems"])


@dataclass(frozen=True, kw_only=True)
class SampleView:
    """One sample of one arm on one problem."""

    problem: ProblemStatement
    arm: str
    sample: int
    draft: ProgramView | None
    revisions: tuple[ProgramView, ...]


class RerunBody(BaseModel):
    """What to repair again, and how."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"attempt_id": 7, "kind": "critic"}]}
    )

    attempt_id: BodyRowId
    kind: ArmKind = ArmKind.CRITIC
    checkpoint_id: BodyRowId | None = None
    """The run's own critic where it is left out."""
    samples: Annotated[int, Field(ge=1, le=50)] = 1
    temperature: float = 0.8
    top_p: float = 0.95
    max_new_tokens: int = 512
    seed: int = 0
    edited_trace: str | None = None
    edited_prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rerun:
    run_id: int
    """The re-run's own run."""
    job: Enqueued


@router.get("/runs/{run_id}/problems", response_model=ProblemPage, openapi_extra=PAGE)
def problems(request: Request, response: Response, run_id: RowId) -> ProblemPage | Response:
    """One row a problem; the query is the one of the page `/runs/{id}/problems`. CSV to `Accept: text/csv`."""
    if preferred(request, (JSON, CSV)) == CSV:
        return problems_csv_file(request, run_id)
    response.headers["Vary"] = "Accept"
    app_state = state_of(request)
    query = query_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        check(request, response, "problems", run_id, run.version, request.url.query)
        facts = app_state.facts(session, run)
    read = read_filter(query, [arm.name for arm in run.arms])
    if read.errors:
        raise BadRequest("; ".join(read.errors.values()))
    return problem_page(run, facts, read.filter, row_id(query.get("after", [""])[0]))


@router.get("/runs/{run_id}/problems/{problem_id}", openapi_extra=SAMPLE)
def problem(request: Request, response: Response, run_id: RowId, problem_id: RowId) -> SampleView:
    """A problem and one sample of it; `arm` and `sample` choose, as on the page."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        check(request, response, "problem", run_id, problem_id, run.version, request.url.query)
        row = next((one for one in app_state.facts(session, run).problems if one.problem_id == problem_id), None)
        if row is None:
            raise NotFound(f"Run {run_id} has no problem {problem_id}.")
        query = query_of(request)
        shown = chosen_arm(run, query)
        choice = choose(run, row, find_samples(session, run, problem_id, shown) if shown else (), query)
        arm = choice.arm
        return SampleView(
            problem=find_statement(session, problem_id),
            arm=arm.name if arm else "",
            sample=choice.sample,
            draft=find_draft(session, run, problem_id, arm, choice.sample) if arm else None,
            revisions=find_revisions(session, run, problem_id, arm, choice.sample) if arm else (),
        )


@router.get("/runs/{run_id}/problems/{problem_id}/reruns")
def reruns(request: Request, run_id: RowId, problem_id: RowId) -> tuple[RerunRow, ...]:
    """The history of a problem's re-runs, the newest first."""
    with state_of(request).store.reader() as session:
        find_run(session, run_id)
        return find_reruns(session, run_id, problem_id)


@router.post("/runs/{run_id}/problems/{problem_id}/rerun", status_code=202)
def rerun(request: Request, run_id: RowId, problem_id: RowId, body: RerunBody) -> Rerun:
    """Repair one stored draft again; follow the job for its verdicts."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        critic = session.get(Checkpoint, body.checkpoint_id) if body.checkpoint_id is not None else None
    if body.checkpoint_id is not None and critic is None:
        raise NotFound(f"There is no checkpoint {body.checkpoint_id}.")
    sampling = Sampling(temperature=body.temperature, top_p=body.top_p, max_new_tokens=body.max_new_tokens)
    child, job = steering.rerun(
        app_state.store,
        app_state.queue,
        run_id=run_id,
        problem_id=problem_id,
        attempt_id=body.attempt_id,
        critic=critic,
        kind=body.kind,
        samples=body.samples,
        sampling=sampling.checked("sampling"),
        seed=body.seed,
        edited_trace=body.edited_trace,
        edited_prompt=body.edited_prompt,
    )
    return Rerun(run_id=child, job=job)
