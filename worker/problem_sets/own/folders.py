"""Finding the problem folders installed with the package, and loading a whole set of them.

In: `seen` or `fresh`. Out: a `ProblemSetContent`, problems in the order of their slugs. Reading one folder's files is
`own.reading`.
"""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from worker.problem_sets.errors import OwnProblemError
from worker.problem_sets.own.reading import Folder, read_problem
from worker.problem_sets.problem import ProblemSetContent

OWN_SETS = {"seen": "tekhne-seen", "fresh": "tekhne-fresh"}
"""Folder name → the set's name in the store."""
LICENCE = "Apache-2.0"


@cache
def load(which: str) -> ProblemSetContent:
    """The project's own set `which`, read once a process.

    Raises:
        OwnProblemError: there is no such set, or one of its folders breaks the form.
    """
    if which not in OWN_SETS:
        raise OwnProblemError(f"There is no own problem set {which!r}: choose one of {', '.join(OWN_SETS)}.")
    return load_folder(resources.files("worker.problem_sets.own") / which, which, OWN_SETS[which])


def load_folder(folder: Traversable, prefix: str, name: str) -> ProblemSetContent:
    """Every problem folder under `folder` as one set; `prefix` opens its task ids."""
    children = sorted(folder.iterdir(), key=lambda child: child.name) if folder.is_dir() else []
    problems = tuple(
        read_problem(_folder(child), prefix)
        for child in children
        if child.is_dir() and (child / "problem.go").is_file()
    )
    return ProblemSetContent(
        name=name, problems=problems, source=f"written for Tekhne ({prefix})", licence=LICENCE
    )


def _folder(child: Traversable) -> Folder:
    texts = {}
    for name in ("problem.go", "example_test.go", "hidden_test.go"):
        file = child / name
        if not file.is_file():
            raise OwnProblemError(f"The problem folder {child.name!r} has no {name}: write one.")
        texts[name] = file.read_text(encoding="utf-8")
    return Folder(
        slug=child.name,
        solution=texts["problem.go"],
        example=texts["example_test.go"],
        hidden=texts["hidden_test.go"],
    )
