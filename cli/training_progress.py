"""What a training says while it runs: a live line on a terminal, else a line now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.terminal import Terminal, echo

if TYPE_CHECKING:
    from worker.training.reports import StatesRead, TrainingProgress

SILENCE_SECONDS = 30.0
"""A log gets no line for a step sooner after the last one, whatever the speed; evaluations always get one."""


@contextmanager
def training_progress() -> Iterator[Callable[["TrainingProgress | StatesRead"], None]]:
    """Shows what a training reports."""
    console = Terminal(stderr=True)
    if not console.is_terminal:
        yield ProgressLines(lambda line: echo(line, err=True))
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bars = {word: progress.add_task(word, visible=False, figures="") for word in ("reading", "training")}

        def show(report: "TrainingProgress | StatesRead") -> None:
            word, done, total = _where(report)
            progress.update(bars[word], visible=True, completed=done, total=total, figures=_figures(report))

        yield show


class ProgressLines:
    """Writes a line for the first report of each kind, for evaluations and ends, and for others now and then."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._word, self._written = "", 0.0

    def __call__(self, report: "TrainingProgress | StatesRead") -> None:
        word, done, total = _where(report)
        now = self._clock()
        figures = getattr(report, "validation_loss", None), getattr(report, "solved", None)
        is_evaluation = word == "training" and any(figure is not None for figure in figures)
        if word == self._word and done < total and not is_evaluation and now - self._written < SILENCE_SECONDS:
            return
        self._word, self._written = word, now
        what = "step" if word == "training" else "the base's states of transcript"
        self._write(f"{what} {done}/{total} {_figures(report)}".rstrip())


def _where(report: "TrainingProgress | StatesRead") -> tuple[str, int, int]:
    """What is done, how much of it, and of how much."""
    from worker.training.reports import StatesRead

    if isinstance(report, StatesRead):
        return "reading", report.done, report.rows
    return "training", report.step, report.steps


def _figures(report: "TrainingProgress | StatesRead") -> str:
    from worker.training.reports import StatesRead

    if isinstance(report, StatesRead):
        return ""
    validation = "" if report.validation_loss is None else f" · validation {report.validation_loss:.4f}"
    solved = "" if report.solved is None else f" · solves {report.solved.solved} of {report.solved.asked}"
    minutes, seconds = divmod(round(report.seconds_left), 60)
    speed = f"{report.tokens_per_second:,.0f} tokens/s"
    return f"loss {report.loss:.4f}{validation}{solved} · {speed} · {minutes}:{seconds:02} left"
