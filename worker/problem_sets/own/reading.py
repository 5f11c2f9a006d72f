"""One folder of the project's own problems, as a `ProblemContent` in HumanEval-X's shape.

The file's first function is the entry point. The prompt is everything up to and with its signature line: no
package clause, and only those imports that types and signature need, so that a draft has to earn the others. The
canonical solution is the rest of the file. Test files lose their headers; the imports of both become one set-up.
"""

from dataclasses import dataclass

from models.enums import Harness
from worker.problem_sets.errors import OwnProblemError
from worker.problem_sets.go_text import (
    comment_above,
    doc_text,
    drop_header,
    find_function,
    function_names,
    imported_packages,
    render_imports,
    used_packages,
)
from worker.problem_sets.problem import ProblemContent


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The texts of one problem's three files."""

    slug: str
    solution: str
    example: str
    hidden: str


def read_problem(folder: Folder, prefix: str) -> ProblemContent:
    """The problem of one folder; its task id is `prefix/slug`.

    Raises:
        OwnProblemError: no function, a signature over several lines, or a test file without tests.
    """
    body = drop_header(folder.solution)
    start, end = _signature(body, folder.slug)
    head, signature, rest = body[:start], body[start:end], body[end:]
    imports = render_imports(used_packages(head + signature, imported_packages(folder.solution)))
    return ProblemContent(
        task_id=f"{prefix}/{folder.slug}",
        entry_point=function_names(signature)[0],
        description=doc_text(comment_above(body, start)),
        prompt=(f"{imports}\n" if imports else "") + head + signature,
        declaration=signature,
        imports=imports,
        canonical_solution=rest,
        harness=Harness.GO_TEST,
        test_setup=_test_setup(folder),
        example_tests=_tests(folder.example, f"{folder.slug}/example_test.go"),
        hidden_tests=_tests(folder.hidden, f"{folder.slug}/hidden_test.go"),
        source=f"worker/problem_sets/own/{prefix}/{folder.slug}",
        licence="Apache-2.0",
    )


def _signature(body: str, slug: str) -> tuple[int, int]:
    """Where the first function's signature line begins and ends, its newline included."""
    start = find_function(body)
    if start is None:
        raise OwnProblemError(f"{slug}/problem.go declares no function: its first one is the entry point.")
    end = body.find("\n", start) + 1
    if not body[start:end].rstrip().endswith("{"):
        raise OwnProblemError(
            f"{slug}/problem.go: the entry point's signature must stand on one line, ending in '{{'."
        )
    return start, end


def _tests(text: str, where: str) -> str:
    tests = drop_header(text)
    if not any(name.startswith("Test") for name in function_names(tests)):
        raise OwnProblemError(f"{where} holds no function named Test…: write one that calls the entry point.")
    return tests


def _test_setup(folder: Folder) -> str:
    specs = imported_packages(folder.example) | imported_packages(folder.hidden)
    return "package main\n\n" + render_imports(list(specs.values()))
