"""`/live`, `/live/jobs` and `/runs/{id}/live`: what happens from here on, to pages that say what they show."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.jobs import ROWS
from app.queries.runs import find_run
from app.state import state_of
from app.web.live.job_list_events import JobListWatch
from app.web.live.messages import stream
from app.web.live.run_events import RunWatch
from app.web.live.run_list_events import RunListWatch, shown
from app.web.pages.respond import choice_in, query_of
from app.web.pages.row_id import RowId
from models.enums import JobState

router = APIRouter()


@router.get("/live")
async def run_list_live(request: Request, marks: str = "", newest: str = "", cards: bool = False) -> Response:
    return stream(request, RunListWatch(request, state_of(request), shown(marks, newest, with_verdict=cards)))


@router.get("/live/jobs")
async def job_list_live(request: Request, ids: str = "") -> Response:
    asked = [one for one in ids.split(",")[:ROWS] if one]
    state = choice_in(query_of(request), "state", JobState)
    return stream(request, JobListWatch(request, state_of(request), asked, state))


@router.get("/runs/{run_id}/live")
def run_live(request: Request, run_id: RowId, state: str = "", revision: int = 0) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_run(session, run_id)
    return stream(request, RunWatch(request, app_state, run_id, state=state, revision=revision))
