"""`tekhne bench verify|generate|critic|train|run|stats|pages|delete`: measure, and print one object or one table."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from benchmarks.report import BenchReport

group = typer.Typer(no_args_is_help=True, help="Measure; every ratio against a baseline of the same run.")
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="bench")


def show(report: "BenchReport", as_json: bool) -> None:
    if as_json:
        typer.echo(report.as_json())
    else:
        report.print(Console())


@group.command()
def pages(
    as_json: AsJson = False,
    problems: Annotated[int, typer.Option(min=1, help="Problems of the store.")] = 1_000,
    samples: Annotated[int, typer.Option(min=1, help="Samples a problem.")] = 200,
    runs: Annotated[int, typer.Option(min=1, help="Runs.")] = 5,
    store: Annotated[
        str, typer.Option(help="A database to fill, or filled by an earlier call; else a temporary SQLite file.")
    ] = "",
    browser: Annotated[bool, typer.Option(help="Measure in Chromium as well.")] = True,
    rerun: Annotated[bool, typer.Option(help="Measure a click on re-run as well.")] = True,
) -> None:
    """The dashboard over a large store: server times, sizes, CSV, and a browser's."""
    from benchmarks.big_run import Size
    from benchmarks.pages import measure
    from settings.fields import database_url

    size = Size(problems=problems, samples=samples, runs=runs)
    show(measure(size, database_url(store) if store else "", browser=browser, rerun=rerun), as_json)


@group.command()
def verify(
    as_json: AsJson = False,
    quick: Annotated[bool, typer.Option(help="164 candidates instead of 328.")] = False,
    problems: Annotated[
        str | None, typer.Option(help="A file or hub:… of problems with solutions; else the project's own.")
    ] = None,
) -> None:
    """The ruler against one `go test` a candidate: CPU, throughput, latency, and whether their verdicts agree."""
    from benchmarks.verify import measure

    show(measure(quick=quick, problems=problems), as_json)


@group.command()
def train(
    as_json: AsJson = False,
    steps: Annotated[int, typer.Option(min=1, help="Steps of each kind that count.")] = 8,
    batch_tokens: Annotated[int, typer.Option(min=64, help="Tokens a step.")] = 4096,
) -> None:
    """Critic training with cached trunk states, against a trunk run each step and full fine-tuning."""
    from benchmarks.train import measure

    show(measure(steps, batch_tokens), as_json)


@group.command()
def generate(
    as_json: AsJson = False,
    base: Annotated[str, typer.Option(metavar="FOLDER-or-HUB-ID", help="Another base than the demo one.")] = "",
    problems: Annotated[int, typer.Option(min=1, help="Problems drawn for.")] = 25,
    samples: Annotated[int, typer.Option(min=1, help="Samples a problem.")] = 10,
) -> None:
    """Drafting against plain `model.generate`, and how soon a click is answered meanwhile."""
    from benchmarks.generate import measure

    show(measure(base=base, problems=problems, samples=samples), as_json)


@group.command()
def critic(
    as_json: AsJson = False,
    base: Annotated[str, typer.Option(metavar="FOLDER-or-HUB-ID", help="Another base than the demo one.")] = "",
    problems: Annotated[int, typer.Option(min=1, help="Drafts repaired.")] = 12,
) -> None:
    """A critic's memory beside its base, and its first token with and without the draft's work."""
    from benchmarks.critic import measure

    show(measure(base=base, problems=problems), as_json)


@group.command()
def stats(
    as_json: AsJson = False,
    problems: Annotated[int, typer.Option(min=1, help="Problems of the run.")] = 1_000,
    samples: Annotated[int, typer.Option(min=1, help="Samples a problem.")] = 200,
) -> None:
    """The numbers of one large run, with 10,000 bootstrap draws, and its rows as CSV."""
    from benchmarks.reports import measure

    show(measure(problems, samples), as_json)


@group.command()
def delete(
    as_json: AsJson = False,
    samples: Annotated[int, typer.Option(min=400, help="Samples of the run that is deleted.")] = 200_000,
) -> None:
    """Deleting a large run: how long, what others who write wait, and how that grows with the run."""
    from benchmarks.deleting import measure

    show(measure(samples), as_json)


@group.command()
def run(
    as_json: AsJson = False,
    problems: Annotated[int, typer.Option(min=1, help="Problems of each of the two sets.")] = 25,
    samples: Annotated[int, typer.Option(min=1, help="Drafts a problem.")] = 10,
) -> None:
    """A run of the demo pair on two cores: when generation was busy, when execution, when neither."""
    from benchmarks.run import measure

    show(measure(problems, samples), as_json)
