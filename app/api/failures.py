"""Failure groups over the API: of all runs together. A run's own are its files `failures.json` and `failures.csv`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.api.requests import CSV, JSON, preferred
from app.reports.failures import FailureFilter, FailureSort, as_rows, chosen
from app.state import state_of
from app.web.failure_files import LONGEST_WORDS, failures_file
from models.enums import Verdict

router = APIRouter(tags=["failures"])
router.add_api_route(
    "/failures.csv",
    failures_file,
    response_class=Response,
    responses={200: {"content": {CSV: {}}}},
    name="api_failures_csv",
)


@router.get("/failures", response_model=None)
def failures(
    request: Request,
    response: Response,
    verdict: Annotated[Verdict | None, Query(alias="class")] = None,
    q: Annotated[
        str, Query(max_length=LONGEST_WORDS, description="Words that must all be in the fingerprint.")
    ] = "",
    sort: FailureSort = FailureSort.MOST,
) -> list[dict[str, Any]] | Response:
    """Programs that failed alike, over the newest runs together. CSV to `Accept: text/csv`."""
    if preferred(request, (JSON, CSV)) == CSV:
        return failures_file(request)
    response.headers["Vary"] = "Accept"
    app_state = state_of(request)
    with app_state.store.reader() as session:
        found, _ = app_state.all_failures(session)
    return as_rows(found, chosen(found, FailureFilter(verdict=verdict, words=q, sort=sort)))
