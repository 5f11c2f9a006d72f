"""Jobs over the API: list, follow, cancel; and the health of the workers that do them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request

from app.actions.jobs import cancel_job
from app.queries.health import RulerRow, WorkerRow, list_rulers, list_workers
from app.queries.job_detail import JobView, find_job
from app.queries.jobs import JobPage, count_jobs_by_state, list_jobs
from app.state import state_of
from models.enums import JobState

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


@router.post("/jobs/{job_id}/cancel", status_code=202)
def cancel(request: Request, job_id: str) -> JobView:
    """Ask a job to stop; what it has stored stays."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_job(session, job_id)
    cancel_job(app_state.store, job_id)
    with app_state.store.reader() as session:
        return find_job(session, job_id)


@router.get("/health")
def health(request: Request) -> HealthView:
    with state_of(request).store.reader() as session:
        return HealthView(
            workers=list_workers(session), jobs=count_jobs_by_state(session), rulers=list_rulers(session)
        )
