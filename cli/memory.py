"""`tekhne memory CHECKPOINT SET`: measure a memory card, and say what it shows.

What is measured is stored after every few problems, so that the same command goes on after Ctrl-C. `--json` prints one
object.
"""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from cli.opening import store_with_own_sets
from cli.terminal import Terminal, echo
from settings import load_settings
from worker.demo.installing import install_demo_pair
from worker.extras import refuse_missing
from worker.toolchain import find_go

if TYPE_CHECKING:
    from app.queries.memory_cards import MemoryCardView


def register(app: typer.Typer) -> None:
    app.command("memory")(memory)


def memory(
    checkpoint: Annotated[str, typer.Argument(help="A base or a served model, by its name in the store.")],
    problem_set: Annotated[str, typer.Argument(metavar="SET", help="A problem set with canonical solutions.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Whether a model's own probabilities show that it has seen a problem set."""
    refuse_missing("torch")
    settings = load_settings()
    go = find_go(settings.go)
    # Late: they load torch and numpy.
    from app.queries.memory_cards import read_card
    from worker.engines.device import hold_threads
    from worker.memory.card import measure_card, plan_card
    from worker.memory.opening import open_scorer

    with store_with_own_sets() as store:
        install_demo_pair(store)
        planned = plan_card(store, checkpoint, problem_set)
        if not planned.is_finished:
            hold_threads(settings)
            console = Terminal(stderr=True)
            columns = (
                TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
            )  # fmt: skip
            with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
                task = bar.add_task("measuring", total=None)
                scorer = open_scorer(settings, planned.checkpoint)

                def progress(done: int, total: int) -> None:
                    bar.update(task, completed=done, total=total)

                measure_card(store, planned, scorer, planned.controls(go), progress)
        with store.reader() as session:
            card = read_card(session, planned.card_id)
    if as_json:
        echo(json.dumps(card.as_dict(), allow_nan=False))
    else:
        _print(card)


def _print(card: "MemoryCardView") -> None:
    console = Terminal(highlight=False, soft_wrap=True)
    report = card.report
    console.print(report.sentence, markup=False)
    for title, rows in (
        (f"against {report.controls} generated controls", report.against_controls),
        ("seen against the other problems of the set", report.within_set),
    ):
        if not rows:
            continue
        table = Table(
            "measure", "median", "others", "AUC", "95% interval", "above their 95%", "false alarms", title=title
        )
        for one in rows:
            table.add_row(
                one.measure.label, f"{one.median:.3f}", f"{one.median_of_others:.3f}", f"{one.auc:.3f}",
                f"{one.interval.low:.3f} to {one.interval.high:.3f}", f"{one.above:.1%}", f"{one.false_alarms:.1%}",
            )  # fmt: skip
        console.print(table)
    for caveat in report.caveats:
        console.print(caveat, markup=False)
