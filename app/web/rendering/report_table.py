"""A report table as the page of a run shows it: a link to its file and, without a layout of its own, its rows.

In: a `ReportTable` and the inputs of one run. Out: text cells. Tables with a layout of their own are drawn elsewhere.
"""

from dataclasses import dataclass

from app.reports.tables.table import Cell, Column, ReportTable, Section, TableInputs
from app.web.rendering.text import count

MOST_ROWS = 100
"""Rows that a section shows; the file has all of them."""


@dataclass(frozen=True, kw_only=True)
class TableView:
    """One table of the run's page."""

    name: str
    """In the address of its file."""
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first rows of a generic section; empty for tables that are shown in another way, or not at all."""
    row_count: int


def table_view(table: ReportTable, inputs: TableInputs) -> TableView:
    """The table for the page; its rows are made only for a generic section."""
    is_generic = table.section is Section.GENERIC
    rows = [tuple(map(_text, row)) for row in table.rows(inputs)] if is_generic else []
    return TableView(
        name=table.name,
        title=table.title,
        description=table.description,
        columns=table.columns_of(inputs) if is_generic else (),
        rows=tuple(rows[:MOST_ROWS]),
        row_count=len(rows),
    )


def _text(cell: Cell) -> str:
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return count(cell)
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
