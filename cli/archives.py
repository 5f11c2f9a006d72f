"""`tekhne export run`, `tekhne import-run` and `tekhne import-results`: runs in files.

Packing, unpacking and reading are the worker's (`worker.archives`); nothing is executed."""

from pathlib import Path
from typing import Annotated

import typer

from cli.errors import CommandError
from cli.report import LATEST, RunArgument, export, run_number
from cli.store import open_store
from settings import load_settings


def register(app: typer.Typer) -> None:
    app.command("import-results")(import_results)
    app.command("import-run")(import_run)
    export.command("run")(export_run)


def export_run(
    out: Annotated[Path, typer.Option("--out", "-o", help="The archive to write, such as run.jsonl.gz.")],
    run: RunArgument = LATEST,
) -> None:
    """Write everything that a run's pages show to one file, which `tekhne import-run` reads."""
    from worker.archives.archive import write_archive
    from worker.archives.packing import pack_head, pack_rows

    store = open_store(load_settings().store_url)
    try:
        with store.reader() as session:
            number = run_number(session, run)
            write_archive(out, pack_head(session, number), pack_rows(session, number))
    except OSError as error:
        raise CommandError(f"{out} cannot be written ({error.strerror}): choose another --out.") from error
    finally:
        store.close()
    typer.echo(f"Wrote run {number} to {out}.", err=True)


def import_run(file: Annotated[Path, typer.Argument(help="The file that `tekhne export run` wrote.")]) -> None:
    """Put an archived run into this store; a run that the store holds already stays as it is."""
    from worker.archives.archive import read_archive
    from worker.archives.unpacking import unpack
    from worker.problem_sets.storing import install_own_sets

    head, rows = read_archive(file)
    store = open_store(load_settings().store_url)
    try:
        with store.writer() as session:
            install_own_sets(session)
            number = unpack(session, file, head, rows)
    finally:
        store.close()
    typer.echo(f"It is run {number}, which `tekhne report {number}` shows.")


def import_results(
    file: Annotated[
        str,
        typer.Argument(
            help="JSON Lines of task_id, completion, passed, or an Inspect log as JSON; .gz, or - for stdin."
        ),
    ],
    problems: Annotated[str, typer.Option(help="The problem set that the task ids belong to.")],
    name: Annotated[str | None, typer.Option(help="Name of the run; by default the file's.")] = None,
) -> None:
    """Store the results of another harness as a run, to inspect and compare like any other."""
    from app.reports.wording import number_of
    from worker.archives.foreign_results import read_results
    from worker.archives.importing import import_results as store_results
    from worker.problem_sets.storing import install_own_sets

    store = open_store(load_settings().store_url)
    try:
        with store.writer() as session:
            install_own_sets(session)
            done = store_results(
                session,
                read_results(file),
                source=file,
                problem_set=problems,
                name=name or Path(file).name.split(".")[0] or "imported",
            )
    finally:
        store.close()
    what = f"{number_of(done.samples, 'result')} on {number_of(done.problems, 'problem')}"
    state = "already" if done.known else "now"
    typer.echo(f"{what}: {state} run {done.run_id}, which `tekhne report {done.run_id}` shows.")
