"""`/runs/{id}`: what repair did in one run, each number a link to the problems behind it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.house import house_of
from app.pages.respond import render
from app.pages.row_id import RowId
from app.queries.run_head import RunHead, find_run
from app.queries.run_sums import RunSums

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """The page of one run."""

    run: RunHead
    sums: RunSums


@router.get("/runs/{run_id}", name="run")
def run_page(request: Request, run_id: RowId) -> Response:
    house = house_of(request)
    with house.store.reader() as session:
        run = find_run(session, run_id)
        sums = house.sums(session, run.id, run.revision_number)
    return render(request, "pages/run.html", RunContext(run=run, sums=sums))
