"""Tekhne's own JSON Lines form of a problem: its fields under their own names; `write` writes it, `read` reads it."""

import json
from dataclasses import asdict

from models.enums import Harness
from worker.problem_sets.formats.problem_format import ProblemFormat
from worker.problem_sets.formats.row_tests import read_tests
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow, optional_text, required_text


def read(row: SourceRow) -> ProblemContent:
    """Raises: ValueError, with the reason in words."""
    harness = optional_text(row, "harness") or read_tests(row, "hidden_tests").harness
    if harness not in set(Harness):
        raise ValueError(f"harness is {harness!r}; it may be {' or '.join(Harness)}.")
    return ProblemContent(
        task_id=required_text(row, "task_id"),
        entry_point=optional_text(row, "entry_point"),
        description=optional_text(row, "description") or "",
        prompt=required_text(row, "prompt"),
        declaration=optional_text(row, "declaration") or "",
        imports=optional_text(row, "imports") or "",
        canonical_solution=optional_text(row, "canonical_solution"),
        harness=Harness(harness),
        test_setup=optional_text(row, "test_setup") or "",
        example_tests=optional_text(row, "example_tests"),
        hidden_tests=required_text(row, "hidden_tests"),
        source=optional_text(row, "source") or "",
        licence=optional_text(row, "licence") or "",
        twin_of=optional_text(row, "twin_of") or "",
    )


def write(problem: ProblemContent) -> str:
    """One line, without its newline."""
    return json.dumps(asdict(problem), ensure_ascii=False)


FORMAT = ProblemFormat(
    name="tekhne",
    fields=frozenset({"task_id", "prompt", "hidden_tests"}),
    read=read,
    source="",
    licence="",
    docs="What `tekhne problems show NAME --json` prints; tests of either kind.",
)
