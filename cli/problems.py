"""`tekhne problems list | import | show | verify`: the problem sets of the store.

Each command reads, prints and stops; what is said of problems is worked out in `worker.problem_sets` and
`worker.verify`. `--json` prints one object, or JSON Lines where the output is problems themselves.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from settings import load_settings

if TYPE_CHECKING:
    from models import Store
    from worker.problem_sets import ProblemContent, ProblemSetContent

group = typer.Typer(no_args_is_help=True, help="List, import, show and verify problem sets.")

FileOrName = Annotated[str, typer.Argument(metavar="FILE-or-NAME", help="A file, hub:owner/dataset, or a set.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="problems")


@contextmanager
def open_store_with_own_sets() -> Iterator["Store"]:
    """The migrated store, the project's own sets in it."""
    from cli.store import open_store
    from worker.problem_sets.storing import install_own_sets

    store = open_store(load_settings().store_url)
    try:
        with store.writer() as session:
            install_own_sets(session)
        yield store
    finally:
        store.close()


@group.command("list")
def list_sets(as_json: AsJson = False) -> None:
    """Every problem set of the store, newest version each."""
    from worker.problem_sets.storing import list_newest

    with open_store_with_own_sets() as store, store.reader() as session:
        sets = list_newest(session)
    if as_json:
        typer.echo(json.dumps({"problem_sets": [each.as_dict() for each in sets]}))
        return
    table = Table("Name", "Version", "Problems", "Licence", "Source")
    for each in sets:
        table.add_row(each.name, str(each.version), str(each.problems), each.licence, each.source)
    Console().print(table)


@group.command("import")
def import_set(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A .jsonl or .gz file, - or hub:owner/dataset.")],
    name: Annotated[str | None, typer.Option(help="Name in the store; made from the source by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a problem set into the store: HumanEval-X, MBXP/mxeval, MultiPL-E or Tekhne rows."""
    from worker.problem_sets.importing import import_problem_set
    from worker.problem_sets.storing import put_problem_set

    problem_set = import_problem_set(source, name)
    with open_store_with_own_sets() as store, store.writer() as session:
        number = put_problem_set(session, problem_set).number
    count = len(problem_set.problems)
    if as_json:
        typer.echo(json.dumps({"name": problem_set.name, "version": number, "problems": count}))
    else:
        typer.echo(f"{problem_set.name}, version {number}: {count} problems.")


@group.command("show")
def show(
    file_or_name: FileOrName,
    task_id: Annotated[str | None, typer.Argument(help="One problem; all are listed without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """The problems of a set, or one of them in full; --json prints rows that `import` reads back."""
    from worker.problem_sets.formats.tekhne import write
    from worker.problem_sets.importing import resolve_problem_set

    with open_store_with_own_sets() as store, store.reader() as session:
        problem_set = resolve_problem_set(session, file_or_name)
    chosen = problem_set.problems if task_id is None else (_one(problem_set, task_id),)
    if as_json:
        for problem in chosen:
            typer.echo(write(problem))
    elif task_id is None:
        _print_list(problem_set)
    else:
        _print_problem(chosen[0])


def _one(problem_set: "ProblemSetContent", task_id: str) -> "ProblemContent":
    from worker.problem_sets import UnknownTask

    if task_id not in problem_set.by_task_id:
        raise UnknownTask(f"{problem_set.name} has no task {task_id!r}: `tekhne problems show` lists them.")
    return problem_set.by_task_id[task_id]


def _print_list(problem_set: "ProblemSetContent") -> None:
    table = Table("Task", "Function", "Description")
    for problem in problem_set.problems:
        first_line = problem.description.partition("\n")[0]
        table.add_row(problem.task_id, problem.entry_point or "", first_line)
    Console().print(table)


def _print_problem(problem: "ProblemContent") -> None:
    console = Console()
    parts = {
        "Prompt": problem.prompt,
        "Canonical solution": problem.canonical_solution,
        "Example tests": problem.example_tests,
        "Hidden tests": problem.hidden_tests,
    }
    for title, code in parts.items():
        console.rule(title, align="left")
        console.print(Syntax(code, "go", background_color="default") if code else "none")
