"""The files of a run: its report as JSON and Markdown, and every report table as CSV and JSON.

In: the registry of report tables and a run id. Out: one router, which pages and API both mount, so that an address
under `/api/v1` gives the same bytes as beside the page. Files stream: a million rows need no more memory than one.
A tag (ETag) holds until the run changes; `X-Rows` gives the number of rows where it is known ahead.
"""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import unquote_plus, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session
from starlette.types import Receive, Scope, Send

from app.download_places import DownloadPlaces, Transfer
from app.errors import BadRequest, Busy
from app.queries.labels import labels_version, with_labelled
from app.queries.last_reruns import find_last_reruns
from app.queries.problem_filter import matching, read_filter
from app.queries.problem_list import repair_arm_id
from app.queries.runs import RunHead, find_run
from app.reporting import StoredInputs
from app.reports.markdown import report_markdown
from app.reports.report import Report, as_json
from app.reports.tables import find_report_table, parquet, report_tables
from app.reports.tables.table import ReportTable
from app.state import DOWNLOADS_AT_ONCE, AppState, state_of
from app.web.http import tagged
from app.web.parameters import RowId, query_of

LONGEST_FILTER_NAME = 100
"""Letters of a file's name that tell its filter."""


class FileForm(NamedTuple):
    """A form in which every table can be downloaded."""

    suffix: str
    media_type: str
    chunks: Callable[[ReportTable, StoredInputs], Iterator[bytes]]


CSV = FileForm("csv", "text/csv; charset=utf-8", ReportTable.csv)
JSON = FileForm("json", "application/json", ReportTable.json)
PARQUET = FileForm("parquet", parquet.MEDIA_TYPE, ReportTable.parquet)


def router(filter_parameters: dict[str, Any]) -> APIRouter:
    """Routes for the report and for each table that is registered now.

    Args:
        filter_parameters: the problem filter in the words of OpenAPI, for tables that take it.
    """
    found = APIRouter(tags=["files"])
    for table in report_tables():
        for form in (CSV, JSON, PARQUET):
            found.add_api_route(
                f"/runs/{{run_id}}/{table.name}.{form.suffix}",
                _download_of(table, form),
                name=f"{table.name}_{form.suffix}",
                description=_description(table),
                response_class=Response,
                responses=_documented(
                    form.media_type, _csv_example(table) if form is CSV else _json_example(table)
                ),
                openapi_extra=filter_parameters if table.is_filtered else None,
            )
    found.add_api_route(
        "/runs/{run_id}/report.json",
        report_json_file,
        response_class=Response,
        responses=_documented("application/json", {"format": 1, "kind": "report"}),
    )
    found.add_api_route(
        "/runs/{run_id}/report.md",
        report_markdown_file,
        response_class=Response,
        responses=_documented("text/markdown", "# …"),
    )
    return found


def report_json_file(request: Request, run_id: RowId) -> Response:
    """The report as JSON."""
    report, headers = _tagged_report(request, run_id)
    return Response(as_json(report), media_type="application/json", headers=headers)


def report_markdown_file(request: Request, run_id: RowId) -> Response:
    """The report as a Markdown document."""
    report, headers = _tagged_report(request, run_id)
    text = report_markdown(report)
    return Response(text, media_type="text/markdown; charset=utf-8", headers={**headers, "Vary": "Accept"})


def problems_csv_file(request: Request, run_id: RowId) -> Response:
    """The table of problems, under the filter of the problem list."""
    return table_file(request, run_id, find_report_table("problems"), CSV)


def table_file(request: Request, run_id: int, table: ReportTable, form: FileForm) -> Response:
    """One table of a run as a download.

    Raises:
        NotFound: there is no such run.
        BadRequest: the table is filtered and the filter cannot be read.
        Busy: too many tables are being downloaded.
        NotModified: the reader has this file already.
    """
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        # Re-runs change nothing of their run but what this filter selects.
        reruns = find_last_reruns(session, run_id) if request.query_params.get("last_rerun") else {}
        thought = labels_version(session, run_id)
        headers = tagged(request, request.url.path, run.version, request.url.query, thought, reruns)
        chosen = _chosen_problems(app_state, session, run, request) if table.is_filtered else None
        if table.row_count:
            inputs = StoredInputs(session=session, run_id=run_id, problem_ids=chosen)
            headers["X-Rows"] = str(table.row_count(inputs))
    if table.is_filtered:
        headers["Vary"] = "Accept"
    name = f"run-{run_id}-{table.file_name}{_filter_in_name(request, run) if table.is_filtered else ''}"
    headers["Content-Disposition"] = f'attachment; filename="{name}.{form.suffix}"'
    chunks = _chunks(app_state, run, table, form, chosen)
    # The first chunk is made here, so that an error is an answer of its own and not a file that breaks off.
    places = app_state.download_places
    return _Download(next(chunks), chunks, places, media_type=form.media_type, headers=headers)


def _filter_in_name(request: Request, run: RunHead) -> str:
    """`-where-state-failed`, so that a part of a table is not taken for the whole; empty without a filter."""
    wanted = read_filter(query_of(request), [arm.name for arm in run.arms]).filter
    if wanted.is_empty:
        return ""
    given = {name: value for name, value in wanted.query().items() if value and name != "sort"}
    text = re.sub(r"[^A-Za-z0-9.]+", "-", unquote_plus(urlencode(given, doseq=True)))
    return f"-where-{text[:LONGEST_FILTER_NAME].strip('-.')}"


class _Download(StreamingResponse):
    """A stream that gives its connection back as soon as its reader is gone, or has to make room."""

    def __init__(self, first: bytes, rest: Generator[bytes], places: DownloadPlaces, **options: Any) -> None:
        super().__init__(chain([first], rest), **options)
        self._rest, self._places = rest, places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transfer = Transfer(send)
        try:
            with self._places.watched(transfer):
                await super().__call__(scope, receive, transfer.give)
        finally:
            self._rest.close()


def _chunks(
    app_state: AppState, run: RunHead, table: ReportTable, form: FileForm, chosen: set[int] | None
) -> Generator[bytes]:
    with _place(app_state), app_state.store.reader() as session:
        inputs = StoredInputs(
            session=session,
            run_id=run.id,
            make_report=lambda: app_state.report(session, run),
            problem_ids=chosen,
        )
        yield from form.chunks(table, inputs)


@contextmanager
def _place(app_state: AppState) -> Iterator[None]:
    if not app_state.download_places.take():
        raise Busy(
            f"{DOWNLOADS_AT_ONCE} tables are being downloaded already, and no more are served at once.",
            advice="Ask again in some seconds.",
        )
    try:
        yield
    finally:
        app_state.download_places.leave()


def _chosen_problems(app_state: AppState, session: Session, run: RunHead, request: Request) -> set[int]:
    """Ids of the problems that the request's filter selects; problems without a result yet count as well."""
    read = read_filter(query_of(request), [arm.name for arm in run.arms])
    if read.errors:
        raise BadRequest(
            " ".join(read.errors.values()), advice="The list of problems offers every filter there is."
        )
    wanted = with_labelled(session, run.id, read.filter)
    facts, reruns = app_state.facts(session, run), find_last_reruns(session, run.id)
    found = matching(facts, wanted, repair_arm_id(run, wanted), reruns)
    return {row.problem_id for row in found}


def _tagged_report(request: Request, run_id: int) -> tuple[Report, dict[str, str]]:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        headers = tagged(request, request.url.path, run.version, request.url.query)
        return app_state.report(session, run), headers


def _download_of(table: ReportTable, form: FileForm) -> Callable[..., Response]:
    def download(request: Request, run_id: RowId) -> Response:
        return table_file(request, run_id, table, form)

    return download


def _description(table: ReportTable) -> str:
    parts = [table.description]
    if table.arm_columns:
        parts.append(f"Each arm adds {', '.join(column.name for column in table.arm_columns)}.")
    if table.is_filtered:
        parts.append("The query is that of the page `/runs/{id}/problems`.")
    if table.row_count:
        parts.append("`X-Rows` gives the number of rows.")
    return " ".join(parts)


def _csv_example(table: ReportTable) -> str:
    return ",".join(column.name for column in table.columns) + (",…" if table.arm_columns else "\r\n…")


def _json_example(table: ReportTable) -> list[dict[str, str]]:
    return [{column.name: "…" for column in table.columns}]


def _documented(media_type: str, example: object) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type.partition(";")[0]: {"example": example}}}}
