"""`/jobs` and `/jobs/{id}`: what is queued, running and finished; one job live; stopping one."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.queries.health import WorkerRow, list_workers
from app.queries.job_detail import JobView, find_job
from app.queries.jobs import JobPage, list_jobs
from app.state import state_of
from app.web.live.job_events import JobWatch
from app.web.live.job_list_events import live_address
from app.web.live.messages import stream
from app.web.pages.rerun_outcome import RerunOutcome, outcome_of
from app.web.pages.respond import choice_in, query_of, render
from models.enums import JobState

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class JobsContext:
    """The page `/jobs`."""

    state: JobState | None
    """The state that is asked for; None for all."""
    states: tuple[JobState, ...]
    jobs: JobPage
    workers: tuple[WorkerRow, ...]
    live: str
    """Where its news are to be had; empty on pages of older jobs."""
    newer: int = 0
    """Jobs that came since the page was drawn: none yet; its live part counts them."""


@dataclass(frozen=True, kw_only=True)
class JobContext:
    """The page of one job."""

    job: JobView
    outcome: RerunOutcome | None
    """What a finished re-run came to."""


@router.get("/jobs", name="jobs")
def jobs_page(request: Request) -> Response:
    query = query_of(request)
    state, after = choice_in(query, "state", JobState), query.get("after", [None])[0]
    with state_of(request).store.reader() as session:
        jobs = list_jobs(session, state, after)
        context = JobsContext(
            state=state,
            states=tuple(JobState),
            jobs=jobs,
            workers=list_workers(session),
            live=live_address(jobs.rows, state) if after is None else "",
        )
    return render(request, "pages/jobs.html", context)


@router.get("/jobs/{job_id}", name="job")
def job_page(request: Request, job_id: str) -> Response:
    with state_of(request).store.reader() as session:
        job = find_job(session, job_id)
        context = JobContext(job=job, outcome=outcome_of(session, job))
    return render(request, "pages/job.html", context)


@router.get("/jobs/{job_id}/events")
async def job_events(request: Request, job_id: str) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_job(session, job_id)
    with_history = request.query_params.get("history") == "1"
    return stream(request, JobWatch(request, app_state, job_id, with_history=with_history))


@router.post("/jobs/{job_id}/cancel")
def cancel_job(request: Request, job_id: str) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_job(session, job_id)
    app_state.queue.cancel(job_id)
    return RedirectResponse(f"/jobs/{job_id}", status_code=303)
