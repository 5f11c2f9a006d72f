"""The live list of an investigation's steps (`/investigations/{name}/live`).

In: how many steps were done when the page was drawn. Out: the list, with an offer to show the newest results; the
report itself never moves under a reader.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.looks import Drawn
from app.queries.health import is_any_worker_alive
from app.queries.investigations import find_investigation_view, investigation_fingerprint
from app.state import AppState, state_of
from app.web.live.stream import stream
from app.web.respond import draw

router = APIRouter()


@router.get("/investigations/{name}/live")
def investigation_events(
    request: Request, name: str, done: Annotated[int, Query(ge=0, le=10_000)] = 0
) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_investigation_view(session, name)
    return stream(request, LiveInvestigation(app_state, name), done)


class LiveInvestigation:
    """The steps of an investigation, for pages that show how many were done; over once nothing can happen by itself."""

    seconds = 0.5

    def __init__(self, app_state: AppState, name: str) -> None:
        self._app_state = app_state
        self._name = name
        self.key = ("investigation", name)

    def read(self) -> object:
        with self._app_state.store.reader() as session:
            return (investigation_fingerprint(session, self._name), is_any_worker_alive(session))

    def draw(self, _: object, shown: int) -> Drawn:
        with self._app_state.store.reader() as session:
            view = find_investigation_view(session, self._name)
            alive = is_any_worker_alive(session)
        html = draw(
            self._app_state, "macros/live.html", "investigation", view=view, drawn=shown, workers_alive=alive
        )
        return Drawn(html=html, shown=shown, is_over=not view.is_under_way)
