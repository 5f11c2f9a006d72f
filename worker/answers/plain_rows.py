"""Rows that name their task and hold its answers: JSON Lines, a JSON array or a Parquet table of whatever harness.

The fields are those of the peers (docs/problem-sets.md lists them). A list of answers is several completions.
"""

from collections.abc import Iterator
from typing import Any

from worker.answers.answer import (
    Answer,
    AnswerShape,
    BadAnswer,
    FieldError,
    ReadOptions,
    passed_of,
    short,
    task_of,
    texts_of,
)
from worker.problem_sets.documents import Content
from worker.problem_sets.rows import SourceRow

_PASSED_FIELDS = ("passed", "correct", "is_correct", "pass")


def fits(content: Content) -> bool:
    return content.rows is not None


def read(content: Content, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    for row in content.rows or ():
        yield from _read_row(row, content.unit, options)


def _read_row(row: SourceRow, unit: str, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    if row.problem:
        yield BadAnswer(line=row.line, reason=row.problem, unit=unit)
        return
    task_id = ""
    try:
        task_id = task_of(row.fields)
        texts = texts_of(row.fields)
        field, results = (
            _results(row.fields, len(texts), options) if options.results else ("", [None] * len(texts))
        )
    except FieldError as error:
        yield BadAnswer(line=row.line, reason=str(error), field=error.field, unit=unit, task_id=task_id)
        return
    for text, passed in zip(texts, results, strict=True):
        yield Answer(line=row.line, task_id=task_id, completion=text, passed=passed, scored_by=field, unit=unit)


def _results(fields: dict[str, Any], count: int, options: ReadOptions) -> tuple[str, list[bool | None]]:
    """The field that says what passed, and what it says of each completion. Raises: FieldError."""
    name = next((name for name in _PASSED_FIELDS if name in fields), None)
    if options.scorer is not None:
        return options.scorer, _scores(fields, options.scorer, count)
    if name is not None:
        values = fields[name] if isinstance(fields[name], list) else [fields[name]] * count
        if not all(value is None or isinstance(value, bool) for value in values):
            raise FieldError(name, f"field {name} is {short(fields[name])}, but must be true, false or null")
        if len(values) != count:
            raise FieldError(name, f"field {name} has {len(values)} values for {count} completions")
        return name, values
    for name in ("result", "status"):
        if isinstance(fields.get(name), str):
            return name, _scores(fields, name, count)
    raise FieldError("passed", f"field passed is missing; it has the fields {', '.join(map(str, fields))}")


def _scores(fields: dict[str, Any], name: str, count: int) -> list[bool | None]:
    if name not in fields:
        raise FieldError(name, f"field {name} is missing; it has the fields {', '.join(map(str, fields))}")
    try:
        return [passed_of(fields[name])] * count
    except ValueError as error:
        raise FieldError(name, f"field {name} is {error}, which says neither passed nor failed") from error


SHAPE = AnswerShape(
    name="rows",
    docs="`task_id` or `name`, and `completion`, `generation`, `solution`, `output`, `response` or a list of them",
    fits=fits,
    read=read,
)
