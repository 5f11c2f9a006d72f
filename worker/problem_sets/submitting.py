"""What the ruler is asked: a problem and a completion as a `Submission`."""

from models.enums import TestsKind
from worker.problem_sets.problem import ProblemContent
from worker.ruler import Submission, Tests


def group_of_tests(problem: ProblemContent, kind: TestsKind) -> Tests | None:
    """The problem's tests of that kind; None where it has none."""
    source = problem.hidden_tests if kind is TestsKind.HIDDEN else problem.example_tests
    if source is None:
        return None
    return Tests(harness=problem.harness, setup=problem.test_setup, source=source)


def submission(problem: ProblemContent, completion: str, key: str, tests: Tests | None = None) -> Submission:
    """`completion` of `problem`, to be judged by `tests` (None: the hidden ones)."""
    return Submission(
        key=key,
        prompt=problem.prompt,
        declaration=problem.declaration,
        imports=problem.imports,
        entry_point=problem.entry_point,
        completion=completion,
        tests=tests or Tests(harness=problem.harness, setup=problem.test_setup, source=problem.hidden_tests),
    )
