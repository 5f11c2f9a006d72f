"""The live parts of Jobs: each listed job that changed, where it stands, and the workers.

In: the jobs that the page shows. Out: parts by their own ids; a job that came since is announced, not pushed in above
what somebody is reading. A job that left the state which is listed keeps its row, with its new state.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request

from app.queries.health import WorkerRow, list_workers
from app.queries.jobs import JobRow, jobs_among, newer_jobs
from app.state import AppState
from app.web.live.messages import Drawn
from app.web.pages.shell import shell_of
from models.enums import JobState


@dataclass(frozen=True, kw_only=True)
class LiveJobs:
    """What the parts read that the page reads too."""

    jobs: tuple[JobRow, ...]
    newer: int
    """Jobs that came since the page was drawn."""
    workers: tuple[WorkerRow, ...]


class JobListWatch:
    """One reader of the newest jobs."""

    seconds = 0.25

    def __init__(self, request: Request, app_state: AppState, ids: Sequence[str], state: JobState | None) -> None:
        """`ids`: of the jobs that the page shows, newest first; `state`: of those that it asked for."""
        self._request = request
        self._app_state = app_state
        self._ids = ids
        self._job_state = state
        self._told: LiveJobs | None = None
        self._sight: LiveJobs | None = None

    def look(self) -> object:
        self._sight = sight = self._look()
        return (sight.jobs, sight.newer, _sign(sight.workers))

    def draw(self) -> Drawn:
        sight, told = self._sight or self._look(), self._told
        known = set(told.jobs) if told else set()
        html = self._app_state.templates.get_template("live/job_list.html").render(
            page=replace(sight, jobs=tuple(job for job in sight.jobs if job not in known)),
            with_workers=told is None or _sign(told.workers) != _sign(sight.workers),
            shell=shell_of(self._request, self._app_state),
        )
        self._told = sight
        return Drawn(html=html.strip())

    def _look(self) -> LiveJobs:
        with self._app_state.store.reader() as session:
            return LiveJobs(
                jobs=jobs_among(session, self._ids),
                newer=newer_jobs(session, self._job_state, self._ids[0] if self._ids else ""),
                workers=list_workers(session),
            )


def live_address(jobs: Sequence[JobRow], state: JobState | None) -> str:
    """Where news of a page with these jobs are to be had."""
    return "/live/jobs?" + urlencode({"ids": ",".join(job.id for job in jobs), "state": state or ""}, safe=",")


def _sign(workers: Sequence[WorkerRow]) -> tuple[tuple[str, bool], ...]:
    """What a reader would see change: a living worker's heartbeat is not news."""
    return tuple((worker.executor_id, worker.alive) for worker in workers)
