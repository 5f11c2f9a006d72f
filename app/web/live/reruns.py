"""The live re-run on its problem's page (`/live/reruns/{id}/{problem}`): its text as it is written, then the page.

In: the run of a re-run, and the query of the page that follows it. Out: while it is under way, its line and what is
written in the revision's column; at the end the sample strip, the bench with the diff, and the list of re-runs.
"""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import NotFound
from app.looks import Drawn
from app.queries.job_detail import job_fingerprint
from app.queries.reruns import find_rerun_place
from app.state import AppState, state_of
from app.web.live.stream import shared_shell, stream
from app.web.pages.problem import problem_context
from app.web.parameters import RowId, query_of
from app.web.respond import draw

router = APIRouter()


@router.get("/live/reruns/{rerun_id}/{problem_id}")
def rerun_events(request: Request, rerun_id: RowId, problem_id: RowId) -> Response:
    app_state = state_of(request)
    return stream(request, LiveRerun(app_state, rerun_id, problem_id, query_of(request)))


class LiveRerun:
    """A re-run on pages of its problem with the same query."""

    seconds = 0.1
    """Tokens arrive about this often."""

    def __init__(
        self, app_state: AppState, rerun_id: int, problem_id: int, query: Mapping[str, Sequence[str]]
    ) -> None:
        """
        Raises:
            NotFound: there is no such re-run, or nothing that it could be followed by.
        """
        self._app_state = app_state
        self._shell = shared_shell(app_state)
        self._query = {**query, "rerun": [str(rerun_id)]}
        self.key = ("rerun", problem_id, tuple((name, *values) for name, values in sorted(self._query.items())))
        with app_state.store.reader() as session:
            place = find_rerun_place(session, rerun_id, problem_id)
        if place is None:
            raise NotFound(f"Problem {problem_id} has no re-run {rerun_id} to follow.")
        self._place = place

    def read(self) -> object:
        with self._app_state.store.reader() as session:
            return job_fingerprint(session, self._place.job_id)

    def draw(self, _: object, __: object) -> Drawn:
        place = self._place
        with self._app_state.store.reader() as session:
            page = problem_context(self._app_state, session, place.parent_id, f"~{place.problem_id}", self._query)
        rerun = page.rerun
        job = rerun.job if rerun else None
        if rerun is None or job is None:
            return Drawn(html="", is_over=True)
        is_over = job.is_over or not rerun.is_under_way
        if not is_over:
            html = draw(self._app_state, "macros/live.html", "rerun_writes", rerun=rerun, shell=self._shell)
        else:
            html = draw(self._app_state, "macros/live.html", "rerun_over", page=page, shell=self._shell)
        return Drawn(html=html, number=job.last_event, is_over=is_over)
