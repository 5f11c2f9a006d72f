"""The project's own problem sets, read from the Go files under `own/`: `load_own_set("seen")` and `("fresh")`.

The demo base is trained on *seen* problems; nothing is ever trained on *fresh* ones. A problem is a folder
`own/<set>/<slug>/` with `problem.go` (the canonical solution), `example_test.go` and `hidden_test.go`; `go test` runs
them as they stand.

The first function of `problem.go` is the entry point. The prompt is everything up to and with its signature line,
without the package clause and with only those imports that types and signature need, so that a draft has to write
the others. The canonical solution is the rest of the file. The imports of both test files become one set-up.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from models.enums import Harness
from worker.problem_sets import go_text
from worker.problem_sets.errors import OwnProblemError
from worker.problem_sets.problem import ProblemContent, ProblemSetContent

OWN_SETS = {"seen": "tekhne-seen", "fresh": "tekhne-fresh"}
"""Folder name → the set's name in the store."""
LICENCE = "Apache-2.0"


@cache
def load_own_set(which: str) -> ProblemSetContent:
    """The project's own set `which`, read once per process.

    Raises:
        OwnProblemError: there is no such set, or one of its folders is malformed.
    """
    if which not in OWN_SETS:
        raise OwnProblemError(f"There is no own problem set {which!r}: choose one of {', '.join(OWN_SETS)}.")
    return load_folder(resources.files("worker.problem_sets") / "own" / which, which, OWN_SETS[which])


def load_folder(folder: Traversable, prefix: str, name: str) -> ProblemSetContent:
    """Every problem folder under `folder` as one set, in the order of their names; task ids begin with `prefix`."""
    children = sorted(folder.iterdir(), key=lambda child: child.name) if folder.is_dir() else []
    problems = tuple(
        read_problem(_texts(child), prefix)
        for child in children
        if child.is_dir() and (child / "problem.go").is_file()
    )
    return ProblemSetContent(
        name=name, problems=problems, source=f"written for Tekhne ({prefix})", licence=LICENCE
    )


@dataclass(frozen=True, kw_only=True)
class ProblemFolder:
    """The texts of one problem's three files."""

    slug: str
    solution: str
    example: str
    hidden: str


def _texts(child: Traversable) -> ProblemFolder:
    texts = {}
    for name in ("problem.go", "example_test.go", "hidden_test.go"):
        file = child / name
        if not file.is_file():
            raise OwnProblemError(f"The problem folder {child.name!r} has no {name}: write one.")
        texts[name] = file.read_text(encoding="utf-8")
    return ProblemFolder(
        slug=child.name,
        solution=texts["problem.go"],
        example=texts["example_test.go"],
        hidden=texts["hidden_test.go"],
    )


def read_problem(folder: ProblemFolder, prefix: str) -> ProblemContent:
    """The problem of one folder; its task id is `prefix/slug`.

    Raises:
        OwnProblemError: no function, a signature over several lines, or a test file without tests.
    """
    body = go_text.drop_header(folder.solution)
    start, end = _signature(body, folder.slug)
    head, signature, rest = body[:start], body[start:end], body[end:]
    used = go_text.used_packages(head + signature, go_text.imported_packages(folder.solution))
    imports = go_text.render_imports(used)
    return ProblemContent(
        task_id=f"{prefix}/{folder.slug}",
        entry_point=go_text.function_names(signature)[0],
        description=go_text.doc_text(go_text.comment_above(body, start)),
        prompt=(f"{imports}\n" if imports else "") + head + signature,
        declaration=signature,
        imports=imports,
        canonical_solution=rest,
        harness=Harness.GO_TEST,
        test_setup=_test_setup(folder),
        example_tests=_tests(folder.example, f"{folder.slug}/example_test.go"),
        hidden_tests=_tests(folder.hidden, f"{folder.slug}/hidden_test.go"),
        source=f"worker/problem_sets/own/{prefix}/{folder.slug}",
        licence=LICENCE,
    )


def _signature(body: str, slug: str) -> tuple[int, int]:
    """Where the first function's signature line begins and ends, its newline included."""
    start = go_text.find_function(body)
    if start is None:
        raise OwnProblemError(f"{slug}/problem.go declares no function: its first one is the entry point.")
    end = body.find("\n", start) + 1
    if not body[start:end].rstrip().endswith("{"):
        raise OwnProblemError(
            f"{slug}/problem.go: the entry point's signature must stand on one line, ending in '{{'."
        )
    return start, end


def _tests(text: str, where: str) -> str:
    tests = go_text.drop_header(text)
    if not any(name.startswith("Test") for name in go_text.function_names(tests)):
        raise OwnProblemError(f"{where} holds no function named Test…: write one that calls the entry point.")
    return tests


def _test_setup(folder: ProblemFolder) -> str:
    specs = go_text.imported_packages(folder.example) | go_text.imported_packages(folder.hidden)
    return "package main\n\n" + go_text.render_imports(list(specs.values()))
