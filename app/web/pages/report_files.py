"""A run's report as files: JSON, Markdown, and CSV of attempts, problems, pass@k and flips.

Each is the same report, or the same rows, as the page shows. The CSV of attempts streams, so that a million rows need
no more memory than one; the number of its rows goes ahead of it in `X-Rows`.
"""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from app.errors import BadRequest
from app.queries.problem_filter import matching, read_filter
from app.queries.problem_list import repair_arm_id
from app.queries.report_inputs import read_arms, read_problems
from app.queries.runs import find_run
from app.queries.sample_rows import count_rows, sample_rows
from app.reports.csv_attempts import attempts_csv
from app.reports.csv_tables import flips_csv, pass_at_k_csv, problems_csv
from app.reports.markdown import report_markdown
from app.reports.report import Report, as_json
from app.state import AppState, state_of
from app.web.http import tagged
from app.web.parameters import RowId, query_of

router = APIRouter()
CSV = "text/csv; charset=utf-8"


@router.get("/runs/{run_id}/report.json")
def report_json(request: Request, run_id: RowId) -> Response:
    headers = _tag(request, run_id)
    return Response(as_json(_report(request, run_id)), media_type="application/json", headers=headers)


@router.get("/runs/{run_id}/report.md")
def report_md(request: Request, run_id: RowId) -> Response:
    headers = {**_tag(request, run_id), "Vary": "Accept"}
    text = report_markdown(_report(request, run_id))
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


@router.get("/runs/{run_id}/pass_at_k.csv")
def pass_at_k_file(request: Request, run_id: RowId) -> Response:
    headers = _tag(request, run_id)
    return _download(pass_at_k_csv(_report(request, run_id).arms), f"run-{run_id}-pass-at-k.csv", headers)


@router.get("/runs/{run_id}/flips.csv")
def flips_file(request: Request, run_id: RowId) -> Response:
    headers = _tag(request, run_id)
    return _download(flips_csv(_report(request, run_id).pairs), f"run-{run_id}-flips.csv", headers)


@router.get("/runs/{run_id}/problems.csv")
def problems_file(request: Request, run_id: RowId) -> Response:
    """One row a problem, under the same filter as the list; a filter that cannot be read gives no file."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        facts = app_state.facts(session, run)
        arms, infos = read_arms(session, run_id), read_problems(session, run_id)
    read = read_filter(query_of(request), [arm.name for arm in run.arms])
    if read.errors:
        raise BadRequest(
            " ".join(read.errors.values()), advice="The list of problems offers every filter there is."
        )
    wanted = read.filter
    # By row: two sets of a run may share a task id. A problem that has no result yet is a row of the list, too.
    found = {row.problem_id for row in matching(facts, wanted, repair_arm_id(run, wanted))}
    chosen = [info for problem_id, info in infos.items() if problem_id in found]
    headers = {**_tag(request, run_id), "X-Rows": str(len(found)), "Vary": "Accept"}
    return _download(problems_csv(arms, chosen), f"run-{run_id}-problems.csv", headers)


@router.get("/runs/{run_id}/attempts.csv")
def attempts_file(request: Request, run_id: RowId) -> Response:
    """One row a sample of each arm."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_run(session, run_id)
        rows = count_rows(session, run_id)
    headers = {**_tag(request, run_id), "X-Rows": str(rows)}
    return _download(_attempts(app_state, run_id), f"run-{run_id}-attempts.csv", headers)


def _attempts(app_state: AppState, run_id: int) -> Iterator[bytes]:
    with app_state.store.reader() as session:
        yield from attempts_csv(sample_rows(session, run_id))


def _report(request: Request, run_id: int) -> Report:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        return app_state.report(session, run)


def _tag(request: Request, run_id: int) -> dict[str, str]:
    """Two files of one address are the same until the run changes; a reader who has it is told so."""
    with state_of(request).store.reader() as session:
        run = find_run(session, run_id)
    return tagged(request, request.url.path, run.version, request.url.query)


def _download(chunks: Iterator[bytes], name: str, headers: dict[str, str]) -> Response:
    headers = {**headers, "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(chunks, media_type=CSV, headers=headers)
