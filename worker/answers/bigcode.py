"""Documents that hold nothing but texts: bigcode's `generations.json`, in the order of the problems, or by task.

`generations.json` is a list with a list of texts for each problem, or one text each; it names no tasks, so the problem
set's order does. It may end early (`--limit`), and must not be longer.
"""

from collections.abc import Iterator

from worker.answers.answer import (
    ID_FIELDS,
    TEXT_FIELDS,
    Answer,
    AnswerError,
    AnswerShape,
    BadAnswer,
    FieldError,
    ReadOptions,
    texts_in,
)
from worker.problem_sets.documents import Content


def _is_texts(value: object) -> bool:
    return value is None or isinstance(value, str) or (isinstance(value, list) and all(map(_is_texts, value)))


def fits(content: Content) -> bool:
    return isinstance(content.document, list) and bool(content.document) and _is_texts(content.document)


def fits_by_task(content: Content) -> bool:
    """A row names its task or an answer in a field; here every name is a task's."""
    document = content.document
    if not isinstance(document, dict) or not document or not {*ID_FIELDS, *TEXT_FIELDS}.isdisjoint(document):
        return False
    return all(isinstance(one, list) and one and _is_texts(one) for one in document.values())


def read(content: Content, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    tasks, lists = options.task_ids, content.document
    if len(lists) > len(tasks):
        raise AnswerError(
            f"{content.source} holds answers to {len(lists)} problems in order, and the problem set has {len(tasks)}: "
            "name the set that they answer."
        )
    _refuse_results(content, options)
    for number, (task_id, texts) in enumerate(zip(tasks, lists, strict=False), start=1):
        yield from _answers(number, task_id, texts)


def read_by_task(content: Content, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    _refuse_results(content, options)
    for number, (task_id, texts) in enumerate(content.document.items(), start=1):
        yield from _answers(number, task_id, texts)


def _refuse_results(content: Content, options: ReadOptions) -> None:
    if options.results:
        raise AnswerError(
            f"{content.source} says of no completion whether it passed: `tekhne verify` judges them."
        )


def _answers(number: int, task_id: str, texts: object) -> Iterator[Answer | BadAnswer]:
    try:
        for text in texts_in(texts, "completion"):
            yield Answer(line=number, task_id=task_id, completion=text, unit="row")
    except FieldError as error:
        yield BadAnswer(line=number, reason=str(error), field=error.field, unit="row", task_id=task_id)


SHAPE = AnswerShape(
    name="bigcode generations", docs="a list with a list of texts for each problem", fits=fits, read=read
)
BY_TASK = AnswerShape(
    name="lists by task", docs="an object with a list of texts for each task", fits=fits_by_task, read=read_by_task
)
