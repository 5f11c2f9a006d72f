"""`tekhne labels show | import`: what people think of a run's programs. `tekhne export csv --table labels` writes it.

Options in, sentences out; `app.actions.labels` reads the file.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.queries.runs import find_run
from cli.errors import CommandError
from cli.opening import opened_store
from cli.report import LATEST, RunArgument, run_number
from cli.terminal import echo

labels = typer.Typer(no_args_is_help=True, help="Labels that people gave to programs of a run.")


def register(app: typer.Typer) -> None:
    app.add_typer(labels, name="labels")


@labels.command("show")
def show(run: RunArgument = LATEST) -> None:
    """Print how often each label was given, by arm."""
    # Late: it loads what computes.
    from app.queries.labels import count_labels, find_reviews

    with opened_store() as store, store.reader() as session:
        head = find_run(session, run_number(session, run))
        reviews = find_reviews(session, head.id)
    rows = count_labels(head, reviews)
    if not rows:
        echo(f"No program of run {head.id} has a label.")
    for row in rows:
        by_arm = ", ".join(f"{arm.name} {number}" for arm, number in zip(head.arms, row.by_arm, strict=True))
        echo(f"{row.name}: {row.problems} problems ({by_arm})")


@labels.command("import")
def import_file(
    file: Annotated[
        str, typer.Argument(metavar="CSV", help="A file as `labels.csv` has it, or - for standard input.")
    ],
    run: RunArgument = LATEST,
) -> None:
    """Store the reviews of a file, whole or not at all; each row replaces its reviewer's review of that program."""
    # Late: it loads what computes.
    from app.actions.label_files import import_reviews

    text = _read(file)
    with opened_store() as store:
        with store.reader() as session:
            number = run_number(session, run)
        done = import_reviews(store, number, text)
    echo(f"Run {number}: {done.stored} reviews stored, {done.unchanged} were there already.")


def _read(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise CommandError(f"{file} is no UTF-8 text: save it as CSV in UTF-8.") from None
