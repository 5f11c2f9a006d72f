"""`tekhne forgetting CHECKPOINT --problems SET`: what a lineage forgot and learned; `--measure` adds what is missing.

Measuring makes one greedy run of the checkpoint and one of its parent on the set, unless the store holds them, and the
drift between the two on prompts that the checkpoint was not trained on. `tekhne train base --measure-forgetting SET`
does the same at its end.
"""

import json
import shlex
from enum import StrEnum
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from cli.errors import CommandError
from cli.opening import opened_store, store_with_own_sets
from cli.outputs import OutputFile
from cli.report import Out
from cli.terminal import Terminal, echo
from models import Checkpoint, ProblemSet, Store
from models.forgetting import forgetting_run
from settings import load_settings


class MapFormat(StrEnum):
    MARKDOWN = "markdown"
    JSON = "json"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    app.command("forgetting")(forgetting)


def forgetting(
    checkpoint: Annotated[str, typer.Argument(help="A base of the lineage, by its name in the store.")],
    problems: Annotated[str, typer.Option("--problems", metavar="SET", help="The set that may be forgotten.")],
    measure: Annotated[
        bool, typer.Option("--measure", help="Run checkpoint and parent on the set, and measure the drift.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="With --measure: only the first so many problems.")
    ] = None,
    format: Annotated[MapFormat, typer.Option("--format", "-f", help="How to write it.")] = MapFormat.MARKDOWN,
    out: Out = None,
) -> None:
    """Which problems a lineage of checkpoints solved, forgot and learned, and how far it drifted."""
    if measure:
        measure_forgetting(checkpoint, problems, limit=limit)
    with opened_store() as store:
        text = _text(store, checkpoint, problems, format)
    _write(text, out)


def measure_forgetting(checkpoint: str, problem_set: str, *, limit: int | None = None) -> None:
    """Add the runs and the drift that the map of a checkpoint and its parent needs, as far as they are missing.

    Raises:
        NoDrift: the checkpoint has no parent, or there is no prompt to measure on.
    """
    # Late: these load torch.
    from cli.run_command import do_run
    from worker.training.drift import measure_drift, plan_drift

    with opened_store() as store:
        planned = plan_drift(store, checkpoint, problem_set)
        names = [planned.parent.name, planned.checkpoint.name]
        wanted = [forgetting_run(name, problem_set, limit=limit) for name in names]
    for specification in wanted:
        do_run(specification, again=False)
    with opened_store() as store:
        console = Terminal(stderr=True)
        columns = (TextColumn("measuring drift"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("measuring drift", total=len(planned.prompts))
            measure_drift(
                store, load_settings(), planned, lambda done, total: bar.update(task, completed=done, total=total)
            )


def refuse_unmeasurable(start: str, problem_set: str, *, kept: bool) -> None:
    """Before a training: whether its forgetting can be measured at its end.

    Raises:
        CommandError: it starts from random weights, is not registered here, or the set is unknown.
    """
    from worker.training.presets import PRESETS

    if start in PRESETS:
        raise CommandError(
            f"--measure-forgetting: {start} begins with random weights, which have nothing to forget."
        )
    if not kept:
        raise CommandError(
            "--measure-forgetting needs a training of this process that is registered in the store: "
            "`tekhne forgetting NAME --problems SET --measure` does it afterwards."
        )
    with store_with_own_sets() as store, store.reader() as session:
        known = set(session.scalars(select(ProblemSet.name)))
    if problem_set not in known:
        names = ", ".join(sorted(known)[:10]) or "none"
        raise CommandError(
            f"--measure-forgetting: no problem set is called {problem_set!r}; the store knows {names}."
        )


def say_forgetting(checkpoint_id: int, start: str, problem_set: str) -> None:
    """After a training: measure and print what it forgot, or say how to."""
    from worker.training.presets import PRESETS

    if start in PRESETS:
        return
    with opened_store() as store, store.reader() as session:
        name = session.get_one(Checkpoint, checkpoint_id).name
    if not problem_set:
        Terminal(stderr=True, highlight=False, soft_wrap=True).print(
            f"What it forgot: tekhne forgetting {shlex.quote(name)} --problems SET --measure", markup=False
        )
        return
    measure_forgetting(name, problem_set)
    with opened_store() as store:
        echo(_text(store, name, problem_set, MapFormat.MARKDOWN), nl=False)


def _text(store: Store, checkpoint: str, problem_set: str, format: MapFormat) -> str:
    # Late: these load numpy.
    from app.queries.forgetting import read_forgetting
    from app.reports.forgetting_files import forgetting_csv, forgetting_dict, forgetting_markdown

    with store.reader() as session:
        found = session.scalar(select(Checkpoint.id).where(Checkpoint.name == checkpoint))
        if found is None:
            known = ", ".join(session.scalars(select(Checkpoint.name).order_by(Checkpoint.name).limit(10)))
            raise CommandError(f"No checkpoint is called {checkpoint!r}; the store knows {known or 'none'}.")
        shown = read_forgetting(session, found, problem_set)
    if format is MapFormat.JSON:
        return json.dumps(forgetting_dict(shown), indent=2, ensure_ascii=False, allow_nan=False)
    if format is MapFormat.CSV:
        return b"".join(forgetting_csv(shown)).decode()
    return forgetting_markdown(shown)


def _write(text: str, out: OutputFile | None) -> None:
    if out is None or out.is_standard_output:
        echo(text, nl=not text.endswith("\n"))
        return
    with out.open() as file:
        file.write(text.encode())
    echo(f"Wrote {out}.", err=True)
