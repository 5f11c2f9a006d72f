"""MultiPL-E: a document for each problem, with `completions` before its evaluation and `results` after it.

A result holds the whole program (prompt, completion, tests). What the prompt and the tests add is taken off again, so
that the ruler reads the completion as the model wrote it. Passed is what MultiPL-E counts: status OK and exit code 0.
"""

from collections.abc import Iterator
from typing import Any

from worker.answers.answer import Answer, AnswerShape, BadAnswer, FieldError, ReadOptions, short, task_of
from worker.problem_sets.documents import Content


def fits(content: Content) -> bool:
    fields = content.first.fields if content.first is not None else {}
    results = fields.get("results")
    return isinstance(results, list) and (not results or isinstance(results[0], dict)) and "name" in fields


def read(content: Content, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    for row in content.rows or ():
        if row.problem:
            yield BadAnswer(line=row.line, reason=row.problem, unit=content.unit)
            continue
        task_id = ""
        try:
            task_id = task_of(row.fields)
            for number, result in enumerate(_results(row.fields)):
                yield Answer(
                    line=row.line,
                    task_id=task_id,
                    completion=_completion(row.fields, number, result),
                    passed=result.get("status") == "OK" and result.get("exit_code", 0) == 0,
                    scored_by="status",
                    unit=content.unit,
                )
        except FieldError as error:
            yield BadAnswer(
                line=row.line, reason=str(error), field=error.field, unit=content.unit, task_id=task_id
            )


def _results(fields: dict[str, Any]) -> list[Any]:
    results = fields.get("results") or []
    if not isinstance(results, list):
        raise FieldError("results", f"field results is {short(results)}, but must be a list")
    return results


def _completion(fields: dict[str, Any], number: int, result: Any) -> str | None:
    if not isinstance(result, dict):
        raise FieldError("results", f"field results holds {short(result)}, but must hold objects")
    completions = fields.get("completions")
    if isinstance(completions, list) and number < len(completions):
        text = completions[number]
    else:
        text = result.get("program")
        if isinstance(text, str):
            tests = str(fields.get("tests") or "")
            text = text.removeprefix(str(fields.get("prompt") or ""))
            text = text.removesuffix(tests).removesuffix("\n") if tests and text.endswith(tests) else text
    if text is not None and not isinstance(text, str):
        raise FieldError("completion", f"field results.program is {short(text)}, but must be text")
    return text


SHAPE = AnswerShape(
    name="MultiPL-E",
    docs="`name` and `results` with `program`, `status` and `exit_code`; a file or a folder of them",
    fits=fits,
    read=read,
)
