"""Which peer's format a row has, told by its fields, and the row as a `ProblemContent`.

One line a format: to add an importer, write its module and enter it here. Tekhne's own export is a format too, so
that what leaves the store can come back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from worker.problem_sets import humaneval_x, multipl_e, mxeval, tekhne_rows
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow


@dataclass(frozen=True, kw_only=True)
class ProblemFormat:
    """An importer: rows that carry all of `fields` are its own."""

    name: str
    fields: frozenset[str]
    read: Callable[[SourceRow], ProblemContent]
    """Raises ValueError, with a reason in words, for a row that lacks something."""
    source: str
    licence: str


FORMATS = (
    ProblemFormat(name="tekhne", fields=tekhne_rows.FIELDS, read=tekhne_rows.read, source="", licence=""),
    ProblemFormat(
        name="humaneval-x",
        fields=humaneval_x.FIELDS,
        read=humaneval_x.read,
        source="HumanEval-X Go (THUDM/CodeGeeX)",
        licence="Apache-2.0",
    ),
    ProblemFormat(
        name="multipl-e",
        fields=multipl_e.FIELDS,
        read=multipl_e.read,
        source="MultiPL-E (nuprl)",
        licence="MIT",
    ),
    ProblemFormat(
        name="mxeval",
        fields=mxeval.FIELDS,
        read=mxeval.read,
        source="MBXP / multilingual HumanEval (amazon-science/mxeval)",
        licence="CC-BY-4.0",
    ),
)


def recognise(row: SourceRow) -> ProblemFormat | None:
    """The format whose fields the row carries, or None."""
    return next((each for each in FORMATS if each.fields <= row.fields.keys()), None)


def expected_fields() -> str:
    """What a row may look like, in words, for messages."""
    return "; or ".join(f"{each.name}: {', '.join(sorted(each.fields))}" for each in FORMATS)
