"""Somebody else's results in a log of Inspect (the JSON form, as `--log-format json` or `inspect log dump` give it).

In: the log's bytes. Out: `ForeignResult`s, each epoch of a sample being one more completion of its task. Of a log only
`samples[]` is read: `id`, `output.completion`, `scores` and `error`. A score is passed or failed or none at all; one
between (partial credit, a grade) is refused, because this store would have to guess.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, TypeGuard

from worker.runs.errors import BadForeignResult
from worker.runs.foreign_results import ForeignResult

PASSED = ("C", 1, True)
FAILED = ("I", "N", 0, False)


def is_inspect_log(document: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON document has the two parts that every log with samples has."""
    return isinstance(document, dict) and "eval" in document and "samples" in document


def read_inspect_log(source: str, document: dict[str, Any]) -> Iterator[ForeignResult]:
    """The results of a log, in its order; a sample's number stands where another file has its line.

    Raises:
        BadForeignResult: a sample cannot be read; the message names file, number and field.
    """
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
        except _Unreadable as error:
            raise BadForeignResult(source, number, str(error), unit="sample") from error


class _Unreadable(Exception):
    """What is wrong with one sample."""


def _task_id(sample: object) -> str:
    if not isinstance(sample, dict) or not isinstance(sample.get("id"), str | int):
        raise _Unreadable("field id is missing")
    return str(sample["id"])


def _completion(sample: dict[str, Any]) -> str:
    output = sample.get("output")
    completion = output.get("completion", "") if isinstance(output, dict) else ""
    if not isinstance(completion, str):
        raise _Unreadable("field output.completion must be text")
    return completion


def _passed(sample: dict[str, Any]) -> bool | None:
    """None where Inspect has no score, be it that the sample failed on the way."""
    scores = sample.get("scores") or {}
    if not scores:
        return None
    if not isinstance(scores, dict) or len(scores) > 1:
        raise _Unreadable(f"it has {len(scores)} scores ({', '.join(scores)}), and which one counts is not said")
    [score] = scores.values()
    value = score.get("value") if isinstance(score, dict) else score
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if not isinstance(value, str | int | float) or value not in (*PASSED, *FAILED):
        raise _Unreadable(
            f"its score is {json.dumps(value)[:40]}, which says neither passed (C, 1) nor failed (I, 0)"
        )
    return value in PASSED
