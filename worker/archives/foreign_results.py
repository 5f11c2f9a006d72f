"""Results of another harness: its completions, with what it said of each.

In: any file that worker.answers reads. Out: its answers in file order. Nothing is executed and nothing is guessed: a
row that cannot be read ends the import with its number and field, and so does a score between passed and failed.
"""

from collections.abc import Iterator, Sequence

from worker.answers import Answer, BadAnswer, ReadOptions, read_answers
from worker.archives.errors import BadForeignResult


def read_results(source: str, *, task_ids: Sequence[str] = (), scorer: str | None = None) -> Iterator[Answer]:
    """The results of a file.

    Args:
        task_ids: of the problem set in order, for files that name no tasks.
        scorer: which of several scorers counts.

    Raises:
        SourceError, AnswerError: the file cannot be read as a whole.
        BadForeignResult: a row cannot be read; the message names file, place and field.
    """
    for answer in read_answers(source, ReadOptions(task_ids=task_ids, results=True, scorer=scorer)):
        if isinstance(answer, BadAnswer):
            raise BadForeignResult(source, answer.line, answer.reason.rstrip("."), unit=answer.unit)
        yield answer
