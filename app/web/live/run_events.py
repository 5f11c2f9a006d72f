"""The live part of one run's page: how far it is, and everything below when its state changes.

In: the state and the revision that the page shows. Out: the panel of progress; the page's body, with the verdict once
the run is over, and then `over`.
"""

from typing import NamedTuple

from fastapi import Request

from app.queries.runs import RunHead, find_run
from app.state import AppState
from app.web.live.messages import Drawn
from app.web.pages.run import RunContext, read_run_page
from app.web.pages.run_progress import RunProgress, progress_of
from app.web.pages.shell import shell_of


class _Part(NamedTuple):
    """What the panel's fragment reads of a page."""

    run: RunHead
    progress: RunProgress


class RunWatch:
    """One reader of one run's page."""

    seconds = 0.25

    def __init__(self, request: Request, app_state: AppState, run_id: int, *, state: str, revision: int) -> None:
        self._request = request
        self._app_state = app_state
        self._run_id = run_id
        self._shown_state = state
        self._revision = revision

    def look(self) -> object:
        part = self._part()
        return (part.progress, part.run.error)

    def draw(self) -> Drawn:
        part = self._part()
        if part.run.state == self._shown_state:
            return Drawn(html=self._render("live/run_progress.html", part))
        with self._app_state.store.reader() as session:
            page = read_run_page(self._app_state, session, self._run_id)
        self._shown_state, self._revision = page.run.state, page.run.revision_number
        return Drawn(html=self._render("live/run_body.html", page), is_over=not page.progress.is_under_way)

    def _part(self) -> _Part:
        with self._app_state.store.reader() as session:
            run = find_run(session, self._run_id)
            return _Part(run, progress_of(self._app_state, session, run, self._revision))

    def _render(self, template: str, page: _Part | RunContext) -> str:
        drawn = self._app_state.templates.get_template(template)
        return drawn.render(page=page, shell=shell_of(self._request, self._app_state)).strip()
