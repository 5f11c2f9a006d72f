"""`/columns`: what each column of each file means, from the same registry as the files themselves."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.reports.tables import report_tables
from app.reports.tables.table import ReportTable
from app.web.respond import render

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class ColumnsContext:
    """The page of columns."""

    tables: tuple[ReportTable, ...]


@router.get("/columns", name="columns")
def columns_page(request: Request) -> Response:
    return render(request, "pages/columns.html", ColumnsContext(tables=report_tables()))
