"""What a report table is: columns with a line of documentation each, and a function that makes the rows.

In: a `ReportTable` and the inputs of one run. Out: the table as CSV, JSON or Parquet, in chunks of bytes, or its
documentation.
CSV files are UTF-8 with a byte order mark (Excel reads anything else as the local code page), lines end in CRLF and
quoting follows RFC 4180. No text in them is run as a formula by a spreadsheet. A missing value is an empty cell.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from app.reports.failures import Failures
from app.reports.report import Report
from app.reports.reviews import ReviewView
from app.reports.sample_tables import SampleRow
from app.reports.samples import ArmSamples, ProblemInfo
from app.reports.tables.parquet import ColumnType, parquet_chunks

BYTE_ORDER_MARK = "\ufeff"
LINE_END = "\r\n"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""First characters that some spreadsheet takes for a formula; and the apostrophe itself, so that a guarding apostrophe
can be removed without guessing."""
_NUMBER = re.compile(r"\d+([.,]\d*)?([eE]\d+)?", re.ASCII)
"""Text that a spreadsheet shows as another number: `032005758e47` as 3.2E+54, `007` as 7."""
ROWS_PER_CHUNK = 1_000
DIGITS = 6
"""Significant digits of a number that is no count; JSON and Parquet hold all of them."""

Cell = str | int | float | bool | None


class CellKind(StrEnum):
    VALUE = "value"
    """A number or a word of a closed vocabulary, written as it is."""
    TEXT = "text"
    """Free text, guarded by an apostrophe where a spreadsheet could misread it."""
    FLAG = "flag"
    """`true` or `false`."""
    TIME = "time"
    """An instant, ISO 8601 in UTC; a timestamp in Parquet."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, in the order of the file. A released column is never renamed or moved; new ones go to the end."""

    name: str
    doc: str
    """One line, without a full stop."""
    kind: CellKind = CellKind.VALUE


class Section(StrEnum):
    """How the page of a run shows a table."""

    GENERIC = "generic"
    """As a section that the page draws from the columns and rows."""
    OWN = "own"
    """The page has its own layout for these numbers."""
    FILE_ONLY = "file only"


class Question(StrEnum):
    """What a table answers; the page lists the files under it, in this order."""

    RESULTS = "What was written"
    RATES = "How often it passes"
    RIVALS = "Whether repair beats drawing again"
    REPAIR = "What repair did"
    MEMORY = "Whether it is memory"
    OTHER = "More"


class TableInputs(Protocol):
    """What the rows of a run's tables are made from; each part is read when a table first asks for it."""

    @property
    def report(self) -> Report: ...

    @property
    def arms(self) -> Sequence[ArmSamples]: ...

    @property
    def problems(self) -> Sequence[ProblemInfo]:
        """The run's problems in its order; for a filtered table those that the filter selects."""

    @property
    def failures(self) -> Failures:
        """The run's failure groups, the largest first."""

    @property
    def reviews(self) -> Sequence[ReviewView]:
        """What people think of the run's programs."""

    @property
    def sample_count(self) -> int:
        """The number of rows that `samples` gives."""

    def samples(self) -> Iterator[SampleRow]:
        """Every sample of every arm, one at a time: a run may have a million."""


@dataclass(frozen=True, kw_only=True)
class ReportTable:
    """A table of a run's report: a section of its page, CSV and JSON files of page and API, `tekhne export csv`."""

    name: str
    """In addresses (`/runs/ID/NAME.csv`) and, with hyphens, on the command line."""
    title: str
    description: str
    """What one row is, as a sentence."""
    columns: tuple[Column, ...]
    rows: Callable[[TableInputs], Iterable[Sequence[Cell]]]
    arm_columns: tuple[Column, ...] = ()
    """Further columns, repeated for each arm with the arm's name and an underscore in front."""
    row_count: Callable[[TableInputs], int] | None = None
    """The number of rows, if it is known before the rows are made: sent ahead in `X-Rows`."""
    types: Mapping[str, ColumnType] | None = None
    """By column, for a table of so many rows that none may be read ahead; None: found from the cells."""
    is_filtered: bool = False
    """Whether the files take the filter of the problem list in their query."""
    section: Section = Section.GENERIC
    question: Question = Question.OTHER

    @property
    def file_name(self) -> str:
        return self.name.replace("_", "-")

    def columns_of(self, inputs: TableInputs) -> tuple[Column, ...]:
        """All columns for one run."""
        if not self.arm_columns:
            return self.columns
        repeated = [
            Column(f"{arm.name}_{column.name}", column.doc, column.kind)
            for arm in inputs.arms
            for column in self.arm_columns
        ]
        return (*self.columns, *repeated)

    def csv(self, inputs: TableInputs) -> Iterator[bytes]:
        return csv_chunks(self.columns_of(inputs), self.rows(inputs))

    def json(self, inputs: TableInputs) -> Iterator[bytes]:
        """A list with one object per row."""
        names = [column.name for column in self.columns_of(inputs)]
        separator = "[\n"
        for row in self.rows(inputs):
            record = dict(zip(names, row, strict=True))
            yield (separator + json.dumps(record, ensure_ascii=False, allow_nan=False)).encode("utf-8", "replace")
            separator = ",\n"
        yield ("\n]\n" if separator != "[\n" else "[]\n").encode()

    def parquet(self, inputs: TableInputs) -> Iterator[bytes]:
        """The same table with typed columns."""
        about = {"tekhne_table": self.file_name, "description": self.description}
        return parquet_chunks(self.columns_of(inputs), self.rows(inputs), types=self.types, about=about)

    def documentation(self) -> str:
        """The table's section of docs/csv.md."""
        lines = [f"## {self.file_name}", "", self.description]
        if self.arm_columns:
            lines[-1] += f" The last {len(self.arm_columns)} columns are repeated for each arm; `ARM` is its name."
        lines += ["", "| column | meaning |", "| --- | --- |"]
        lines += [f"| `{column.name}` | {column.doc} |" for column in self.columns]
        lines += [f"| `ARM_{column.name}` | {column.doc} |" for column in self.arm_columns]
        return "\n".join(lines) + "\n"


@lru_cache(maxsize=4_096)
def guarded(value: str) -> str:
    """Text as a cell: an apostrophe before anything that could start a formula, and before digits that are text."""
    return "'" + value if value.startswith(FORMULA_STARTS) or _NUMBER.fullmatch(value) else value


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") else cell


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in chunks, each made when it is asked for: memory does not grow with the number of rows."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, lineterminator=LINE_END)
    writer.writerow([guarded(column.name) for column in columns])
    texts = [place for place, column in enumerate(columns) if column.kind is CellKind.TEXT]
    flags = [place for place, column in enumerate(columns) if column.kind is CellKind.FLAG]
    buffered = 0
    for row in rows:
        cells = [float(f"{cell:.{DIGITS}g}") if cell.__class__ is float else cell for cell in row]
        for place in texts:
            cells[place] = guarded(str(cells[place] or ""))
        for place in flags:
            cells[place] = "true" if cells[place] else "false"
        writer.writerow(cells)
        buffered += 1
        if buffered == ROWS_PER_CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
            buffered = 0
    yield buffer.getvalue().encode()
