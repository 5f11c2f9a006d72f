"""`tekhne report | compare | export | claim | plan`: what runs say, and what a claimed difference is worth.

Everything shown is computed in `app.reports`, as for the pages. It is imported late, because it loads numpy and scipy.
Output goes to standard output unless `--out` names a file; Markdown is rendered for a terminal and plain for a program.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Literal

import typer
from sqlalchemy.orm import Session

from app.queries.runs import list_run_ids
from cli.errors import CommandError
from cli.opening import opened_store
from cli.outputs import OutputFile
from cli.terminal import Terminal, echo

export = typer.Typer(no_args_is_help=True, help="Write a run's data to a file.")

LATEST = "latest"
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's number, or `latest`.")]
Out = Annotated[
    OutputFile | None,
    typer.Option(
        "--out", "-o", metavar="FILE", parser=OutputFile, help="Write to this file instead of standard output."
    ),
]


class ReportFormat(StrEnum):
    MARKDOWN = "markdown"
    JSON = "json"


FormatOption = Annotated[ReportFormat, typer.Option("--format", "-f", help="How to write it.")]


def register(app: typer.Typer) -> None:
    app.command("report")(report)
    app.command("compare")(compare)
    app.add_typer(export, name="export")
    # "-3.4 points on 30" is no option.
    app.command("claim", context_settings={"ignore_unknown_options": True})(claim)
    app.command("plan")(plan)


def report(run: RunArgument = LATEST, format: FormatOption = ReportFormat.MARKDOWN, out: Out = None) -> None:
    """Print the report of one run."""
    from app.reporting import read_report
    from app.reports.markdown import report_markdown
    from app.reports.report import as_json

    with _reading() as session:
        found = read_report(session, run_number(session, run))
    _write(as_json(found) if format is ReportFormat.JSON else report_markdown(found), format, out)


def compare(
    left: RunArgument,
    right: RunArgument,
    left_arm: Annotated[str | None, typer.Option(help="Arm of the left run; its first by default.")] = None,
    right_arm: Annotated[str | None, typer.Option(help="Arm of the right run; its first by default.")] = None,
    format: FormatOption = ReportFormat.MARKDOWN,
    out: Out = None,
) -> None:
    """Compare two runs, or two arms of one run, over the problems that both have."""
    from app.reporting import read_comparison
    from app.reports.markdown import comparison_markdown
    from app.reports.report import as_json

    with _reading() as session:
        found = read_comparison(
            session, (run_number(session, left), left_arm), (run_number(session, right), right_arm)
        )
    _write(as_json(found) if format is ReportFormat.JSON else comparison_markdown(found), format, out)


def _complete_table(text: str) -> list[str]:
    from app.reports.tables import report_tables

    return [table.file_name for table in report_tables() if table.file_name.startswith(text)]


TableOption = Annotated[
    str,
    typer.Option(
        "--table", autocompletion=_complete_table, help="Which table; `tekhne export columns` lists them."
    ),
]


@export.command("csv")
def export_csv(run: RunArgument = LATEST, table: TableOption = "attempts", out: Out = None) -> None:
    """Write one table of a run as CSV, in constant memory however many rows it has."""
    _export("csv", run, table, out)


@export.command("parquet")
def export_parquet(run: RunArgument = LATEST, table: TableOption = "attempts", out: Out = None) -> None:
    """Write one table of a run as Parquet, with typed columns: `pandas.read_parquet` reads it."""
    _export("parquet", run, table, out)


def _export(form: Literal["csv", "parquet"], run: str, table: str, out: OutputFile | None) -> None:
    from app.reporting import StoredInputs
    from app.reports.tables import find_report_table

    wanted = find_report_table(table)
    with _reading() as session:
        inputs = StoredInputs(session=session, run_id=run_number(session, run))
        chunks = wanted.csv(inputs) if form == "csv" else wanted.parquet(inputs)
        if out is None or out.is_standard_output:
            _stream(chunks)
            return
        with out.open() as file:
            file.writelines(chunks)
    echo(f"Wrote {out}.", err=True)


@export.command("columns")
def export_columns() -> None:
    """Print every table and its columns, as docs/csv.md has them."""
    from app.reports.tables import report_tables

    echo("\n".join(table.documentation() for table in report_tables()), nl=False)


def print_report(session: Session, run_id: int) -> None:
    """The report at the end of `tekhne run`, as `tekhne report` would print it."""
    from app.reporting import read_report
    from app.reports.markdown import report_markdown

    _write(report_markdown(read_report(session, run_id)), ReportFormat.MARKDOWN, None)


def run_number(session: Session, run: str) -> int:
    """The run that an argument means.

    Raises:
        CommandError: it is neither a number nor `latest`, or the store has no such run.
    """
    known = list_run_ids(session)
    if run == LATEST and known:
        return known[0]
    if run.isdecimal() and len(run) < 20 and int(run) in known:
        return int(run)
    if not known:
        raise CommandError("The store holds no runs yet: `tekhne run` makes one.")
    shown = ", ".join(map(str, known[:8])) + (" …" if len(known) > 8 else "")
    raise CommandError(f"There is no run {run!r}: give `latest` or one of {shown}.")


@contextmanager
def _reading() -> Iterator[Session]:
    with opened_store() as store, store.reader() as session:
        yield session


def _write(text: str, format: ReportFormat, out: OutputFile | None) -> None:
    if out is not None and not out.is_standard_output:
        with out.open() as file:
            file.write(text.encode())
    elif format is ReportFormat.MARKDOWN and sys.stdout.isatty():
        from rich.markdown import Markdown

        Terminal().print(Markdown(text))
    else:
        echo(text, nl=not text.endswith("\n"))


def _stream(chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def claim(text: Annotated[str, typer.Argument(help="Such as '+3.4 points on 30' or '22/30 -> 25/30'.")]) -> None:
    """How many problems a claimed difference is, what chance needs, and what interval it has."""
    from app.reports.claims import check_claim

    echo(check_claim(text).in_words)


def plan(
    effect: Annotated[float, typer.Argument(help="The smallest difference worth finding, in percentage points.")],
    rate: Annotated[float, typer.Option(help="Pass rate of the drafts, in percent.")] = 30.0,
    correlation: Annotated[float, typer.Option(help="Of two samples of one problem, 0 to 1.")] = 0.5,
    problems: Annotated[int | None, typer.Option(min=1, help="Say as well what so many problems find.")] = None,
    samples: Annotated[int, typer.Option(min=1, help="With so many samples each.")] = 10,
) -> None:
    """How many problems and samples find an effect with 80% power, and what a run finds."""
    from app.reports.claims import plan_in_words, size_in_words

    echo(plan_in_words(effect / 100, rate=rate / 100, correlation=correlation))
    if problems is not None:
        echo(size_in_words(problems, samples, rate=rate / 100, correlation=correlation))
