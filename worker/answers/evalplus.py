"""EvalPlus' results: one document whose `eval` has a list of judged solutions for each task.

Passed is what EvalPlus counts as base + extra; `--scorer base_status` or `plus_status` takes one of the two alone. Its
samples before the evaluation are plain rows.
"""

from collections.abc import Iterator
from typing import Any

from worker.answers.answer import (
    Answer,
    AnswerError,
    AnswerShape,
    BadAnswer,
    FieldError,
    ReadOptions,
    passed_of,
    texts_of,
)
from worker.problem_sets.documents import Content

_STATUSES = ("base_status", "plus_status")


def fits(content: Content) -> bool:
    document = content.document
    tasks = document.get("eval") if isinstance(document, dict) else None
    return isinstance(tasks, dict) and bool(tasks) and all(isinstance(one, list) for one in tasks.values())


def read(content: Content, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    if options.results and options.scorer is not None and options.scorer not in _STATUSES:
        raise AnswerError(
            f"{content.source} has no scorer {options.scorer!r}: choose one of {', '.join(_STATUSES)}."
        )
    number = 0
    for task_id, solutions in content.document["eval"].items():
        for solution in solutions:
            number += 1
            try:
                [text] = texts_of(solution if isinstance(solution, dict) else {})
                passed = _passed(solution, options) if options.results else None
            except (FieldError, ValueError) as error:
                field = error.field if isinstance(error, FieldError) else "completion"
                yield BadAnswer(line=number, reason=str(error), field=field, unit="sample", task_id=task_id)
                continue
            yield Answer(
                line=number, task_id=task_id, completion=text, passed=passed, scored_by="status", unit="sample"
            )


def _passed(solution: dict[str, Any], options: ReadOptions) -> bool | None:
    names = [options.scorer] if options.scorer else [name for name in _STATUSES if solution.get(name) is not None]
    if not names:
        raise FieldError("base_status", "fields base_status and plus_status are missing")
    said = [passed_of(solution.get(name)) for name in names]
    return None if None in said else all(said)


SHAPE = AnswerShape(
    name="EvalPlus results",
    docs="`eval`, an object with a list of `solution`, `base_status` and `plus_status` for each task",
    fits=fits,
    read=read,
)
