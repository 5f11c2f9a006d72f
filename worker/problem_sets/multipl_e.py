"""MultiPL-E rows for Go: a translated prompt that opens its own package, and one `Test…` function.

The prompt's header (`package …_test`, `testing`, `fmt`) serves the tests, so it becomes the set-up as well; the
prompt is kept as published, because that is what peers feed to models. There is no public test and no answer.
"""

import re

from models.enums import Harness
from worker.problem_sets.go_text import (
    comment_above,
    doc_text,
    find_function,
    function_names,
    import_block,
    imported_packages,
    render_imports,
)
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow
from worker.problem_sets.texts import required_text

FIELDS = frozenset({"name", "language", "prompt", "tests"})
_CANDIDATE = re.compile(r"\bcandidate\s*:=\s*(\w+)")


def read(row: SourceRow) -> ProblemContent:
    """Raises: ValueError, with the reason in words."""
    language = required_text(row, "language")
    if not language.lower().startswith("go"):
        raise ValueError(f"language is {language!r}, and only Go is executed here.")
    prompt, tests = required_text(row, "prompt"), required_text(row, "tests")
    entry_point = _entry_point(prompt, tests)
    start = None if entry_point is None else find_function(prompt, entry_point)
    return ProblemContent(
        task_id=required_text(row, "name"),
        entry_point=entry_point,
        description="" if start is None else doc_text(comment_above(prompt, start)),
        prompt=prompt,
        declaration="" if start is None else prompt[start:].strip("\n"),
        imports=import_block(prompt),
        canonical_solution=None,
        harness=Harness.GO_TEST,
        test_setup="package main\n\n" + render_imports(list(imported_packages(prompt).values())),
        example_tests=None,
        hidden_tests=tests,
    )


def _entry_point(prompt: str, tests: str) -> str | None:
    named = _CANDIDATE.search(tests)
    declared = function_names(prompt)
    if named and named[1] in declared:
        return named[1]
    return declared[-1] if declared else None
