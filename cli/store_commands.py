"""Commands on the store as a whole: its schema, counts and verdicts, and runs that go to a file or come from one.

`tekhne migrate | recount | cache clear | export run | import-run | import-results`. Packing, unpacking and reading are
the work of `worker.archives`; nothing is executed.
"""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from cli.errors import CommandError
from cli.opening import opened_store, store_with_own_sets
from cli.outputs import OutputFile
from cli.report import LATEST, RunArgument, export, run_number
from cli.terminal import echo
from models import Run
from worker.archives import importing
from worker.archives.archive import read_archive, write_archive
from worker.archives.foreign_results import read_results
from worker.archives.packing import pack_head, pack_rows
from worker.archives.unpacking import unpack
from worker.problem_sets.storing import find_problem_set
from worker.runs.counting import recount as recount_run
from worker.verdicts.store import clear

cache = typer.Typer(no_args_is_help=True, help="The store's verdicts as a cache.")


def register(app: typer.Typer) -> None:
    app.add_typer(cache, name="cache")
    app.command()(migrate)
    app.command()(recount)
    app.command("import-results")(import_results)
    app.command("import-run")(import_run)
    export.command("run")(export_run)


def migrate() -> None:
    """Create the store, or upgrade it to the newest schema."""
    with opened_store():
        echo("The store is at the newest schema.")


def recount(run: int | None = typer.Option(None, help="Only this run; otherwise all runs.")) -> None:
    """Recompute the counts of every arm and problem, which pages and reports read."""
    with opened_store() as store:
        with store.reader() as session:
            wanted = select(Run.id).order_by(Run.id)
            ids = session.scalars(wanted if run is None else wanted.where(Run.id == run)).all()
        if run is not None and not ids:
            raise CommandError(f"There is no run {run}.")
        for run_id in ids:
            with store.writer() as session:
                echo(f"run {run_id}: {recount_run(session, run_id)} counts")


@cache.command("clear")
def clear_cache(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Forget every stored verdict that no run refers to."""
    with opened_store() as store:
        cleared = clear(store)
    if as_json:
        echo(json.dumps({"forgotten": cleared.forgotten, "kept_for_runs": cleared.kept_for_runs}))
        return
    kept = f" {cleared.kept_for_runs} stay: runs refer to them." if cleared.kept_for_runs else ""
    echo(f"{cleared.forgotten} verdicts forgotten.{kept}")


def export_run(
    out: Annotated[
        OutputFile,
        typer.Option(
            "--out", "-o", metavar="FILE", parser=OutputFile, help="The archive to write, such as run.jsonl.gz."
        ),
    ],
    run: RunArgument = LATEST,
) -> None:
    """Write everything that a run's pages show to one file, which `tekhne import-run` reads."""
    with opened_store() as store, store.reader() as session:
        number = run_number(session, run)
        with out.open() as file:
            write_archive(file, pack_head(session, number), pack_rows(session, number))
    echo(f"Wrote run {number} to {out}.", err=True)


def import_run(file: Annotated[Path, typer.Argument(help="The file that `tekhne export run` wrote.")]) -> None:
    """Add an archived run to this store; a run that the store holds already stays as it is."""
    head, rows = read_archive(file)
    with store_with_own_sets() as store, store.writer() as session:
        number = unpack(session, file, head, rows)
    echo(f"It is run {number}, which `tekhne report {number}` shows.")


def import_results(
    file: Annotated[
        str,
        typer.Argument(
            help="Results of any harness (docs/problem-sets.md), such as rows of task_id, completion, passed; or -."
        ),
    ],
    problems: Annotated[str, typer.Option(help="The problem set that the task ids belong to.")],
    scorer: Annotated[str | None, typer.Option(help="Which of several scorers, metrics or fields counts.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run; the file's by default.")] = None,
) -> None:
    """Store the results of another harness as a run, to inspect and compare like any other."""
    # Late: it loads numpy and scipy.
    from app.reports.wording import number_of

    run_name = name or Path(file).name.split(".")[0] or "imported"
    with store_with_own_sets() as store, store.writer() as session:
        known = find_problem_set(session, problems)
        results = read_results(file, task_ids=list(known.by_task_id) if known else (), scorer=scorer)
        done = importing.import_results(session, results, source=file, problem_set=problems, name=run_name)
    what = f"{number_of(done.samples, 'result')} on {number_of(done.problems, 'problem')}"
    what += f", {done.nulls} of them null and counted as failures" if done.nulls else ""
    state = "already" if done.known else "now"
    echo(f"{what}: {state} run {done.run_id}, which `tekhne report {done.run_id}` shows.")
