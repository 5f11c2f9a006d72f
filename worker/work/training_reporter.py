"""What a training says of each step, as a job's progress now and then, and as points of its live curve."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from worker.progress import WorkProgress

if TYPE_CHECKING:
    from worker.training.reports import StatesRead, TrainingProgress

REPORT_SECONDS = 0.5
CURVE_POINTS = 200
"""Of a live curve, at most, besides evaluations."""

Report = Callable[["TrainingProgress | StatesRead"], None]


class TrainingReporter:
    """Turns what the training says of each step into a job's progress, now and then, and into points of its curve."""

    def __init__(self, progress: WorkProgress, report: Report, steps: int) -> None:
        self._progress, self._report = progress, report
        self._every = max(1, steps // CURVE_POINTS)
        self._said = 0.0
        self._validation: float | None = None
        self._solved: float | None = None
        self.check = progress.check
        progress.progress(stage="reading the data and loading the model", done=0, total=steps)

    def states(self, read: "StatesRead") -> None:
        """The base has read so many transcripts; nothing is lost if it stops here but the reading."""
        self.check()
        self._report(read)
        if self._is_due(last=read.done == read.rows):
            words = f"reading the base's states of transcript {read.done:,} of {read.rows:,}"
            self._progress.progress(stage=words, done=0, total=0)

    def step(self, now: "TrainingProgress") -> None:
        """One step is done, or evaluated. It stops nothing: the loop does that between steps."""
        self._report(now)
        if now.solved is not None:
            self._solved = round(now.solved.share, 4)
        if now.validation_loss is not None:
            self._validation = now.validation_loss
            self._progress.event("loss", split="validation", step=now.step, loss=now.validation_loss)
        elif (now.solved is None and now.step % self._every == 0) or now.step == 1:
            self._progress.event("loss", split="train", step=now.step, loss=now.loss)
        if self._is_due(last=now.step == now.steps or now.validation_loss is not None):
            self._progress.progress(
                stage="training",
                done=now.step,
                total=now.steps,
                loss=now.loss,
                validation_loss=self._validation,
                solved=self._solved,
                tokens_per_second=round(now.tokens_per_second, 1),
                seconds_left=round(now.seconds_left),
            )

    def _is_due(self, *, last: bool) -> bool:
        now = time.monotonic()
        if not last and now - self._said < REPORT_SECONDS:
            return False
        self._said = now
        return True
