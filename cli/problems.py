"""`tekhne problems list | import | split | show | formats | verify`: the problem sets of the store.

`worker.problem_sets` and `worker.verify` do the work. `--json` prints one object, or JSON Lines where the output is
problems themselves. `verify` checks that a set's canonical solutions pass, that they pass every time, and that its
tests kill mutants; its exit code is 1 where a defect was found.
"""

import json
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.progress import track
from rich.syntax import Syntax
from rich.table import Table

from cli.opening import find_problem_set, open_judge, store_with_own_sets
from cli.terminal import Terminal, echo
from models import Store
from settings import load_settings
from worker.mutants import generate, mutant_writer
from worker.overlap.storing import note_overlap, sentence
from worker.problem_sets import ProblemContent, ProblemSetContent, UnknownTask
from worker.problem_sets.formats import registered
from worker.problem_sets.formats.tekhne import write
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.slices import split_problem_set
from worker.problem_sets.storing import list_newest, put_problem_set
from worker.verdicts.judging import MUTANT_LIMITS
from worker.verify.problem_checks import Defect, ProblemCheck, SetSummary, check_problems

group = typer.Typer(no_args_is_help=True, help="List, import, show and verify problem sets.")

FileOrName = Annotated[str, typer.Argument(metavar="FILE-or-NAME", help="A file, hub:owner/dataset, or a set.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="problems")


@group.command("list")
def list_sets(as_json: AsJson = False) -> None:
    """List every problem set of the store with its newest version."""
    with store_with_own_sets() as store, store.reader() as session:
        sets = list_newest(session)
    if as_json:
        echo(json.dumps({"problem_sets": [listing.as_dict() for listing in sets]}))
        return
    table = Table("Name", "Version", "Problems", "Licence", "Source")
    for row in sets:
        table.add_row(row.name, str(row.version), str(row.problems), row.licence, row.source)
    Terminal().print(table)


@group.command("import")
def import_set(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A .jsonl or .gz file, - or hub:owner/dataset.")],
    name: Annotated[str | None, typer.Option(help="Name in the store; made from the source by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a problem set to the store; `tekhne problems formats` lists the formats that are read."""
    problem_set = import_problem_set(source, name)
    with store_with_own_sets() as store:
        with store.writer() as session:
            version = put_problem_set(session, problem_set)
            version_id, number = version.id, version.number
        alike = note_overlap(store, version_id)
    count = len(problem_set.problems)
    if as_json:
        told = {"name": problem_set.name, "version": number, "problems": count}
        echo(json.dumps({**told, "go_modules": problem_set.modules} if problem_set.modules else told))
        return
    echo(f"{problem_set.name}, version {number}: {count} problems.")
    if alike:
        echo(sentence(problem_set.name, count, alike))
    if problem_set.modules:
        echo(
            f"The go.mod beside it requires {', '.join(problem_set.modules)}: compiled when the set is first judged, "
            "and trusted."
        )


@group.command("split")
def split(
    file_or_name: FileOrName,
    held_out: Annotated[int, typer.Option(metavar="N", help="How many problems to hold out.")],
    seed: Annotated[int, typer.Option(help="Seed of the choice.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Split a set into a slice to train on and one that is held out; both are sets that every command takes."""
    with store_with_own_sets() as store:
        whole = find_problem_set(store, file_or_name)
        with store.writer() as session:
            parts = split_problem_set(session, whole, held_out=held_out, seed=seed)
    if as_json:
        names = {"train": parts.train.name, "held_out": parts.held_out.name}
        echo(json.dumps({**names, "seed": seed, "problems": len(whole.problems)}))
    else:
        echo(f"{parts.train.name} to train on, {parts.held_out.name} held out (seed {seed}).")


@group.command("formats")
def list_formats() -> None:
    """List the formats of rows that `import` reads, and the fields by which each is recognised."""
    table = Table("Format", "Recognised by", "Tests", "Licence", "Source")
    for known in registered():
        table.add_row(known.name, ", ".join(sorted(known.fields)), known.docs, known.licence, known.source)
    Terminal().print(table)


@group.command("show")
def show(
    file_or_name: FileOrName,
    task_id: Annotated[str | None, typer.Argument(help="One problem; all are listed without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the problems of a set, or one of them in full; --json prints rows that `import` reads back."""
    with store_with_own_sets() as store:
        problem_set = find_problem_set(store, file_or_name)
    chosen = problem_set.problems if task_id is None else (_find_task(problem_set, task_id),)
    if as_json:
        for problem in chosen:
            echo(write(problem))
    elif task_id is None:
        table = Table("Task", "Function", "Description")
        for problem in chosen:
            table.add_row(problem.task_id, problem.entry_point or "", problem.description.partition("\n")[0])
        Terminal().print(table)
    else:
        _print_problem(chosen[0])


def _find_task(problem_set: ProblemSetContent, task_id: str) -> ProblemContent:
    if task_id not in problem_set.by_task_id:
        raise UnknownTask(f"{problem_set.name} has no task {task_id!r}: `tekhne problems show` lists them.")
    return problem_set.by_task_id[task_id]


def _print_problem(problem: ProblemContent) -> None:
    console = Terminal()
    parts = {
        "Prompt": problem.prompt,
        "Canonical solution": problem.canonical_solution,
        "Example tests": problem.example_tests,
        "Hidden tests": problem.hidden_tests,
    }
    for title, code in parts.items():
        console.rule(title, align="left")
        console.print(Syntax(code, "go", background_color="default") if code else "none")


@group.command("verify")
def verify_problems(
    file_or_name: FileOrName,
    as_json: AsJson = False,
    retake: Annotated[
        int, typer.Option(min=0, max=1000, help="How many more times to execute each canonical solution.")
    ] = 30,
    mutate: Annotated[bool, typer.Option(help="Measure the tests on mutants of the canonical solutions.")] = True,
    cache: Annotated[bool, typer.Option(help="Use verdicts that the store already has.")] = True,
) -> None:
    """Run a set's canonical solutions and mutants of them, and report what is wrong with the data."""
    console = Terminal(stderr=True)
    with store_with_own_sets() as store:
        problem_set = find_problem_set(store, file_or_name)
        checks = _checks(problem_set, store if cache else None, retake, mutate)
        shown = track(
            checks, "verifying", len(problem_set.problems), console=console, transient=True,
            disable=not console.is_terminal,
        )  # fmt: skip
        summary = SetSummary(name=problem_set.name, version_hash=problem_set.version_hash, checks=list(shown))
    if as_json:
        echo(json.dumps(summary.as_dict()))
    else:
        _print_summary(summary)
    raise typer.Exit(0 if summary.sound else 1)


def _checks(
    problem_set: ProblemSetContent, store: Store | None, retakes: int, mutate: bool
) -> Iterator[ProblemCheck]:
    problems = list(problem_set.problems)
    mutants = generate(mutant_writer(load_settings()), problems) if mutate else {}
    modules = problem_set.modules
    with (
        open_judge(store, modules=modules) as judge,
        open_judge(store, MUTANT_LIMITS, modules=modules) as mutant_judge,
    ):
        yield from check_problems(problems, judge, mutants, mutant_judge=mutant_judge, retakes=retakes)


_SENTENCES = {
    "fails": "its canonical solution does not pass",
    "flaky": "its canonical solution passes only sometimes",
    "useless_tests": "its tests check nothing",
    "weak_tests": "its hidden tests kill too few mutants",
    "denied": "it needs what the sandbox refuses, so no program can pass",
    "unscored": "it could not be judged",
}


def _print_summary(summary: SetSummary) -> None:
    console = Terminal(soft_wrap=True, highlight=False, markup=False)
    for check in summary.checks:
        if check.defect is Defect.NO_ANSWER:
            continue
        if check.defect is not None:
            first_line = (check.useless_tests or check.message).strip().partition("\n")[0]
            detail = f": {first_line}" if first_line else ""
            console.print(f"{check.task_id}: {_SENTENCES[check.defect]}{detail}")
        for mutant in check.mutants.survivors:
            console.print(f"{check.task_id}: survives, {mutant}")
    console.print(_total(summary))


def _total(summary: SetSummary) -> str:
    parts = [f"{summary.name}: {len(summary.checks)} problems", f"{summary.passed} passed"]
    for defect, word in (
        (Defect.FLAKY, "flaky"),
        (Defect.FAILS, "failed"),
        (Defect.DENIED, "denied by the sandbox"),
        (Defect.UNSCORED, "unscored"),
        (Defect.WEAK_TESTS, "with weak tests"),
        (Defect.USELESS_TESTS, "with tests that check nothing"),
        (Defect.NO_ANSWER, "without an answer to check"),
    ):
        if found := summary.with_defect(defect):
            parts.append(f"{len(found)} {word}")
    mutants = summary.mutants
    if mutants.rate is not None:
        parts.append(
            f"mutants killed {mutants.killed}/{mutants.generated} ({mutants.rate:.1%}; "
            f"{mutants.equivalent} equivalent and {mutants.stillborn} that do not compile left out)"
        )
    return ", ".join(parts) + "."
