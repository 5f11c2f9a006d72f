"""Somebody else's results, line by line: `{"task_id": …, "completion": …, "passed": …}`.

In: the path of a JSON Lines file (`.gz` or `-` as well). Out: `ForeignResult`s in file order. Lines of one task are its
samples, in the order they stand. Nothing is executed and nothing is guessed: a line that cannot be read ends the
import with its number and field.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from worker.problem_sets.rows import SourceRow, open_bytes, read_rows
from worker.runs.errors import BadForeignResult

REQUIRED = ("task_id", "completion", "passed")


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignResult:
    """One completion and what its owner's harness said of it."""

    line: int
    task_id: str
    completion: str
    passed: bool | None
    """None: not scored there."""
    unit: str = "line"
    """What `line` counts."""


def read_foreign_results(source: str) -> Iterator[ForeignResult]:
    """The results of a file.

    Raises:
        SourceError: the file cannot be opened.
        BadForeignResult: a line cannot be read; the message names file, line and field.
    """
    with open_bytes(source) as stream:
        yield from results_of(source, stream)


def results_of(source: str, stream: BinaryIO) -> Iterator[ForeignResult]:
    """The results of a stream that errors call `source`."""
    for row in read_rows(stream):
        yield _result(source, row)


def _result(source: str, row: SourceRow) -> ForeignResult:
    if row.problem:
        raise BadForeignResult(source, row.line, row.problem.rstrip("."))
    for name in REQUIRED:
        if name not in row.fields:
            raise BadForeignResult(source, row.line, f"field {name} is missing")
    task_id, completion, passed = (row.fields[name] for name in REQUIRED)
    if not isinstance(task_id, str) or not task_id:
        raise BadForeignResult(source, row.line, f"field task_id is {task_id!r}, but must be text")
    if not isinstance(completion, str):
        raise BadForeignResult(source, row.line, f"field completion is {_short(completion)}, but must be text")
    if passed is not None and not isinstance(passed, bool):
        raise BadForeignResult(
            source, row.line, f"field passed is {_short(passed)}, but must be true, false or null"
        )
    return ForeignResult(line=row.line, task_id=task_id, completion=completion, passed=passed)


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"
