"""Completions in the peers' format: `{"task_id", "completion"}`, one a line, several a task.

In: JSON Lines and the problem set they answer. Out, in the order of the lines: a `Completion`, or a `BadRow` with
its line and the reason. A bad row never stops the rest, and no line longer than the limit is held in memory.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.rows import SourceRow, read_rows

MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_COMPLETION_BYTES = 1024 * 1024
"""The ruler's own default limit; no answer to a benchmark comes near."""


@dataclass(frozen=True, kw_only=True)
class Completion:
    """One answer to one problem."""

    line: int
    problem: ProblemContent
    index: int
    """0-based among the readable completions of its task."""
    text: str


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A line that cannot be judged."""

    line: int
    reason: str


def read_completions(
    stream: BinaryIO, problem_set: ProblemSetContent, max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[Completion | BadRow]:
    """Each line of `stream` as what it is."""
    seen: Counter[str] = Counter()
    for row in read_rows(stream, max_line_bytes):
        try:
            problem, text = _task(row, problem_set), _text(row)
        except ValueError as error:
            yield BadRow(line=row.line, reason=str(error))
            continue
        yield Completion(line=row.line, problem=problem, index=seen[problem.task_id], text=text)
        seen[problem.task_id] += 1


def _task(row: SourceRow, problem_set: ProblemSetContent) -> ProblemContent:
    if row.problem:
        raise ValueError(row.problem)
    task_id = row.fields.get("task_id")
    if not isinstance(task_id, str):
        raise ValueError("no task_id: every row needs one, as text.")
    problem = problem_set.by_task_id.get(task_id)
    if problem is None:
        raise ValueError(f"the problem set {problem_set.name} has no task {task_id!r}.")
    return problem


def _text(row: SourceRow) -> str:
    text = row.fields.get("completion")
    if not isinstance(text, str):
        raise ValueError("no completion: every row needs one, as text.")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise ValueError(f"the completion holds half a surrogate pair at character {error.start + 1}.") from error
    if size > MAX_COMPLETION_BYTES:
        raise ValueError(f"the completion has {size:,} bytes; at most {MAX_COMPLETION_BYTES:,} are judged.")
    return text
