"""A run's tables as files under the API: the same documents as beside the run's page, by suffix.

`problems` and `report` answer their plain address in these forms too, to an `Accept` that asks for them.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.accept import CSV, MARKDOWN
from app.api.problems_query import FILTER
from app.web.pages import report_files
from app.web.parameters import RowId

router = APIRouter(tags=["files"])


def _documented(media_type: str, example: str) -> dict[int | str, dict[str, object]]:
    return {200: {"content": {media_type: {"example": example}}}}


@router.get(
    "/runs/{run_id}/problems.csv",
    response_class=Response,
    responses=_documented(CSV, "task_id,problem_version,…"),
    openapi_extra=FILTER,
)
def problems_csv(request: Request, run_id: RowId) -> Response:
    """One row a problem, some columns an arm; the query is the one of the page `/runs/{id}/problems`."""
    return report_files.problems_file(request, run_id)


@router.get(
    "/runs/{run_id}/attempts.csv", response_class=Response, responses=_documented(CSV, "task_id,problem_version,…")
)
def attempts_csv(request: Request, run_id: RowId) -> Response:
    """One row a sample of each arm, streamed; `X-Rows` says how many are coming."""
    return report_files.attempts_file(request, run_id)


@router.get(
    "/runs/{run_id}/pass_at_k.csv", response_class=Response, responses=_documented(CSV, "arm,kind,statistic,k,…")
)
def pass_at_k_csv(request: Request, run_id: RowId) -> Response:
    """pass@k of every arm with its intervals."""
    return report_files.pass_at_k_file(request, run_id)


@router.get("/runs/{run_id}/flips.csv", response_class=Response, responses=_documented(CSV, "left,right,…"))
def flips_csv(request: Request, run_id: RowId) -> Response:
    """Every problem of every pair of arms, and how it moved."""
    return report_files.flips_file(request, run_id)


@router.get("/runs/{run_id}/report.md", response_class=Response, responses=_documented(MARKDOWN, "# …"))
def report_markdown(request: Request, run_id: RowId) -> Response:
    """The report as a document to paste."""
    return report_files.report_md(request, run_id)
