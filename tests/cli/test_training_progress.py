"""A training's log: something at once, something now and then, and every evaluation."""

from itertools import pairwise

from cli.training_progress import SILENCE_SECONDS, ProgressLines
from worker.training.reports import StatesRead, TrainingProgress

STEPS = 200


def at(step: int, validation: float | None = None) -> TrainingProgress:
    return TrainingProgress(
        step=step, steps=STEPS, loss=0.5, tokens_per_second=1234.0, seconds_left=61, validation_loss=validation
    )


def test_a_log_is_never_silent_for_long_and_never_flooded() -> None:
    now = 0.0
    lines: list[tuple[float, str]] = []
    log = ProgressLines(lambda line: lines.append((now, line)), clock=lambda: now)
    for step in range(1, STEPS + 1):
        now += 7.0
        log(at(step))
    assert lines[0] == (7.0, f"step 1/{STEPS} loss 0.5000 · 1,234 tokens/s · 1:01 left")
    assert lines[-1][1].startswith(f"step {STEPS}/{STEPS}")
    pauses = [after - before for (before, _), (after, _) in pairwise(lines)]
    assert max(pauses) < SILENCE_SECONDS + 7.0
    assert all(pause >= SILENCE_SECONDS for pause in pauses[:-1])


def test_evaluations_are_always_told_and_reading_is_told_apart() -> None:
    lines: list[str] = []
    log = ProgressLines(lines.append, clock=lambda: 0.0)
    for done in range(1, 4):
        log(StatesRead(done=done, rows=3))
    log(at(1))
    log(at(2))
    log(at(2, validation=0.25))
    assert [line.split(" loss")[0] for line in lines] == [
        "the base's states of transcript 1/3",
        "the base's states of transcript 3/3",
        f"step 1/{STEPS}",
        f"step 2/{STEPS}",
    ]
    assert "validation 0.2500" in lines[-1]
