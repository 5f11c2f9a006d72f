"""`tekhne collect` and `tekhne transcripts export | import`: transcripts to train critics on, from failed attempts.

`collect` does the work here and prints running totals, or hands it to a worker. If it was killed, the same command
continues. docs/transcripts.md has the file's schema.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.actions.transcripts import save_set
from app.queries.transcripts import TranscriptFilter, chosen_ids, transcript_sets
from cli.handing_over import Queue, hand_over, stoppable
from cli.opening import find_problem_set, opened_store, store_with_own_sets
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
)
from cli.terminal import Terminal, echo
from models.enums import TestsKind, TranscriptDomain, TranscriptState, Verdict
from models.work import CollectSpecification
from settings import load_settings
from worker.collecting.keeping import FileKeeper, StoreKeeper, stored_transcripts
from worker.collecting.sums import Collected
from worker.teachers.accounting import Budget
from worker.teachers.teacher import kind_of
from worker.transcripts.transcript import read_transcripts, write_transcripts
from worker.work.collecting import CollectingTools, budget_of, perform_collecting

transcripts = typer.Typer(no_args_is_help=True, help="Export and import transcripts as JSON Lines.")

State = Annotated[TranscriptState | None, typer.Option(help="Only those in this state.")]
ErrorClass = Annotated[Verdict | None, typer.Option(help="Only those whose attempt ended so.")]
Domain = Annotated[TranscriptDomain | None, typer.Option(help="Only those of this domain.")]
OfTeacher = Annotated[str, typer.Option(metavar="NAME", help="Only those of this teacher.")]
OfSlice = Annotated[str, typer.Option(metavar="NAME", help="Only those collected from this set or slice.")]
OfSet = Annotated[str, typer.Option("--set", metavar="NAME[@VERSION]", help="Only those of this set.")]
Words = Annotated[str, typer.Option(help="Only those with these words in task id, reflection, trace or revision.")]
ProblemsOption = Annotated[str, typer.Option(metavar="FILE-or-NAME", help="The problems.")]
GrowingFile = Annotated[
    OutputFile | None,
    typer.Option(
        metavar="FILE",
        parser=OutputFile,
        help="Add transcripts to this file instead of the store; it grows line by line.",
    ),
]


def _help(field: str) -> str:
    return CollectSpecification.model_fields[field].description or ""


def _default(field: str) -> Any:
    return CollectSpecification.default(field)


def register(app: typer.Typer) -> None:
    app.command()(collect)
    app.add_typer(transcripts, name="transcripts")


def collect(
    problems: ProblemsOption,
    base: Annotated[str, typer.Option(metavar="BASE", help=_help("base") + " A registered one or a folder.")] = "",
    samples: Annotated[int, typer.Option(min=1, help=_help("samples"))] = _default("samples"),
    temperature: Annotated[float, typer.Option(help="Sampling temperature of the drafts.")] = 1.0,
    top_p: Annotated[float, typer.Option(help="Nucleus sampling of the drafts.")] = 1.0,
    max_new_tokens: Annotated[int, typer.Option(help="Length limit of a draft.")] = 384,
    seed: Annotated[int, typer.Option(help=_help("seed"))] = _default("seed"),
    mutants: Annotated[int, typer.Option(min=0, help=_help("mutants"))] = _default("mutants"),
    teacher: TeacherName = _default("teacher"),
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
    feed: Annotated[TestsKind, typer.Option(help=_help("feed"))] = _default("feed"),
    each_problem: Annotated[int, typer.Option(min=1, help=_help("each_problem"))] = _default("each_problem"),
    each_class: Annotated[int, typer.Option(min=1, help=_help("each_class"))] = _default("each_class"),
    transcript_set: Annotated[
        str,
        typer.Option("--set", metavar="NAME", help="Keep this teacher's verified lessons on them as this set."),
    ] = "",
    target: Annotated[str, typer.Option(metavar="BASE", help=_help("target"))] = "",
    force: Annotated[bool, typer.Option("--force", help=_help("force"))] = False,
    out: GrowingFile = None,
    queue: Queue = False,
) -> None:
    """Sample drafts, have the failed ones taught, and keep the lessons that the ruler verifies."""
    kind_of(teacher)
    if not base and not mutants:
        raise typer.BadParameter("there are no attempts: name a --base, or a number of --mutants")
    given = {name: value for name, value in locals().items() if name in CollectSpecification.model_fields}
    sampling = {"temperature": temperature, "top_p": top_p, "max_new_tokens": max_new_tokens}
    wanted = CollectSpecification.of(**given, sampling=sampling)
    if queue:
        if out:
            raise typer.BadParameter("--out: a worker collects into the store; leave out --out or --queue")
        hand_over(wanted)
        return
    console, budget = Terminal(stderr=True, highlight=False), budget_of(wanted)
    with store_with_own_sets() as store, stoppable() as progress:
        tools = CollectingTools(keeper=FileKeeper(out.path) if out else None, trusted=True)
        perform_collecting(
            store,
            load_settings(),
            wanted,
            progress,
            tools=tools,
            report=lambda sums: console.print(_line(sums, budget), markup=False, soft_wrap=True),
        )


def _line(sums: Collected, budget: Budget) -> str:
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
    state: State = None,
    verdict: ErrorClass = None,
    domain: Domain = None,
    teacher: OfTeacher = "",
    slice: OfSlice = "",
    set: OfSet = "",
    words: Words = "",
) -> None:
    """Write the store's transcripts, or those that all options fit, to a file."""
    wanted = TranscriptFilter(
        state=state, verdict=verdict, domain=domain, teacher=teacher, slice=slice, set=set, q=words
    )
    with store_with_own_sets() as store, store.reader() as session:
        chosen = chosen_ids(session, wanted)
        count = write_transcripts(file.path, stored_transcripts(session, chosen=chosen))
    echo(f"{count} transcripts written to {file}.")


@transcripts.command("save")
def save(
    name: Annotated[str, typer.Argument(help="The set's name.")],
    verdict: ErrorClass = None,
    domain: Domain = None,
    teacher: OfTeacher = "",
    slice: OfSlice = "",
    set: OfSet = "",
    words: Words = "",
) -> None:
    """Keep the verified transcripts that all options fit as a set: a new version, unless nothing has changed."""
    wanted = TranscriptFilter(verdict=verdict, domain=domain, teacher=teacher, slice=slice, set=set, q=words)
    with store_with_own_sets() as store, store.writer() as session:
        label = save_set(session, name, chosen_ids(session, wanted))
    echo(label)


@transcripts.command("sets")
def sets() -> None:
    """List the versions of all sets of transcripts, the newest first."""
    with opened_store() as store, store.reader() as session:
        for one in transcript_sets(session):
            echo(f"{one.label}  {one.size} transcripts  {one.created_at:%Y-%m-%d %H:%M}  {one.content_hash[:12]}")


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
