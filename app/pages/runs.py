"""`/runs`: every run, the newest first, paged by id."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.house import house_of
from app.pages.respond import render
from app.pages.row_id import row_id
from app.pages.summed_runs import SummedRun, live_address, summed
from app.queries.jobs import WorkState, read_work
from app.queries.runs import list_runs

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
    house = house_of(request)
    before = row_id(request.query_params.get("before", ""))
    with house.store.reader() as session:
        listed = list_runs(session, before=before)
        work = read_work(session)
        context = RunsContext(
            runs=tuple(
                summed(house, session, run, work.job_of(run.id), with_verdict=False) for run in listed.rows
            ),
            before=before,
            next_before=listed.next_before,
            work=work,
            newer=0,
            live=live_address(house, listed.rows, with_verdict=False, is_newest=before is None),
        )
    return render(request, "pages/runs.html", context)
