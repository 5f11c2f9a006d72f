"""Live jobs: the panel of one job (`/jobs/{id}/events`) and the rows of the job list (`/live/jobs`).

In: the job, or the ids of the jobs that the page shows. Out: parts addressed by their own element ids. A new job is
announced, never inserted above what the reader is reading; a job that leaves the listed state keeps its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.looks import Drawn
from app.queries import PAGE_ROWS
from app.queries.health import WorkerRow, list_workers
from app.queries.job_detail import find_job, job_fingerprint
from app.queries.jobs import JobRow, count_newer_jobs, find_jobs
from app.state import AppState, state_of
from app.web.live.stream import shared_shell, stream
from app.web.pages.jobs import curve_of, outcome_of
from app.web.parameters import choice_in, query_of
from app.web.respond import draw
from models.enums import JobState

router = APIRouter()


@router.get("/jobs/{job_id}/events")
def job_events(request: Request, job_id: str) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_job(session, job_id)
    return stream(request, LiveJob(app_state, job_id))


@router.get("/live/jobs")
def job_list_events(request: Request, ids: str = "") -> Response:
    asked = [one for one in ids.split(",")[:PAGE_ROWS] if one]
    state = choice_in(query_of(request), "state", JobState)
    app_state = state_of(request)
    return stream(request, LiveJobList(app_state, asked, state), ShownJobs())


class LiveJob:
    """The panel of one job."""

    seconds = 0.1
    """Tokens arrive about this often."""

    def __init__(self, app_state: AppState, job_id: str) -> None:
        self._app_state = app_state
        self._shell = shared_shell(app_state)
        self._job_id = job_id
        self.key = ("job", job_id)

    def read(self) -> object:
        with self._app_state.store.reader() as session:
            return job_fingerprint(session, self._job_id)

    def draw(self, _: object, __: object) -> Drawn:
        with self._app_state.store.reader() as session:
            job = find_job(session, self._job_id)
            outcome = outcome_of(session, job)
        html = draw(
            self._app_state,
            "macros/live.html",
            "job",
            job=job,
            outcome=outcome,
            curve=curve_of(job),
            shell=self._shell,
        )
        return Drawn(html=html, number=job.last_event, is_over=job.is_over)


WorkerState = tuple[tuple[str, bool, str], ...]


@dataclass(frozen=True, kw_only=True)
class ListedJobs:
    """What can be seen of the listed jobs and of the workers."""

    jobs: tuple[JobRow, ...]
    newer: int
    worker_state: WorkerState
    """What a reader would see change: the heartbeat of a living worker is not news."""
    workers: tuple[WorkerRow, ...] = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class ShownJobs:
    """What a page of jobs was sent."""

    jobs: frozenset[JobRow] = frozenset()
    worker_state: WorkerState | None = None


class LiveJobList:
    """The rows, the workers and the number of newer jobs on pages that list the same jobs."""

    seconds = 0.25

    def __init__(self, app_state: AppState, ids: Sequence[str], state: JobState | None) -> None:
        """`ids`: the jobs that the page shows, newest first; `state`: the state that it lists."""
        self._app_state = app_state
        self._ids = ids
        self._state = state
        self.key = ("jobs", tuple(ids), state)

    def read(self) -> ListedJobs:
        with self._app_state.store.reader() as session:
            workers = list_workers(session)
            return ListedJobs(
                jobs=find_jobs(session, self._ids),
                newer=count_newer_jobs(session, self._state, self._ids[0] if self._ids else ""),
                worker_state=tuple((worker.executor_id, worker.alive, worker.refused) for worker in workers),
                workers=workers,
            )

    def draw(self, now: ListedJobs, shown: ShownJobs) -> Drawn:
        html = draw(
            self._app_state,
            "macros/live.html",
            "job_list",
            jobs=[job for job in now.jobs if job not in shown.jobs],
            newer=now.newer,
            workers=now.workers if now.worker_state != shown.worker_state else None,
        )
        return Drawn(html=html, shown=ShownJobs(jobs=frozenset(now.jobs), worker_state=now.worker_state))
