"""`tekhne import-results`: somebody else's results as a run of this store.

Reading and storing are the worker's (`worker.archives.foreign_results`, `importing_results`); nothing is executed.
"""

from pathlib import Path
from typing import Annotated

import typer

from cli.store import open_store
from settings import load_settings


def register(app: typer.Typer) -> None:
    app.command("import-results")(import_results)


def import_results(
    file: Annotated[
        str,
        typer.Argument(
            help="JSON Lines of task_id, completion, passed, or a log of Inspect as JSON; .gz or - as well."
        ),
    ],
    problems: Annotated[str, typer.Option(help="The problem set that the task ids belong to.")],
    name: Annotated[str | None, typer.Option(help="Name of the run; made from the file's by default.")] = None,
) -> None:
    """Keep somebody else's results as a run, to be inspected and compared like any other."""
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
