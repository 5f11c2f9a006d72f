"""Reviews: what each reviewer says of each program. The file is what `tekhne labels import` and the page read back.

In: the inputs of a run. Out: the table.
"""

from collections.abc import Iterator

from app.reports.reviews import ReviewView
from app.reports.tables.parquet import ColumnType
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs
from models.labels import SEPARATOR

COLUMNS = (
    Column("task_id", "The problem's name in its set", CellKind.TEXT),
    Column(
        "problem_version",
        "First 12 hex digits of the problem's content hash, the same in every store",
        CellKind.TEXT,
    ),
    Column("arm", "Name of the arm that wrote the program", CellKind.TEXT),
    Column("sample", "0-based number of the draft"),
    Column("round", "0 for a draft, the round of a revision"),
    Column("reviewer", "Who says it", CellKind.TEXT),
    Column("labels", "`harness bug; off by one`: the reviewer's labels, in alphabetical order", CellKind.TEXT),
    Column("state", "`open`, `unsure` or `done`"),
    Column("note", "The reviewer's note", CellKind.TEXT),
    Column("changed_at", "When the review was last changed, in UTC", CellKind.TIME),
)


def _rows(inputs: TableInputs) -> Iterator[tuple[Cell, ...]]:
    return map(_row, inputs.reviews)


def _row(review: ReviewView) -> tuple[Cell, ...]:
    place = (review.task_id, review.problem_version, review.arm, review.sample, review.round)
    said = (review.reviewer, f"{SEPARATOR} ".join(review.labels), str(review.state), review.note)
    return (*place, *said, f"{review.changed_at:%Y-%m-%dT%H:%M:%SZ}")


LABELS = ReportTable(
    name="labels",
    question=Question.RESULTS,
    title="Labels",
    description="One row per reviewer and program that has a review.",
    columns=COLUMNS,
    rows=_rows,
    row_count=lambda inputs: len(inputs.reviews),
    types={
        **dict.fromkeys(("task_id", "problem_version", "note", "changed_at"), ColumnType.TEXT),
        **dict.fromkeys(("arm", "reviewer", "labels", "state"), ColumnType.WORD),
        **dict.fromkeys(("sample", "round"), ColumnType.INTEGER),
    },
    section=Section.FILE_ONLY,
)
