"""A problem set from what a person types: a file, a `.gz`, `-`, a dataset on the hub, or a name.

In: `path/to/rows.jsonl[.gz]`, `-`, `hub:owner/dataset[/file/in/it]`, or the name of a set. Out: a whole
`ProblemSetContent`, or an error that names the line: half a problem set would make every later figure wrong. Nothing
is written to the store here.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ProblemSet
from models.problem import calendar_date
from models.specification import LONGEST_NAME
from worker.problem_sets.documents import Content, open_content, rows_of
from worker.problem_sets.errors import RowError, SourceError
from worker.problem_sets.formats import ProblemFormat, expected_fields, recognise
from worker.problem_sets.hub import HUB_PREFIX, download
from worker.problem_sets.modules import modules_beside
from worker.problem_sets.own_sets import OWN_SETS, load_own_set
from worker.problem_sets.problem import ProblemContent, ProblemSetContent
from worker.problem_sets.rows import STANDARD_INPUT, SourceRow
from worker.problem_sets.storing import find_problem_set


def resolve_problem_set(session: Session, file_or_name: str) -> ProblemSetContent:
    """The problem set that a command-line argument stands for.

    A path, `-` or `hub:…` is imported. Anything else is a name: of a set in the store, or of one of the project's own
    sets, which can be used before the store has them.

    Raises:
        SourceError: there is neither such a file nor such a set; the message lists the sets.
        RowError: the file's first bad line.
    """
    if is_source(file_or_name):
        return import_problem_set(file_or_name)
    found = find_problem_set(session, file_or_name)
    if found is not None:
        return found
    for folder, name in OWN_SETS.items():
        if file_or_name in (folder, name):
            return load_own_set(folder)
    known = {*session.scalars(select(ProblemSet.name)), *OWN_SETS.values()}
    raise SourceError(
        f"{file_or_name} is neither a file nor a problem set in the store (which has {', '.join(sorted(known))}): "
        f"check the path, or import it with `tekhne problems import`."
    )


def is_source(text: str) -> bool:
    """Whether `text` names bytes to import (a file, standard input, the hub) and not a set."""
    return text == STANDARD_INPUT or text.startswith(HUB_PREFIX) or Path(text).expanduser().is_file()


def import_problem_set(source: str, name: str | None = None) -> ProblemSetContent:
    """The set at `source`, under `name` or one made from the source.

    Raises:
        SourceError: nothing can be read there, it holds no rows, or no set can have the name.
        RowError: a line is not a problem, or repeats a task id.
    """
    path = str(download(source)) if source.startswith(HUB_PREFIX) else source
    with open_content(path) as content:
        content.source = source
        return replace(
            _problem_set_of(content, _checked(name or _name_of(source))), modules=modules_beside(source)
        )


def _checked(name: str) -> str:
    if not (name.isprintable() and len(name) <= LONGEST_NAME):
        raise SourceError(
            f"{name[:80]!r} cannot name a set: give --name 1 to {LONGEST_NAME} characters that can be shown."
        )
    return name


def _problem_set_of(content: Content, name: str) -> ProblemSetContent:
    """The first row decides the format of all."""
    where = content.source
    problems: dict[str, ProblemContent] = {}
    problem_format: ProblemFormat | None = None
    for row in rows_of(content):
        if row.problem:
            raise RowError(where, row.line, row.problem, unit=content.unit)
        problem_format = problem_format or _format_of(row, content)
        try:
            problem = replace(problem_format.read(row), date=_date_of(row))
            _refuse_unstorable(problem)
        except ValueError as error:
            raise RowError(where, row.line, str(error), unit=content.unit) from error
        if problem.task_id in problems:
            again = f"task {problem.task_id!r} was already there: remove one of the two."
            raise RowError(where, row.line, again, unit=content.unit)
        problems[problem.task_id] = problem
    if problem_format is None:
        raise SourceError(f"{where} holds no rows: a problem set is JSON Lines, one problem a line.")
    return ProblemSetContent(
        name=name,
        problems=tuple(problems.values()),
        source=problem_format.source or _shared(problem.source for problem in problems.values()),
        licence=problem_format.licence or _shared(problem.licence for problem in problems.values()),
    )


_SHORT = {"task_id": 200, "entry_point": 200, "licence": 100, "twin_of": 64}
"""As wide as the store's columns."""


def _refuse_unstorable(problem: ProblemContent) -> None:
    """Raise ValueError where a text holds what one of the databases cannot: a NUL, half a character, or too much."""
    for name, text in vars(problem).items():
        if not isinstance(text, str):
            continue
        if "\0" in text or text != text.encode("utf-8", "ignore").decode():
            raise ValueError(
                f"its {name} holds a NUL or half a character (such as \\ud800), which cannot be stored."
            )
        if len(text) > _SHORT.get(name, len(text)):
            raise ValueError(f"its {name} has {len(text):,} characters, and at most {_SHORT[name]} can be stored.")


def _date_of(row: SourceRow) -> str:
    """The row's `date`, in every format: a day or a month; a time behind the day is left out.

    Raises:
        ValueError: it is neither.
    """
    text = row.fields.get("date")
    if text is None or text == "":
        return ""
    try:
        return calendar_date(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError(f"the field 'date' is {str(text)[:40]!r}, not a date such as 2024-10-31.") from None


def _format_of(row: SourceRow, content: Content) -> ProblemFormat:
    found = recognise(row)
    if found is None:
        found_fields = ", ".join(map(str, list(row.fields)[:20])) or "none"
        reason = f"no known format has its fields ({found_fields}); a row needs those of {expected_fields()}."
        raise RowError(content.source, row.line, reason, unit=content.unit)
    return found


def _shared(values: Iterable[str]) -> str:
    """The value that all of them share, or empty."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""


_ENDINGS = re.compile(r"(\.(jsonl|json|parquet))?(\.(gz|zst))?$")


def _name_of(source: str) -> str:
    if source == STANDARD_INPUT:
        return "standard-input"
    return _ENDINGS.sub("", Path(source).name)
