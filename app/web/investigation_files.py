"""The report of an investigation as a file, which pages and API both give."""

from collections.abc import Callable
from typing import Literal

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.investigation_reports import read_investigation
from app.queries.investigations import find_investigation_view, investigation_version
from app.queries.runs import find_run
from app.reports.investigation_markdown import investigation_markdown
from app.reports.report import Report
from app.state import AppState, state_of
from app.web.http import tagged
from app.web.rendering.investigation import file_html


def investigation_file(request: Request, name: str, form: Literal["html", "md"]) -> Response:
    """The report as one self-contained file."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        view = find_investigation_view(session, name)
        headers = tagged(request, request.url.path, investigation_version(session, view))
        report = read_investigation(session, view, reports_of(app_state))
    headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    text = file_html(report) if form == "html" else investigation_markdown(report)
    kind = "text/html" if form == "html" else "text/markdown"
    return Response(text.encode("utf-8", "replace"), media_type=f"{kind}; charset=utf-8", headers=headers)


def reports_of(app_state: AppState) -> Callable[[Session, int], Report]:
    """The reports of runs from the cache that pages share."""
    return lambda session, run_id: app_state.report(session, find_run(session, run_id))
