"""`/`: the newest runs as sentences, what is being worked on, and health in one line."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.jobs import WorkState, read_work
from app.queries.runs import list_runs
from app.state import state_of
from app.web.pages.respond import render
from app.web.pages.summed_runs import SummedRun, live_address, summed

router = APIRouter()
NEWEST = 8


@dataclass(frozen=True, kw_only=True)
class OverviewContext:
    """The page `/`."""

    runs: tuple[SummedRun, ...]
    """The newest runs; empty in a new store, whose page says what to do first."""
    more: bool
    """Whether the store holds older runs than these."""
    work: WorkState
    newer: int
    """Runs that came since the page was drawn: none yet; its live part counts them."""
    live: str
    """Where the page hears what happens from here on."""


@router.get("/", name="overview")
def overview_page(request: Request) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        listed = list_runs(session, rows=NEWEST)
        work = read_work(session)
        context = OverviewContext(
            runs=tuple(
                summed(app_state, session, run, work.job_of(run.id), with_verdict=True) for run in listed.rows
            ),
            more=listed.next_before is not None,
            work=work,
            newer=0,
            live=live_address(app_state, listed.rows, with_verdict=True),
        )
    return render(request, "pages/overview.html", context)
