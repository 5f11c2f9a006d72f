"""`tekhne problems write`: problems that a model writes, of which only the sound and new ones are kept.

`worker.generator.model_written` does the work. `--json` prints one object.
"""

import json
from typing import Annotated, Any

import typer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli.errors import CommandError
from cli.opening import open_judge, store_with_own_sets
from cli.problems import AsJson, group
from cli.teaching import Location, Program, Project, TeacherModel, TeacherUrl, open_named_teacher
from cli.terminal import Terminal, echo
from models import ProblemSetVersion, Store
from settings import load_settings
from worker.generator.keeping import keep_written, refuse_known_name
from worker.generator.model_written import Writing, write_problems
from worker.mutants import generate, mutant_writer
from worker.overlap.storing import note_overlap, sentence
from worker.problem_sets import ProblemContent
from worker.problem_sets.storing import read_version
from worker.teachers.teacher import QuestionAnswerer, TeacherOptions, kind_of
from worker.verdicts.judging import MUTANT_LIMITS

QUESTIONS_PER_PROBLEM = 6


def register(app: typer.Typer) -> None:
    """The command belongs to `tekhne problems`, which cli/problems.py adds."""


@group.command("write")
def write(
    name: Annotated[str, typer.Option(help="Name of the set in the store; it must be new.")],
    teacher: Annotated[
        str, typer.Option(metavar="NAME", help="Who writes; an unknown name lists all.")
    ] = "endpoint",
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many problems to keep.")] = 20,
    questions: Annotated[
        int, typer.Option(min=0, help=f"Ask so often at most; 0: {QUESTIONS_PER_PROBLEM} times for each problem.")
    ] = 0,
    url: TeacherUrl = "",
    model: TeacherModel = "",
    command: Program = "",
    project: Project = "",
    location: Location = "",
    as_json: AsJson = False,
) -> None:
    """Have a model write problems; those are kept that the ruler confirms and that are like no other of the store."""
    settings = load_settings()
    options = TeacherOptions(url=url, model=model, command=command, project=project, location=location)
    kind_of(teacher)
    with store_with_own_sets() as store:
        with store.reader() as session:
            refuse_known_name(session, name)
        writer = _writer(store, teacher, options)
        with store.reader() as session:
            known = _known(session)
        with open_judge(None) as judge, open_judge(None, MUTANT_LIMITS) as mutant_judge:
            done = write_problems(
                writer,
                count=count,
                most_questions=questions or QUESTIONS_PER_PROBLEM * count,
                name=name,
                known=known,
                judge=judge,
                mutant_judge=mutant_judge,
                mutants_of=lambda problems: generate(mutant_writer(settings), problems),
            )
        compared = []
        if done.kept:
            with store.writer() as session:
                version_id = keep_written(session, name, done.kept, writer.name).id
            compared = note_overlap(store, version_id)
    _say(name, writer.name, done, as_json=as_json)
    if done.kept and not as_json:
        echo(sentence(name, len(done.kept), compared))
    if done.ended:
        raise CommandError(done.ended)
    raise typer.Exit(0 if len(done.kept) == count else 1)


def _writer(store: Store, name: str, options: TeacherOptions) -> QuestionAnswerer:
    teacher = open_named_teacher(store, name, options)
    if not isinstance(teacher, QuestionAnswerer):
        raise CommandError(
            f"The teacher {name} is no language model and writes no problems: name another teacher."
        )
    return teacher


def _known(session: Session) -> list[ProblemContent]:
    """The problems of the newest version of every set."""
    newest = select(func.max(ProblemSetVersion.id)).group_by(ProblemSetVersion.problem_set_id)
    versions = session.scalars(select(ProblemSetVersion).where(ProblemSetVersion.id.in_(newest))).all()
    return [problem for version in versions for problem in read_version(session, version).problems]


def _say(name: str, writer: str, done: Writing, *, as_json: bool) -> None:
    refused: dict[str, Any] = {reason.value: number for reason, number in sorted(done.refused.items())}
    if as_json:
        kept = len(done.kept)
        told = {"name": name if kept else None, "writer": writer, "problems": kept, "questions": done.asked}
        echo(json.dumps({**told, "refused": refused}))
        return
    where = f"{name}: {len(done.kept)} problems by {writer}" if done.kept else f"{writer} wrote no problem to keep"
    console = Terminal(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{where}, after {done.asked} questions.")
    for reason, number in refused.items():
        console.print(f"refused {number}: {reason}")
