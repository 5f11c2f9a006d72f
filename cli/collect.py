"""`tekhne collect` and `tekhne transcripts export | import`: transcripts to train critics on, from failed attempts.

`collect` opens what `worker.collecting` needs (an engine or mutants, a teacher, the ruler, a place to keep transcripts)
and prints running totals. If it was killed, the same command continues. docs/transcripts.md has the file's schema.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.opening import find_problem_set, open_judge, store_with_own_sets
from cli.outputs import OutputFile
from cli.teaching import (
    BudgetTokens,
    BudgetUsd,
    Concurrency,
    InputUsd,
    Location,
    OutputUsd,
    Program,
    Project,
    TeacherModel,
    TeacherName,
    TeacherUrl,
    bill,
    budget_of,
    open_named_teacher,
    questions_at_once,
)
from cli.terminal import Terminal, echo
from models.enums import TestsKind, TranscriptState
from settings import load_settings
from worker.collecting import collecting
from worker.collecting.attempts import AttemptSource, Drafts, Mutants
from worker.collecting.keeping import FileKeeper, Keeper, MarkingKeeper, StoreKeeper, stored_transcripts
from worker.engines import SamplingSettings
from worker.mutants import generate, mutant_writer
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.slices import refuse_held_out, twins_of
from worker.teachers.accounting import Budget
from worker.teachers.teacher import TeacherOptions
from worker.transcripts.transcript import read_transcripts, write_transcripts

transcripts = typer.Typer(no_args_is_help=True, help="Export and import transcripts as JSON Lines.")

ProblemsOption = Annotated[str, typer.Option(metavar="FILE-or-NAME", help="The problems.")]
GrowingFile = Annotated[
    OutputFile | None,
    typer.Option(
        metavar="FILE",
        parser=OutputFile,
        help="Add transcripts to this file instead of the store; it grows line by line.",
    ),
]


def register(app: typer.Typer) -> None:
    app.command()(collect)
    app.add_typer(transcripts, name="transcripts")


def collect(
    problems: ProblemsOption,
    base: Annotated[
        str, typer.Option(metavar="FOLDER", help="The base that writes drafts; empty: mutants only.")
    ] = "",
    samples: Annotated[int, typer.Option(min=1, help="Drafts per problem.")] = 16,
    temperature: Annotated[float, typer.Option(help="Sampling temperature of the drafts.")] = 1.0,
    top_p: Annotated[float, typer.Option(help="Nucleus sampling of the drafts.")] = 1.0,
    max_new_tokens: Annotated[int, typer.Option(help="Length limit of a draft.")] = 384,
    seed: Annotated[int, typer.Option(help="Seed of drafts and mutants.")] = 1,
    mutants: Annotated[
        int, typer.Option(min=0, help="Mutants of the canonical solution per problem, as attempts.")
    ] = 0,
    teacher: TeacherName = "canonical",
    url: TeacherUrl = "",
    model: TeacherModel = "",
    command: Program = "",
    project: Project = "",
    location: Location = "",
    concurrency: Concurrency = 0,
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    input_usd: InputUsd = None,
    output_usd: OutputUsd = None,
    feed: Annotated[TestsKind, typer.Option(help="The tests whose trace the critic is shown.")] = TestsKind.HIDDEN,
    each_problem: Annotated[int, typer.Option(min=1, help="Verified lessons per problem, at most.")] = 24,
    each_class: Annotated[
        int, typer.Option(min=1, help="Verified lessons per error class of a problem, at most.")
    ] = 8,
    force: Annotated[
        bool, typer.Option("--force", help="Collect from held-out problems; the transcripts are marked.")
    ] = False,
    out: GrowingFile = None,
) -> None:
    """Sample drafts, have the failed ones taught, and keep the lessons that the ruler verifies."""
    sampling = SamplingSettings.of(temperature=temperature, top_p=top_p, max_new_tokens=max_new_tokens, seed=seed)
    budget = budget_of(budget_tokens, budget_usd, input_usd, output_usd)
    options = TeacherOptions(url=url, model=model, command=command, project=project, location=location)
    at_once = questions_at_once(teacher, concurrency)
    console = Terminal(stderr=True, highlight=False)
    with store_with_own_sets() as store:
        chosen_teacher = open_named_teacher(store, teacher, options)
        problem_set = find_problem_set(store, problems)
        texts = {problem.text_hash for problem in problem_set.problems}
        with store.reader() as session:
            held_out = refuse_held_out(
                session, problems, texts, to="collect from", force=force, twins=twins_of(problem_set)
            )
        keeper: Keeper = FileKeeper(out.path) if out else StoreKeeper(store, problem_set)
        if held_out:
            keeper = MarkingKeeper(keeper, held_out)
        with open_judge(store, modules=problem_set.modules) as judge:
            for source in _sources(problem_set, base, samples, sampling, mutants):
                # A new one for each source: it starts from what the keeper holds by then.
                balance = collecting.Balance(each_problem=each_problem, each_class=each_class)
                with source as attempts:
                    for sums in collecting.collect(
                        problem_set.problems,
                        attempts,
                        chosen_teacher,
                        judge,
                        keeper,
                        balance,
                        feed=feed,
                        budget=budget,
                        concurrency=at_once,
                    ):
                        console.print(_line(sums, budget), markup=False, soft_wrap=True)


def _sources(
    problem_set: ProblemSetContent, base: str, samples: int, sampling: SamplingSettings, mutants: int
) -> Iterator[AbstractContextManager[AttemptSource]]:
    """The sources of attempts that the user asked for; each is opened only when its turn comes."""
    if not base and not mutants:
        raise typer.BadParameter("there are no attempts: name a --base, or a number of --mutants")
    if base:
        yield _drafts(base, samples, sampling)
    if mutants:
        yield _mutants(problem_set, mutants, sampling.seed)


@contextmanager
def _drafts(base: str, samples: int, sampling: SamplingSettings) -> Iterator[AttemptSource]:
    # Late: it loads torch.
    from worker.opening import UnregisteredCheckpoint, open_local

    engine = open_local(load_settings(), UnregisteredCheckpoint(location=base))
    try:
        yield Drafts(engine=engine, samples=samples, sampling=sampling)
    finally:
        engine.close()


@contextmanager
def _mutants(problem_set: ProblemSetContent, count: int, seed: int) -> Iterator[AttemptSource]:
    by_task = generate(mutant_writer(load_settings()), problem_set.problems)
    yield Mutants(by_task=by_task, count=count, seed=seed)


def _line(sums: collecting.Collected, budget: Budget) -> str:
    unwritten = f" · {sums.unwritten} samples could not be written: {sums.trouble}" if sums.unwritten else ""
    return (
        f"{sums.attempts} attempts: {sums.passed} passed, {sums.unscored} unscored, {sums.known} known, "
        f"{sums.no_room} beyond their share · {sums.verified} verified, {sums.rejected} rejected"
        f"{bill(sums.usage, budget)}{unwritten}"
    )


@transcripts.command("export")
def export(
    file: Annotated[
        OutputFile,
        typer.Argument(metavar="FILE", parser=OutputFile, help="The JSON Lines file to write; .gz is packed."),
    ],
    state: Annotated[TranscriptState | None, typer.Option(help="Only transcripts in this state.")] = None,
) -> None:
    """Write the store's transcripts to a file."""
    with store_with_own_sets() as store, store.reader() as session:
        count = write_transcripts(file.path, stored_transcripts(session, state=state))
    echo(f"{count} transcripts written to {file}.")


@transcripts.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The JSON Lines file to read; .gz too.")],
    problems: ProblemsOption,
) -> None:
    """Add a file's transcripts to the store; those that it holds already stay as they are."""
    with store_with_own_sets() as store:
        problem_set = find_problem_set(store, problems)
        new, read = StoreKeeper(store, problem_set).keep_all(read_transcripts(file))
    echo(f"{new} of {read} transcripts were new.")
