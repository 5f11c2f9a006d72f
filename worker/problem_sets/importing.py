"""A problem set from where its user has it: a file, a `.gz`, `-`, or a dataset on the hub.

In: `path/to/rows.jsonl[.gz]`, `-`, or `hub:owner/dataset[/file/in/it]`. Out: a whole `ProblemSetContent`, or an error
that names the line: half a problem set would make every later figure wrong.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from worker.problem_sets.errors import RowError, SourceError
from worker.problem_sets.formats import ProblemFormat, expected_fields, recognise
from worker.problem_sets.hub import HUB_PREFIX, download
from worker.problem_sets.problem import ProblemContent, ProblemSetContent
from worker.problem_sets.rows import STANDARD_INPUT, SourceRow, open_bytes, read_rows


def import_problem_set(source: str, name: str | None = None) -> ProblemSetContent:
    """The set at `source`, under `name` or one made from the source.

    Raises:
        SourceError: nothing can be read there, or it holds no rows.
        RowError: a line is not a problem, or repeats a task id.
    """
    path = str(download(source)) if source.startswith(HUB_PREFIX) else source
    with open_bytes(path) as stream:
        return read_problem_set(stream, source, name or _name_of(source))


def read_problem_set(stream: BinaryIO, where: str, name: str) -> ProblemSetContent:
    """The set in `stream`; `where` names it in messages."""
    problems: dict[str, ProblemContent] = {}
    recognised: ProblemFormat | None = None
    for row in read_rows(stream):
        recognised = recognised or _format_of(row, where)
        problem = _problem(row, recognised, where)
        if problem.task_id in problems:
            raise RowError(where, row.line, f"task {problem.task_id!r} was already there: remove one of the two.")
        problems[problem.task_id] = problem
    if recognised is None:
        raise SourceError(f"{where} holds no rows: a problem set is JSON Lines, one problem a line.")
    return ProblemSetContent(
        name=name,
        problems=tuple(problems.values()),
        source=recognised.source or _shared(problem.source for problem in problems.values()),
        licence=recognised.licence or _shared(problem.licence for problem in problems.values()),
    )


def _format_of(row: SourceRow, where: str) -> ProblemFormat:
    if row.problem:
        raise RowError(where, row.line, row.problem)
    found = recognise(row)
    if found is None:
        raise RowError(where, row.line, f"no known format; a row needs the fields of {expected_fields()}.")
    return found


def _problem(row: SourceRow, layout: ProblemFormat, where: str) -> ProblemContent:
    if row.problem:
        raise RowError(where, row.line, row.problem)
    try:
        return layout.read(row)
    except ValueError as error:
        raise RowError(where, row.line, str(error)) from error


def _shared(values: Iterable[str]) -> str:
    """The values' only one, or empty."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""


def _name_of(source: str) -> str:
    if source == STANDARD_INPUT:
        return "standard-input"
    return Path(source).name.removesuffix(".gz").removesuffix(".jsonl")
