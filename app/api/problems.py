"""A run's problems over the API: the list under the page's own filter, one problem with a sample's programs, re-run."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.jobs import Enqueued
from app.actions.reruns import rerun_problem, rerun_problems
from app.api.requests import CSV, FILTER, JSON, PAGE, SAMPLE, preferred
from app.errors import BadRequest, NotFound
from app.queries.labels import labels_version, with_labelled
from app.queries.last_reruns import find_last_reruns
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
from app.queries.revision_tokens import RevisionTokensView, read_revision_tokens
from app.queries.runs import find_run
from app.queries.sample_choice import choose, chosen_arm
from app.state import state_of
from app.web.chosen_problems import chosen_problems
from app.web.downloads import problems_csv_file
from app.web.http import check
from app.web.parameters import RowId, query_of, row_id
from models.reruns import RepairSpecification, RerunSpecification

router = APIRouter(tags=["problems"])


@dataclass(frozen=True, kw_only=True)
class SampleView:
    """One sample of one arm on one problem."""

    problem: ProblemStatement
    arm: str
    sample: int
    draft: ProgramView | None
    revisions: tuple[ProgramView, ...]


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
        thought = labels_version(session, run_id)
        facts, reruns = app_state.facts(session, run), find_last_reruns(session, run_id)
        check(request, response, "problems", run_id, run.version, thought, request.url.query, reruns)
        read = read_filter(query, [arm.name for arm in run.arms])
        wanted = with_labelled(session, run_id, read.filter)
    if read.errors:
        raise BadRequest("; ".join(read.errors.values()))
    return problem_page(run, facts, wanted, reruns, row_id(query.get("after", [""])[0]))


@router.post("/runs/{run_id}/problems/rerun", status_code=202, openapi_extra=FILTER)
def rerun_all(request: Request, run_id: RowId, body: RepairSpecification) -> Rerun:
    """Repair the first failed draft of each problem that the query selects again, as one job."""
    app_state = state_of(request)
    problem_ids = chosen_problems(app_state, run_id, query_of(request))
    child, job = rerun_problems(app_state.store, app_state.queue, run_id, problem_ids, body)
    return Rerun(run_id=child, job=job)


@router.get("/revisions/{revision_id}/tokens")
def revision_tokens(request: Request, revision_id: RowId) -> RevisionTokensView:
    """How sure the critic was of each token of a revision, and what the trace changed; empty where nothing is kept."""
    with state_of(request).store.reader() as session:
        return read_revision_tokens(session, revision_id)


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
def rerun(request: Request, run_id: RowId, problem_id: RowId, body: RerunSpecification) -> Rerun:
    """Repair one stored draft again; follow the job for its verdicts."""
    app_state = state_of(request)
    child, job = rerun_problem(app_state.store, app_state.queue, run_id, problem_id, body)
    return Rerun(run_id=child, job=job)
