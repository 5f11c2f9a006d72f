"""`tekhne bench NAME`: measure, and print one JSON object or one table.

Each function below only declares a benchmark's options. Its command calls `measure` of the module of the same name,
which is imported when it is asked for: most of them need torch.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Annotated, Any

import typer

from cli.outputs import OutputFile
from cli.problems import AsJson
from cli.terminal import Terminal, echo

group = typer.Typer(no_args_is_help=True, help="Measure speed; every ratio is against a baseline of the same run.")
OtherBase = Annotated[str, typer.Option(metavar="FOLDER-or-HUB-ID", help="Another base than the demo one.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="bench")


def benchmark(declared: Callable[..., None]) -> Callable[..., None]:
    """Make a command of a function that declares options, with `--json` added."""

    @wraps(declared)
    def command(*, as_json: bool, **options: Any) -> None:
        report = import_module(f"benchmarks.{declared.__name__}").measure(**options)
        if as_json:
            echo(report.as_json())
        else:
            report.print(Terminal())

    signature = inspect.signature(declared)
    added = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson)
    command.__signature__ = signature.replace(parameters=[*signature.parameters.values(), added])  # type: ignore[attr-defined]
    group.command()(command)
    return declared


@benchmark
def pages(
    problems: Annotated[int, typer.Option(min=1, help="Problems in the store.")] = 1_000,
    samples: Annotated[int, typer.Option(min=1, help="Samples per problem.")] = 200,
    runs: Annotated[int, typer.Option(min=1, help="Runs.")] = 5,
    store: Annotated[
        str,
        typer.Option(help="A database to fill, or one that an earlier call filled; else a temporary SQLite file."),
    ] = "",
    requests: Annotated[int, typer.Option(min=2, help="Requests per page, after the first one.")] = 40,
    browser: Annotated[bool, typer.Option(help="Measure in Chromium as well.")] = True,
    visits: Annotated[int, typer.Option(min=1, help="Visits in Chromium.")] = 5,
    rerun: Annotated[bool, typer.Option(help="Measure a click on re-run as well.")] = True,
    clicks: Annotated[int, typer.Option(min=1, help="Clicks on re-run.")] = 7,
) -> None:
    """The dashboard over a large store: server times, sizes, CSV, and times in a browser."""


@benchmark
def verify(
    quick: Annotated[bool, typer.Option(help="164 candidates instead of 328.")] = False,
    problems: Annotated[
        str | None, typer.Option(help="A file or hub:… of problems with solutions; else the project's own.")
    ] = None,
) -> None:
    """The ruler against one `go test` per candidate: CPU, throughput, latency, and whether their verdicts agree."""


@benchmark
def train(
    steps: Annotated[int, typer.Option(min=1, help="Measured steps of each kind.")] = 8,
    batch_tokens: Annotated[int, typer.Option(min=64, help="Tokens per step.")] = 4096,
) -> None:
    """Critic training with cached trunk states, against a trunk run at each step and full fine-tuning."""


@benchmark
def generate(
    base: OtherBase = "",
    problems: Annotated[int, typer.Option(min=1, help="Problems to draft for.")] = 25,
    samples: Annotated[int, typer.Option(min=1, help="Samples per problem.")] = 10,
) -> None:
    """Drafting against plain `model.generate`, and how soon a click is answered meanwhile."""


@benchmark
def critic(
    base: OtherBase = "",
    problems: Annotated[int, typer.Option(min=1, help="Drafts to repair.")] = 12,
) -> None:
    """A critic's memory beside its base, and its time to first token with and without the draft's work."""


@benchmark
def stats(
    problems: Annotated[int, typer.Option(min=1, help="Problems in the run.")] = 1_000,
    samples: Annotated[int, typer.Option(min=1, help="Samples per problem.")] = 200,
) -> None:
    """The statistics of one large run, with 10,000 bootstrap draws, and its rows as CSV."""


@benchmark
def delete(
    samples: Annotated[int, typer.Option(min=400, help="Samples of the run that is deleted.")] = 200_000,
) -> None:
    """Deleting a large run: how long it takes, how long other writers wait, and how that grows with the run."""


@benchmark
def store(
    samples: Annotated[int, typer.Option(min=20, help="Samples per problem of the smaller run.")] = 100,
    store: Annotated[str, typer.Option(help="An empty database for the demo run; else a temporary file.")] = "",
) -> None:
    """Bytes of a stored attempt of the demo run, and the memory that CSV and archive need, at two sizes."""


@benchmark
def run(
    problems: Annotated[int, typer.Option(min=1, help="Problems from each of the two sets.")] = 25,
    samples: Annotated[int, typer.Option(min=1, help="Drafts per problem.")] = 10,
) -> None:
    """A run of the demo pair on two cores: when generation was busy, when execution, when neither."""


@benchmark
def load(
    watchers: Annotated[int, typer.Option(min=1, help="Pages that are kept open.")] = 200,
    readers: Annotated[int, typer.Option(min=1, help="People who open a page every few seconds.")] = 50,
    seconds: Annotated[int, typer.Option(min=10, help="How long they are measured together.")] = 180,
    processes: Annotated[int, typer.Option(min=1, help="Web processes.")] = 2,
    store: Annotated[
        str, typer.Option(help="postgres (a server of its own), sqlite, or the URL of an empty database.")
    ] = "postgres",
) -> None:
    """Many watchers and readers of several web processes while a run is under way."""


@benchmark
def scale(
    problems: Annotated[int, typer.Option(min=8, max=64, help="Problems of the run.")] = 64,
    samples: Annotated[int, typer.Option(min=1, help="Drafts per problem.")] = 4,
    seconds: Annotated[float, typer.Option(min=0.0, help="In which the model server answers.")] = 2.0,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests that a worker has under way.")] = 6,
    idle: Annotated[float, typer.Option(min=1.0, help="Seconds for which an idle worker is watched.")] = 30.0,
) -> None:
    """One run with one, two and four workers over a server that answers after a fixed time, and an idle worker."""


@benchmark
def truth(
    repeats: Annotated[int, typer.Option(min=20, help="Synthetic runs of each kind.")] = 500,
    archives: Annotated[
        OutputFile | None,
        typer.Option(
            metavar="FOLDER",
            parser=OutputFile,
            help="Keep the archives of the self-deceptions and their problem sets.",
        ),
    ] = None,
) -> None:
    """Synthetic runs with a known truth: planted effects, false claims where there is none, coverage."""


@benchmark
def memory() -> None:
    """Signs of memory: on problems that were trained on, and false alarms on bases that never saw any."""
