"""MBXP and multilingual HumanEval rows (mxeval): the test is a `main` that panics on a wrong answer.

Other sets have rows with the same fields whose test is a `func Test…`: those are run by `go test`. There are no example
tests. The same file layout serves every language, so rows of other languages are refused.
"""

from worker.problem_sets.formats.problem_format import ProblemFormat
from worker.problem_sets.formats.row_tests import read_tests
from worker.problem_sets.go_text import find_function, function_names, import_block
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow, optional_text, required_text


def read(row: SourceRow) -> ProblemContent:
    """Raises: ValueError, with the reason in words."""
    language = optional_text(row, "language")
    if language and language.lower() not in {"go", "golang"}:
        raise ValueError(f"language is {language!r}, and only Go is executed here.")
    prompt, entry_point = required_text(row, "prompt"), required_text(row, "entry_point")
    tests = read_tests(row, "test", prompt)
    start = find_function(prompt, entry_point) if entry_point in function_names(prompt) else None
    return ProblemContent(
        task_id=required_text(row, "task_id"),
        entry_point=entry_point,
        description=optional_text(row, "description") or "",
        prompt=prompt,
        declaration="" if start is None else prompt[start:].strip("\n"),
        imports=import_block(prompt),
        canonical_solution=optional_text(row, "canonical_solution"),
        harness=tests.harness,
        test_setup=tests.setup,
        example_tests=None,
        hidden_tests=tests.source,
    )


FORMAT = ProblemFormat(
    name="mxeval",
    fields=frozenset({"task_id", "prompt", "test", "entry_point"}),
    read=read,
    source="MBXP / multilingual HumanEval (amazon-science/mxeval)",
    licence="CC-BY-4.0",
    docs="Hidden tests only: a `main` that panics, or `func Test…`.",
)
