"""Live jobs: the panel of one job (`/jobs/{id}/events`) and the rows of the job list (`/live/jobs`).

In: the job, or the ids of the jobs that the page shows. Out: parts addressed by their own element ids. A new job is
announced, never inserted above what the reader is reading; a job that leaves the listed state keeps its row.
"""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries import PAGE_ROWS
from app.queries.health import WorkerRow, list_workers
from app.queries.job_detail import find_job, job_fingerprint
from app.queries.jobs import JobRow, count_newer_jobs, find_jobs
from app.state import AppState, state_of
from app.web.live.stream import Drawn, stream
from app.web.pages.jobs import curve_of, outcome_of
from app.web.parameters import choice_in, query_of
from app.web.respond import draw, shell_of
from models.enums import JobState

router = APIRouter()


@router.get("/jobs/{job_id}/events")
def job_events(request: Request, job_id: str) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_job(session, job_id)
    return stream(LiveJob(request, app_state, job_id), app_state)


@router.get("/live/jobs")
def job_list_events(request: Request, ids: str = "") -> Response:
    asked = [one for one in ids.split(",")[:PAGE_ROWS] if one]
    state = choice_in(query_of(request), "state", JobState)
    app_state = state_of(request)
    return stream(LiveJobList(app_state, asked, state), app_state)


class LiveJob:
    """The panel of one job."""

    seconds = 0.1
    """Tokens arrive about this often."""

    def __init__(self, request: Request, app_state: AppState, job_id: str) -> None:
        self._app_state = app_state
        self._shell = shell_of(request, app_state)
        self._job_id = job_id

    def poll(self) -> object:
        with self._app_state.store.reader() as session:
            return job_fingerprint(session, self._job_id)

    def draw(self) -> Drawn:
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


class LiveJobList:
    """The rows, the workers and the number of newer jobs on one open page of jobs."""

    seconds = 0.25

    def __init__(self, app_state: AppState, ids: Sequence[str], state: JobState | None) -> None:
        """`ids`: the jobs that the page shows, newest first; `state`: the state that it lists."""
        self._app_state = app_state
        self._ids = ids
        self._state = state
        self._sent_jobs: frozenset[JobRow] = frozenset()
        self._sent_workers: object = None

    def poll(self) -> object:
        with self._app_state.store.reader() as session:
            self._jobs = find_jobs(session, self._ids)
            self._newer = count_newer_jobs(session, self._state, self._ids[0] if self._ids else "")
            self._workers = list_workers(session)
        return (self._jobs, self._newer, _visible_state(self._workers))

    def draw(self) -> Drawn:
        workers = _visible_state(self._workers)
        html = draw(
            self._app_state,
            "macros/live.html",
            "job_list",
            jobs=[job for job in self._jobs if job not in self._sent_jobs],
            newer=self._newer,
            workers=self._workers if workers != self._sent_workers else None,
        )
        self._sent_jobs, self._sent_workers = frozenset(self._jobs), workers
        return Drawn(html=html)


def _visible_state(workers: Sequence[WorkerRow]) -> tuple[tuple[str, bool, str], ...]:
    """What a reader would see change: the heartbeat of a living worker is not news."""
    return tuple((worker.executor_id, worker.alive, worker.refused) for worker in workers)
