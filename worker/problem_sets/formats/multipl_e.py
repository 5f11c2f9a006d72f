"""MultiPL-E rows for Go: a translated prompt with its own package clause, and one `Test…` function.

The prompt's header (`package …_test`, `testing`, `fmt`) serves the tests, so it becomes their set-up as well. The
prompt is kept as published, because other projects feed it to models like that. There are no example tests and there
is no canonical solution.
"""

import re

from models.enums import Harness
from worker.problem_sets import go_text
from worker.problem_sets.formats.problem_format import ProblemFormat
from worker.problem_sets.formats.row_tests import read_tests
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow, optional_text, required_text

_CANDIDATE = re.compile(r"\bcandidate\s*:=\s*(\w+)")


def read(row: SourceRow) -> ProblemContent:
    """Raises: ValueError, with the reason in words."""
    language = optional_text(row, "language")
    if language and not language.lower().startswith("go"):
        raise ValueError(f"language is {language!r}, and only Go is executed here.")
    prompt, tests = required_text(row, "prompt"), required_text(row, "tests")
    harness = read_tests(row, "tests").harness
    entry_point = _entry_point(prompt, tests)
    start = None if entry_point is None else go_text.find_function(prompt, entry_point)
    return ProblemContent(
        task_id=required_text(row, "name"),
        entry_point=entry_point,
        description="" if start is None else go_text.doc_text(go_text.comment_above(prompt, start)),
        prompt=prompt,
        declaration="" if start is None else prompt[start:].strip("\n"),
        imports=go_text.import_block(prompt),
        canonical_solution=None,
        harness=harness,
        test_setup="" if harness is Harness.MAIN_PANICS else _header(prompt),
        example_tests=None,
        hidden_tests=tests,
    )


def _header(prompt: str) -> str:
    return "package main\n\n" + go_text.render_imports(list(go_text.imported_packages(prompt).values()))


def _entry_point(prompt: str, tests: str) -> str | None:
    named = _CANDIDATE.search(tests)
    declared = go_text.function_names(prompt)
    if named and named[1] in declared:
        return named[1]
    return declared[-1] if declared else None


FORMAT = ProblemFormat(
    name="multipl-e",
    fields=frozenset({"name", "prompt", "tests"}),
    read=read,
    source="MultiPL-E (nuprl)",
    licence="MIT",
    docs="Hidden tests only, run by `go test`.",
)
