"""Results of another harness: lines of `{"task_id": …, "completion": …, "passed": …}`, or a log of Inspect as JSON.

In: a path (`.gz` or `-` as well). Out: `ForeignResult`s in file order. Lines of one task are its samples, in the order
they stand; in a log each epoch of a sample is one. Nothing is executed and nothing is guessed: a line that cannot be
read ends the import with its number and field, and so does a score between passed and failed.
"""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeGuard

from worker.archives.errors import ArchiveError, BadForeignResult
from worker.problem_sets.errors import SourceError
from worker.problem_sets.rows import SourceRow, open_bytes, read_rows

REQUIRED = ("task_id", "completion", "passed")
JSON_ENDINGS = (".json", ".json.gz")
INSPECT_PASSED = ("C", 1, True)
INSPECT_FAILED = ("I", "N", 0, False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignResult:
    """One completion and what the other harness said of it."""

    line: int
    task_id: str
    completion: str
    passed: bool | None
    """None: not scored there."""
    unit: str = "line"
    """What `line` counts."""


def read_results(source: str) -> Iterator[ForeignResult]:
    """The results of a file. It is a log of Inspect if it is named `.json` and holds one.

    Raises:
        SourceError: the file cannot be opened, or is a zip.
        BadForeignResult: a line or sample cannot be read; the message names file, place and field.
    """
    if source.endswith(".eval"):
        raise SourceError(
            f"{source} is a zip: turn it into JSON with `inspect log dump {source} > log.json`, and import that."
        )
    if not source.endswith(JSON_ENDINGS):
        return _read_lines(source)
    try:
        with open_bytes(source) as stream:
            content = stream.read()
    except EOFError as error:
        raise SourceError(f"{source} cannot be read ({error}).") from error
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if _is_inspect_log(document):
        return _results_of_log(source, document)
    return _results_of_lines(source, io.BytesIO(content))


def _read_lines(source: str) -> Iterator[ForeignResult]:
    with open_bytes(source) as stream:
        yield from _results_of_lines(source, stream)


def _results_of_lines(source: str, stream: BinaryIO) -> Iterator[ForeignResult]:
    for row in read_rows(stream):
        yield _result_of_line(source, row)


def _result_of_line(source: str, row: SourceRow) -> ForeignResult:
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


def _is_inspect_log(document: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON document has the two parts that every log with samples has."""
    return isinstance(document, dict) and "eval" in document and "samples" in document


def _results_of_log(source: str, document: dict[str, Any]) -> Iterator[ForeignResult]:
    """Only `id`, `output.completion` and `scores` of each sample are read; its number is given as the line."""
    samples = document["samples"]
    if not isinstance(samples, list):
        raise BadForeignResult(source, 0, "field samples is no list", unit="sample")
    for number, sample in enumerate(samples, start=1):
        try:
            yield ForeignResult(
                line=number,
                task_id=_task_id(sample),
                completion=_completion(sample),
                passed=_passed(sample),
                unit="sample",
            )
        except _UnreadableSample as error:
            raise BadForeignResult(source, number, str(error), unit="sample") from error


class _UnreadableSample(ArchiveError):
    """What is wrong with one sample."""


def _task_id(sample: object) -> str:
    if not isinstance(sample, dict) or not isinstance(sample.get("id"), str | int):
        raise _UnreadableSample("field id is missing")
    return str(sample["id"])


def _completion(sample: dict[str, Any]) -> str:
    output = sample.get("output")
    completion = output.get("completion", "") if isinstance(output, dict) else ""
    if not isinstance(completion, str):
        raise _UnreadableSample("field output.completion must be text")
    return completion


def _passed(sample: dict[str, Any]) -> bool | None:
    """None where Inspect has no score, for instance because the sample failed before it was scored."""
    scores = sample.get("scores") or {}
    if not scores:
        return None
    if not isinstance(scores, dict) or len(scores) > 1:
        raise _UnreadableSample(
            f"it has {len(scores)} scores ({', '.join(scores)}), and which one counts is not said"
        )
    [score] = scores.values()
    value = score.get("value") if isinstance(score, dict) else score
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if not isinstance(value, str | int | float) or value not in (*INSPECT_PASSED, *INSPECT_FAILED):
        raise _UnreadableSample(
            f"its score is {json.dumps(value)[:40]}, which says neither passed (C, 1) nor failed (I, 0)"
        )
    return value in INSPECT_PASSED
