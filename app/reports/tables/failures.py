"""One row per failure group: all programs of the run that failed with one fingerprint."""

from collections.abc import Iterator, Sequence

from app.reports.failures import FailureGroup, Failures
from app.reports.tables.table import (
    Cell,
    CellKind,
    Column,
    Question,
    ReportTable,
    Section,
    TableInputs,
    csv_chunks,
)

_TEXT = CellKind.TEXT
_COLUMNS = (
    Column("fingerprint", "The verdict, and the message without names, numbers, positions and types", _TEXT),
    Column("verdict", "The verdict that all of its programs have"),
    Column("programs", "Failed programs of all arms: drafts, and the last revision of each sample"),
    Column("problems", "Problems with such a program"),
    Column("first_seen", "When the first of them was stored, ISO 8601, UTC", CellKind.TIME),
    Column("last_seen", "When the last of them was stored", CellKind.TIME),
)
_OF_ARMS = (
    Column("failed", "Failed programs of this arm"),
    Column("revised", "Drafts that failed so and that this arm revised, with a scored result; 0 for the base"),
    Column("repaired", "How many of those revisions pass"),
)
_OF_RUNS = (
    Column("first_run", "Number of the run in which it was seen first"),
    Column("last_run", "Number of the run in which it was seen last"),
)


def _cells(group: FailureGroup) -> list[Cell]:
    return [
        *(group.fingerprint, group.verdict, group.failed, group.problems),
        *(group.first_at.isoformat(timespec="seconds"), group.last_at.isoformat(timespec="seconds")),
    ]


def _arm_cells(group: FailureGroup) -> list[Cell]:
    return [number for arm in group.arms for number in (arm.failed, arm.revised, arm.repaired)]


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for group in inputs.failures.groups:
        yield [*_cells(group), *_arm_cells(group)]


def failures_csv(failures: Failures, groups: Sequence[FailureGroup]) -> Iterator[bytes]:
    """The file of groups across runs: the same columns, and the runs."""
    columns = [
        *_COLUMNS,
        *_OF_RUNS,
        *(Column(f"{arm.name}_{one.name}", one.doc) for arm in failures.arms for one in _OF_ARMS),
    ]
    rows = ([*_cells(group), group.first_run, group.last_run, *_arm_cells(group)] for group in groups)
    return csv_chunks(columns, rows)


FAILURES = ReportTable(
    name="failures",
    question=Question.RESULTS,
    title="Failures",
    description="One row per failure group: all programs that failed with one fingerprint, the largest first.",
    columns=_COLUMNS,
    arm_columns=_OF_ARMS,
    rows=_rows,
    section=Section.FILE_ONLY,
)
