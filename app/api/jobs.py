"""Jobs over the API: list, follow and steer them, start collecting and training; and the health of the workers."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request

from app.actions.jobs import Enqueued, cancel_job, pause_job, resume_job
from app.actions.work import queue_work
from app.queries.health import RulerRow, WorkerRow, list_rulers, list_workers
from app.queries.job_detail import JobView, find_job
from app.queries.jobs import JobPage, count_jobs_by_state, list_jobs
from app.state import state_of
from models.enums import JobState
from models.work import AnyTraining, CollectSpecification

router = APIRouter(tags=["jobs"])


@dataclass(frozen=True, kw_only=True)
class HealthView:
    """Who works, what waits, and which rulers judged."""

    workers: tuple[WorkerRow, ...]
    jobs: dict[JobState, int]
    rulers: tuple[RulerRow, ...]


@router.get("/jobs")
def jobs(request: Request, state: JobState | None = None, after: str | None = None) -> JobPage:
    """Jobs, the newest first; `next_after` is the `after` of the next page."""
    with state_of(request).store.reader() as session:
        return list_jobs(session, state, after)


@router.get("/jobs/{job_id}")
def job(request: Request, job_id: str) -> JobView:
    """A job as it stands, with what its samples have become so far. `/jobs/{id}/events` streams it as HTML."""
    with state_of(request).store.reader() as session:
        return find_job(session, job_id)


@router.post("/jobs/{job_id}/{action}", status_code=202)
def steer(request: Request, job_id: str, action: Literal["cancel", "pause", "resume"]) -> JobView:
    """Cancel a job, which keeps what it has stored; pause a collecting or training, and resume it where it stopped."""
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
    with app_state.store.reader() as session:
        return find_job(session, job_id)


@router.post("/collectings", status_code=202)
def collect(request: Request, wanted: CollectSpecification) -> Enqueued:
    """Have failed attempts taught by a job. Keys come from the worker's environment."""
    app_state = state_of(request)
    return queue_work(app_state.store, app_state.queue, wanted)


@router.post("/trainings", status_code=202)
def train(request: Request, wanted: AnyTraining) -> Enqueued:
    """Train a base or a critic by a job; `trains` says which."""
    app_state = state_of(request)
    return queue_work(app_state.store, app_state.queue, wanted)


@router.get("/health")
def health(request: Request) -> HealthView:
    with state_of(request).store.reader() as session:
        return HealthView(
            workers=list_workers(session), jobs=count_jobs_by_state(session), rulers=list_rulers(session)
        )
