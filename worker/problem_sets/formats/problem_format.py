"""What a problem format is, and the registry of all formats.

A format turns one row of a JSON Lines source into a `ProblemContent`. The formats that come with Tekhne are
registered in this package's `__init__`; any other code may call `register` before it imports a problem set.
"""

from collections.abc import Callable
from dataclasses import dataclass

from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow

_FORMATS: list["ProblemFormat"] = []


@dataclass(frozen=True, kw_only=True)
class ProblemFormat:
    """How the rows of one benchmark are recognised and read."""

    name: str
    """Unique; `tekhne problems formats` and error messages show it."""
    fields: frozenset[str]
    """A row that has all of these fields is in this format; the first registered format that fits is taken."""
    read: Callable[[SourceRow], ProblemContent]
    """Raises ValueError, whose message names what the row lacks; the caller adds file and line."""
    source: str
    """Who published the problems; empty: each row says so itself."""
    licence: str
    """The problems' licence; empty: each row says so itself."""
    docs: str
    """One sentence for people: what the tests of these rows are like."""


def register(problem_format: ProblemFormat) -> None:
    """Add a format behind those that are there.

    Raises:
        ValueError: the name is taken.
    """
    if any(known.name == problem_format.name for known in _FORMATS):
        raise ValueError(f"The problem format {problem_format.name!r} is registered already: choose another name.")
    _FORMATS.append(problem_format)


def unregister(name: str) -> None:
    """Remove the format `name`; nothing happens where there is none."""
    _FORMATS[:] = [known for known in _FORMATS if known.name != name]


def registered() -> tuple[ProblemFormat, ...]:
    """Every format, in the order in which rows are compared with them."""
    return tuple(_FORMATS)


def recognise(row: SourceRow) -> ProblemFormat | None:
    """The format of `row`, or None."""
    return next((known for known in _FORMATS if known.fields <= row.fields.keys()), None)


def expected_fields() -> str:
    """The fields of every format, in words, for error messages."""
    return "; or ".join(f"{known.name}: {', '.join(sorted(known.fields))}" for known in _FORMATS)
