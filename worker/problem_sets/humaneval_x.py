"""HumanEval-X rows: prompt, declaration, canonical solution, a public and a hidden test that share a set-up.

The tests use `testing` and testify and run as `go test`. An empty `example_test` means that there is none.
"""

from models.enums import Harness
from worker.problem_sets.go_text import doc_text, function_names
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.rows import SourceRow
from worker.problem_sets.texts import optional_text, required_text

FIELDS = frozenset({"task_id", "prompt", "canonical_solution", "test", "test_setup"})


def read(row: SourceRow) -> ProblemContent:
    """Raises: ValueError, with the reason in words."""
    prompt = required_text(row, "prompt")
    declaration = optional_text(row, "declaration") or ""
    names = function_names(declaration) or function_names(prompt)
    return ProblemContent(
        task_id=required_text(row, "task_id"),
        # A prompt may open with functions that the answer builds on: the last one is to be written.
        entry_point=names[-1] if names else None,
        description=doc_text(optional_text(row, "docstring") or ""),
        prompt=prompt,
        declaration=declaration.strip("\n"),
        imports=optional_text(row, "import") or "",
        canonical_solution=required_text(row, "canonical_solution"),
        harness=Harness.GO_TEST,
        test_setup=required_text(row, "test_setup"),
        example_tests=optional_text(row, "example_test"),
        hidden_tests=required_text(row, "test"),
    )
