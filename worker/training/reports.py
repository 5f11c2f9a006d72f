"""What a training reports while it runs: its steps with their speed, and how far a critic's base has read."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from worker.training.solving import SolvedCount


@dataclass(frozen=True, kw_only=True)
class TrainingProgress:
    """What is shown while a training runs."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float
    seconds_left: float
    validation_loss: float | None
    solved: SolvedCount | None = None
    """Of its own problems, where the training stops at a pass rate and this is an evaluation."""


@dataclass(frozen=True, kw_only=True)
class StatesRead:
    """How many rows the trunk has read before a critic's training begins."""

    done: int
    rows: int


ReportProgress = Callable[[TrainingProgress], None]
ReportStates = Callable[[StatesRead], None]


class StepClock:
    """Tokens, steps and seconds of this process, without those of an interrupted one before it."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._tokens = self._steps = 0

    def add(self, tokens: int) -> None:
        self._tokens += tokens
        self._steps += 1

    def rate(self) -> float:
        return self._tokens / max(1e-9, time.monotonic() - self._started)

    def seconds_a_step(self) -> float:
        return (time.monotonic() - self._started) / max(1, self._steps)
