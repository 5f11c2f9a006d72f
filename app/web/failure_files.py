"""The failure groups of all runs as CSV, for the page and the API, and their filter read from the query.

A run's own files are those of the report table `failures` (`downloads.py`).
"""

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from app.reports.failures import FailureFilter, FailureSort, chosen
from app.reports.tables.failures import failures_csv
from app.state import state_of
from app.web.parameters import choice_in, query_of
from models.enums import Verdict

LONGEST_WORDS = 200


def failure_filter(request: Request) -> FailureFilter:
    """The filter of the address.

    Raises:
        BadRequest: a verdict or an order is none.
    """
    query = query_of(request)
    return FailureFilter(
        verdict=choice_in(query, "class", Verdict),
        words=query.get("q", [""])[0].strip()[:LONGEST_WORDS],
        sort=choice_in(query, "sort", FailureSort) or FailureSort.MOST,
    )


def failures_file(request: Request) -> Response:
    """The groups of the newest runs together, under the page's filter."""
    app_state = state_of(request)
    wanted = failure_filter(request)
    with app_state.store.reader() as session:
        found, _ = app_state.all_failures(session)
    name = "failures-filtered.csv" if wanted.leaves_out else "failures.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    rows = failures_csv(found, chosen(found, wanted))
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)
