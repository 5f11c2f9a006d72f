"""HumanEval-X rows: prompt, declaration, canonical solution, and example and hidden tests with a common set-up.

The tests use `testing` and testify, and run as `go test`. An empty `example_test` means that there are none.
"""

from worker.problem_sets.formats.problem_format import ProblemFormat
from worker.problem_sets.formats.row_tests import read_tests
from worker.problem_sets.go_text import doc_text, function_names
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow, optional_text, required_text


def read(row: SourceRow) -> ProblemContent:
    """Raises: ValueError, with the reason in words."""
    prompt = required_text(row, "prompt")
    declaration = optional_text(row, "declaration") or ""
    tests = read_tests(row, "test", setup=required_text(row, "test_setup"))
    names = function_names(declaration) or function_names(prompt)
    return ProblemContent(
        task_id=required_text(row, "task_id"),
        # A prompt may begin with helper functions: the last function is the one to write.
        entry_point=names[-1] if names else None,
        description=doc_text(optional_text(row, "docstring") or ""),
        prompt=prompt,
        declaration=declaration.strip("\n"),
        imports=optional_text(row, "import") or "",
        canonical_solution=required_text(row, "canonical_solution"),
        harness=tests.harness,
        test_setup=tests.setup,
        example_tests=optional_text(row, "example_test"),
        hidden_tests=tests.source,
    )


FORMAT = ProblemFormat(
    name="humaneval-x",
    fields=frozenset({"task_id", "prompt", "canonical_solution", "test", "test_setup"}),
    read=read,
    source="HumanEval-X Go (THUDM/CodeGeeX)",
    licence="Apache-2.0",
    docs="Example and hidden tests, run by `go test`.",
)
