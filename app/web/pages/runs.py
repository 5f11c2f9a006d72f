"""`/runs`: every run, the newest first, paged by id."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.jobs import WorkState, read_work
from app.queries.runs import list_runs
from app.state import state_of
from app.web.pages.respond import render
from app.web.pages.row_id import row_id
from app.web.pages.summed_runs import SummedRun, live_address, summed

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class RunsContext:
    """The page `/runs`."""

    runs: tuple[SummedRun, ...]
    before: int | None
    """The id that this page begins below; None on the first."""
    next_before: int | None
    """Where the next page begins; None on the last."""
    work: WorkState
    newer: int
    """Runs that came since the page was drawn: none yet; its live part counts them."""
    live: str
    """Where the page hears what happens from here on."""


@router.get("/runs", name="runs")
def runs_page(request: Request) -> Response:
    app_state = state_of(request)
    before = row_id(request.query_params.get("before", ""))
    with app_state.store.reader() as session:
        listed = list_runs(session, before=before)
        work = read_work(session)
        context = RunsContext(
            runs=tuple(
                summed(app_state, session, run, work.job_of(run.id), with_verdict=False) for run in listed.rows
            ),
            before=before,
            next_before=listed.next_before,
            work=work,
            newer=0,
            live=live_address(app_state, listed.rows, with_verdict=False, is_newest=before is None),
        )
    return render(request, "pages/runs.html", context)
