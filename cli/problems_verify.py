"""`tekhne problems verify`: whether a set's own answers pass, keep passing, and its tests notice mistakes.

Prints the defects and a total, or with `--json` one object. Exit code 1 where a defect was found.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track

from cli.problems import AsJson, FileOrName, group, open_store_with_own_sets
from settings import load_settings

if TYPE_CHECKING:
    from models import Store
    from worker.problem_sets import ProblemSetContent
    from worker.verify.problem_checks import ProblemCheck
    from worker.verify.problem_summary import SetSummary


def register(app: typer.Typer) -> None:
    """Nothing to add to `app`: importing this file adds the command to the group `problems`."""


@group.command("verify")
def verify_problems(
    file_or_name: FileOrName,
    as_json: AsJson = False,
    retake: Annotated[int, typer.Option(min=0, max=1000, help="Take each answer's verdict again so often.")] = 30,
    mutate: Annotated[bool, typer.Option(help="Measure the tests on mutants of the answers.")] = True,
    cache: Annotated[bool, typer.Option(help="Answer from the store what it already knows.")] = True,
) -> None:
    """Run a set's canonical solutions and their mutants, and report what is wrong with the data."""
    from worker.problem_sets.importing import resolve_problem_set
    from worker.verify.problem_summary import SetSummary

    console = Console(stderr=True)
    with open_store_with_own_sets() as store:
        with store.reader() as session:
            problem_set = resolve_problem_set(session, file_or_name)
        checks = _checks(problem_set, store if cache else None, retake, mutate)
        shown = track(
            checks, "verifying", len(problem_set.problems), console=console, transient=True,
            disable=not console.is_terminal,
        )  # fmt: skip
        summary = SetSummary(name=problem_set.name, version_hash=problem_set.version_hash, checks=list(shown))
    if as_json:
        typer.echo(json.dumps(summary.as_dict()))
    else:
        _print(summary)
    raise typer.Exit(0 if summary.sound else 1)


def _checks(
    problem_set: "ProblemSetContent", store: "Store | None", retakes: int, mutate: bool
) -> "Iterator[ProblemCheck]":
    from cli.judging import open_judge
    from worker.mutants import generate, mutant_writer
    from worker.verdicts.judging import MUTANT_LIMITS
    from worker.verify.problem_checks import check_problems

    problems = list(problem_set.problems)
    mutants = generate(mutant_writer(load_settings()), problems) if mutate else {}
    with open_judge(store) as judge, open_judge(store, MUTANT_LIMITS) as mutant_judge:
        yield from check_problems(problems, judge, mutants, mutant_judge=mutant_judge, retakes=retakes)


def _print(summary: "SetSummary") -> None:
    from worker.verify.problem_checks import Defect

    console = Console(soft_wrap=True, highlight=False, markup=False)
    for check in summary.checks:
        if check.defect is Defect.NO_ANSWER:
            continue
        if check.defect is not None:
            console.print(f"{check.task_id}: {_SENTENCES[check.defect]}{_first_line(check.message)}")
        for mutant in check.mutants.survivors:
            console.print(f"{check.task_id}: survives, {mutant}")
    console.print(_total(summary))


_SENTENCES = {
    "fails": "its canonical solution does not pass",
    "flaky": "its canonical solution passes only sometimes",
    "weak_tests": "its hidden tests kill too few mutants",
    "unscored": "could not be judged",
}


def _first_line(message: str) -> str:
    first = message.strip().partition("\n")[0]
    return f": {first}" if first else ""


def _total(summary: "SetSummary") -> str:
    from worker.verify.problem_checks import Defect

    parts = [f"{summary.name}: {len(summary.checks)} problems", f"{summary.passed} passed"]
    for defect, word in (
        (Defect.FLAKY, "flaky"),
        (Defect.FAILS, "failed"),
        (Defect.UNSCORED, "unscored"),
        (Defect.WEAK_TESTS, "with weak tests"),
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
