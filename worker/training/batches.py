"""Which rows make which step: a pure function of lengths, seed and step, so that a resumed training goes on exactly.

Rows of like length share a batch, and a batch holds at most `batch_tokens` with its padding. *Replay* rows (old
material beside the new) are taken in turn, a slice an epoch. No tensors here.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WINDOW = 128
"""Rows sorted by length together: wide enough against padding, narrow enough to keep epochs mixed."""

Batch = list[int]


@dataclass(frozen=True, kw_only=True)
class BatchPlan:
    """Everything that the order depends on."""

    lengths: Sequence[int]
    """Tokens of each row; the last `replay_rows` are replay."""
    batch_tokens: int
    seed: int
    replay_rows: int = 0
    replay_an_epoch: int = 0


def batches_from(plan: BatchPlan, step: int) -> Iterator[Batch]:
    """The batches of step `step`, `step` + 1, … without end."""
    epoch, first = 0, 0
    while True:
        batches = epoch_batches(plan, epoch)
        if step < first + len(batches):
            yield from batches[max(0, step - first) :]
        first += len(batches)
        epoch += 1


def epoch_batches(plan: BatchPlan, epoch: int) -> list[Batch]:
    """One epoch's batches in order: every row once, and that epoch's slice of the replay rows."""
    # The text seeds it: hash() of a tuple is not the same in every Python.
    draw = random.Random(f"{plan.seed}:{epoch}")
    rows = _epoch_rows(plan, epoch)
    draw.shuffle(rows)
    batches: list[Batch] = []
    for start in range(0, len(rows), _WINDOW):
        window = sorted(rows[start : start + _WINDOW], key=lambda row: plan.lengths[row])
        batches.extend(_fill(window, plan))
    draw.shuffle(batches)
    return batches


def _epoch_rows(plan: BatchPlan, epoch: int) -> list[int]:
    new = len(plan.lengths) - plan.replay_rows
    if not plan.replay_rows:
        return list(range(new))
    first = epoch * plan.replay_an_epoch
    replay = [new + (first + offset) % plan.replay_rows for offset in range(plan.replay_an_epoch)]
    return [*range(new), *dict.fromkeys(replay)]


def _fill(window: Sequence[int], plan: BatchPlan) -> Iterator[Batch]:
    """Consecutive rows while the longest, times their number, stays within the batch."""
    batch: Batch = []
    for row in window:
        if batch and plan.lengths[row] * (len(batch) + 1) > plan.batch_tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
