"""`/jobs` and `/jobs/{id}`: queued, running and finished jobs; one job with what it produced; steering one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.actions.jobs import cancel_job, pause_job, resume_job
from app.queries.health import WorkerRow, list_workers
from app.queries.job_detail import JobView, find_job
from app.queries.jobs import JobPage, JobRow, list_jobs
from app.queries.problem_detail import ProgramView, find_draft, find_revisions
from app.queries.reruns import best_revision
from app.queries.runs import find_run
from app.state import Session, state_of
from app.web.parameters import choice_in, query_of
from app.web.rendering.diff import Diff, diff
from app.web.rendering.plot import LossCurve, loss_curve
from app.web.rendering.text import written_by
from app.web.respond import render
from models.enums import JobState, RunKind

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class JobsContext:
    """The page `/jobs`."""

    state: JobState | None
    """The listed state; None for all."""
    states: tuple[JobState, ...]
    jobs: JobPage
    workers: tuple[WorkerRow, ...]
    live: str
    """The address of the page's event stream; empty on pages of older jobs."""


@dataclass(frozen=True, kw_only=True)
class RerunOutcome:
    """A finished re-run's most telling sample: one that passed if there is one, else its first revision."""

    heads: tuple[str, str]
    """What stands on the left and on the right, and who wrote it."""
    sample: int
    draft: ProgramView
    revision: ProgramView
    """The last round."""
    diff: Diff


@dataclass(frozen=True, kw_only=True)
class JobContext:
    """The page of one job."""

    job: JobView
    outcome: RerunOutcome | None
    """What a finished re-run produced."""
    curve: LossCurve | None
    """Of a training, as far as it is."""


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
            live=_live_address(jobs.rows, state) if after is None else "",
        )
    return render(request, "pages/jobs.html", context)


@router.get("/jobs/{job_id}", name="job")
def job_page(request: Request, job_id: str) -> Response:
    with state_of(request).store.reader() as session:
        job = find_job(session, job_id)
        context = JobContext(job=job, outcome=outcome_of(session, job), curve=curve_of(job))
    return render(request, "pages/job.html", context)


@router.post("/jobs/{job_id}/{action}")
def steer(request: Request, job_id: str, action: Literal["cancel", "pause", "resume"]) -> Response:
    """Cancel any job; pause and resume a collecting or training."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_job(session, job_id)
    match action:
        case "cancel":
            cancel_job(app_state.store, job_id)
        case "pause":
            pause_job(app_state.store, job_id)
        case "resume":
            resume_job(app_state.store, app_state.queue, job_id)
    return RedirectResponse(f"/jobs/{job_id}", status_code=303)


def outcome_of(session: Session, job: JobView) -> RerunOutcome | None:
    """None if there is nothing to compare: unfinished, no re-run, or ended before any revision was written."""
    if not job.is_over or job.run_id is None or job.parent_id is None:
        return None
    run = find_run(session, job.run_id)
    best = best_revision(session, run.id)
    if run.kind is not RunKind.RERUN or best is None:
        return None
    arm = next(one for one in run.arms if one.id == best.arm_id)
    draft = find_draft(session, run, best.problem_id, arm, best.sample)
    revisions = find_revisions(session, run, best.problem_id, arm, best.sample)
    if draft is None or not revisions:
        return None
    last = revisions[-1]
    return RerunOutcome(
        heads=(written_by("draft", run.base), written_by(last.called, arm.checkpoint)),
        sample=best.sample,
        draft=draft,
        revision=last,
        diff=diff(draft.text, last.text, left_note=draft.note, right_note=last.note),
    )


def curve_of(job: JobView) -> LossCurve | None:
    """None for a job that is no training, or has only begun."""
    return loss_curve(job.work.curve) if job.work else None


def _live_address(jobs: Sequence[JobRow], state: JobState | None) -> str:
    return "/live/jobs?" + urlencode({"ids": ",".join(job.id for job in jobs), "state": state or ""}, safe=",")
