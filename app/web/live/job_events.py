"""A job's live panel: the whole panel whenever something happened.

On the page of a problem the last message also brings the list of its re-runs, with the one that just ended.
"""

from fastapi import Request

from app.queries.job_detail import find_job, job_pulse
from app.state import AppState
from app.web.live.messages import Drawn
from app.web.pages.rerun_outcome import history_of, outcome_of
from app.web.pages.shell import shell_of


class JobWatch:
    """Looks ten times a second: tokens arrive that often."""

    seconds = 0.1

    def __init__(self, request: Request, app_state: AppState, job_id: str, *, with_history: bool = False) -> None:
        self._request = request
        self._app_state = app_state
        self._job_id = job_id
        self._with_history = with_history

    def look(self) -> object:
        with self._app_state.store.reader() as session:
            return job_pulse(session, self._job_id)

    def draw(self) -> Drawn:
        with self._app_state.store.reader() as session:
            view = find_job(session, self._job_id)
            outcome = outcome_of(session, view)
            history = history_of(session, view) if self._with_history and view.is_over else None
        shell = shell_of(self._request, self._app_state)
        html = self._render("live/job.html", job=view, outcome=outcome, page=history, shell=shell)
        return Drawn(html=html, number=view.last_event, is_over=view.is_over)

    def _render(self, template: str, **parts: object) -> str:
        return self._app_state.templates.get_template(template).render(**parts)
