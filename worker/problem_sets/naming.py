"""FILE-or-NAME: what a person types for a problem set, as the set.

A path, `-` or `hub:…` is imported; otherwise the name is looked for in the store, and then among the project's own
sets, which are there even before the store has them. A name that is nothing is refused with what there is.
"""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import problem as tables
from worker.problem_sets.errors import SourceError
from worker.problem_sets.hub import HUB_PREFIX
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.own import OWN_SETS, load
from worker.problem_sets.problem import ProblemSetContent
from worker.problem_sets.rows import STANDARD_INPUT
from worker.problem_sets.storing import find_problem_set


def resolve_problem_set(session: Session, file_or_name: str) -> ProblemSetContent:
    """The problem set that `file_or_name` stands for.

    Raises:
        SourceError: there is neither such a file nor such a set.
        RowError: the file's first bad line.
    """
    if is_source(file_or_name):
        return import_problem_set(file_or_name)
    found = find_problem_set(session, file_or_name)
    if found is not None:
        return found
    for folder, name in OWN_SETS.items():
        if file_or_name in (folder, name):
            return load(folder)
    raise SourceError(_unknown(session, file_or_name))


def is_source(text: str) -> bool:
    """Whether `text` names bytes to import (a file, standard input, the hub) and not a set by name."""
    return text == STANDARD_INPUT or text.startswith(HUB_PREFIX) or Path(text).expanduser().is_file()


def _unknown(session: Session, text: str) -> str:
    known = [*session.scalars(select(tables.ProblemSet.name)), *OWN_SETS.values()]
    return (
        f"{text} is neither a file nor a problem set in the store (which has {', '.join(sorted(set(known)))}): "
        f"check the path, or import it with `tekhne problems import`."
    )
