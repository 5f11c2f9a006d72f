"""Logs of Inspect: a JSON document with `eval` and `samples`, or a `.eval` archive with a file for each sample.

Each epoch of a sample is one completion. C and 1 are passed, I, N and 0 failed; a sample without a score, for instance
because it broke before, is not scored. A log with several scorers needs a choice.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from worker.answers.answer import (
    Answer,
    AnswerError,
    AnswerShape,
    BadAnswer,
    FieldError,
    ReadOptions,
    chosen,
    passed_of,
    texts_in,
)
from worker.problem_sets.documents import Content
from worker.problem_sets.limits import parse_json
from worker.problem_sets.packed import unreadable

_SAMPLE = re.compile(r"samples/.+\.json$")
_NUMBERS = re.compile(r"([0-9]+)")


def fits(content: Content) -> bool:
    if content.archive is not None:
        return any(_SAMPLE.match(name) for name in content.archive.names)
    document = content.document
    return isinstance(document, dict) and isinstance(document.get("eval"), dict) and "samples" in document


def read(content: Content, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    for number, sample in enumerate(_samples(content), start=1):
        task_id = ""
        try:
            task_id = _task_id(sample)
            completion = _completion(sample)
            scorer, passed = _passed(sample, options, content.source) if options.results else ("", None)
        except FieldError as error:
            yield BadAnswer(line=number, reason=str(error), field=error.field, unit="sample", task_id=task_id)
            continue
        yield Answer(
            line=number, task_id=task_id, completion=completion, passed=passed, scored_by=scorer, unit="sample"
        )


def _samples(content: Content) -> Iterator[Any]:
    if content.archive is None:
        samples = content.document["samples"]
        if not isinstance(samples, list):
            raise AnswerError(f"{content.source}: field samples is no list.")
        yield from samples
        return
    names = [name for name in content.archive.names if _SAMPLE.match(name)]
    for name in sorted(names, key=_in_order):
        text = content.archive.read(name)
        try:
            yield parse_json(text)
        except ValueError as error:
            raise unreadable(content.source, name, error) from error


def _in_order(name: str) -> list[Any]:
    """2 before 10: the samples of a log are in the order of their ids."""
    parts = _NUMBERS.split(name)
    # By length and digits, because a number of thousands of digits is none to Python.
    return [(len(part.lstrip("0")), part.lstrip("0")) if odd % 2 else part for odd, part in enumerate(parts)]


def _task_id(sample: object) -> str:
    if not isinstance(sample, dict) or not isinstance(sample.get("id"), str | int):
        raise FieldError("task_id", "field id is missing")
    return str(sample["id"])


def _completion(sample: dict[str, Any]) -> str | None:
    output = sample.get("output")
    if not isinstance(output, dict) or not output:
        return ""
    if "completion" in output:
        if output["completion"] is not None and not isinstance(output["completion"], str):
            raise FieldError("completion", "field output.completion must be text")
        return output["completion"]
    texts = texts_in(output.get("choices") or "", "output.choices")
    return texts[0] if texts else ""


def _passed(sample: dict[str, Any], options: ReadOptions, source: str) -> tuple[str, bool | None]:
    """The scorer that counts, and what it says. Without scores nothing is said, as of a sample that broke before."""
    scores = sample.get("scores") or {}
    if not isinstance(scores, dict):
        raise FieldError("scores", "field scores is no object")
    values = {}
    for name, score in scores.items():
        value = score.get("value") if isinstance(score, dict) else score
        parts = value if isinstance(value, dict) and len(value) > 1 else {}
        values.update({f"{name}.{part}": one for part, one in parts.items()} or {name: value})
    scorer = chosen(values, options.scorer, source)
    if scorer is None:
        return "", None
    try:
        return scorer, passed_of(values[scorer])
    except (ValueError, TypeError) as error:
        shown = json.dumps(values[scorer])[:40]
        reason = f"its score is {shown}, which says neither passed (C, 1) nor failed (I, 0)"
        raise FieldError("scores", reason) from error


SHAPE = AnswerShape(
    name="Inspect log", docs="a `.eval` archive, or JSON with `eval` and `samples`", fits=fits, read=read
)
