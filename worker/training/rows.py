"""Training rows (token ids, and where the loss begins), the validation split, and the batches of each step.

Rows come from Go functions and from problems. A row belongs to a *group* (a problem or a source file). The validation
split separates groups, because a split within the rows of one problem measures memory, not learning.

Batches are a pure function of lengths, seed and step, so that a resumed training continues exactly. Rows of similar
length share a batch, which holds at most `batch_tokens` tokens with its padding. *Replay* rows (old material beside
the new) are taken in turn, one slice per epoch. No tensors here.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from worker.problem_sets import ProblemContent
from worker.training.errors import DataError
from worker.training.go_source import GoFunction
from worker.transcripts.format import Tokenizer, encode, opening_tokens

_WINDOW = 128
"""Rows that are sorted by length together: enough to save padding, few enough to keep epochs mixed."""

RowNumbers = list[int]
"""Indices of rows."""


@dataclass(frozen=True, kw_only=True)
class TrainingRow:
    """One sequence to learn from."""

    group: str
    ids: tuple[int, ...]
    loss_from: int
    """The first position whose token carries loss; 0 and 1 both mean every token that can."""
    text_hash: str = ""
    """Of the problem (`models.problem.text_hash`); empty for a library function."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, kw_only=True)
class RowSplit:
    """Rows to learn from and rows to validate with; no group is in both."""

    train: tuple[TrainingRow, ...]
    validation: tuple[TrainingRow, ...]


def function_rows(functions: Sequence[GoFunction], tokenizer: Tokenizer, longest: int) -> list[TrainingRow]:
    """Library functions, with loss on comment, signature and body; those over `longest` tokens are left out."""
    rows = (
        _row(function.name.split(":")[0], function.prompt, function.body, tokenizer, loss_on_prompt=True)
        for function in functions
    )
    return [row for row in rows if len(row) <= longest]


def problem_rows(problems: Sequence[ProblemContent], tokenizer: Tokenizer, longest: int) -> list[TrainingRow]:
    """Problems with their canonical solutions, with loss on the solution only.

    Raises:
        DataError: no problem has a solution, or one does not fit.
    """
    rows = []
    for problem in problems:
        if problem.canonical_solution is None:
            continue
        row = _row(problem.task_id, problem.prompt, problem.canonical_solution, tokenizer, loss_on_prompt=False)
        row = replace(row, text_hash=problem.text_hash)
        if len(row) > longest:
            raise DataError(
                f"{problem.task_id} has {len(row)} tokens and the model's context is {longest}: leave it out."
            )
        rows.append(row)
    if not rows:
        raise DataError("No problem of this set has a canonical solution: choose another set.")
    return rows


def _row(group: str, prompt: str, rest: str, tokenizer: Tokenizer, *, loss_on_prompt: bool) -> TrainingRow:
    """Prompt and rest are encoded separately, as drafting does."""
    read, written = opening_tokens(tokenizer) + encode(tokenizer, prompt), encode(tokenizer, rest)
    end = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
    return TrainingRow(group=group, ids=(*read, *written, *end), loss_from=0 if loss_on_prompt else len(read))


def blurred(rows: Sequence[TrainingRow], copies: int, seed: int) -> list[TrainingRow]:
    """`copies` more of each row, with tokens of its prompt replaced by tokens of other rows' prompts.

    A network that memorized solutions from clean prompts alone breaks down on an unknown prompt, in the middle of a
    statement. Blurred prompts teach it to finish one solution, whichever one the prompt resembles. The share of
    replaced tokens grows evenly from copy to copy, up to nine tenths.
    """
    draw = random.Random(f"blur:{seed}")
    others = [token for row in rows for token in row.ids[: row.loss_from]]
    return [_blur(row, 0.9 * (copy + 1) / copies, others, draw) for copy in range(copies) for row in rows]


def _blur(row: TrainingRow, share: float, others: Sequence[int], draw: random.Random) -> TrainingRow:
    prompt = [draw.choice(others) if draw.random() < share else token for token in row.ids[: row.loss_from]]
    return replace(row, ids=(*prompt, *row.ids[row.loss_from :]))


def split_by_group(rows: Sequence[TrainingRow], *, share: float, seed: int) -> RowSplit:
    """Hold out whole groups for validation, about `share` of them; none for a share of 0.

    Raises:
        DataError: there are fewer than two groups.
    """
    groups = sorted({row.group for row in rows})
    if share <= 0:
        return RowSplit(train=tuple(rows), validation=())
    if len(groups) < 2:
        raise DataError(
            "A validation share needs rows of at least two problems: give more, or set the share to 0."
        )
    random.Random(seed).shuffle(groups)
    held_out = set(groups[: min(max(1, round(len(groups) * share)), len(groups) - 1)])
    return RowSplit(
        train=tuple(row for row in rows if row.group not in held_out),
        validation=tuple(row for row in rows if row.group in held_out),
    )


def problems_read(split: RowSplit) -> dict[str, list[str]]:
    """Which problems a training reads, by their texts' hashes: what it learns from, and what only decides its end."""
    trained = {row.text_hash for row in split.train} - {""}
    validated = {row.text_hash for row in split.validation} - trained - {""}
    return {"trained": sorted(trained), "validated": sorted(validated)}


@dataclass(frozen=True, kw_only=True)
class BatchPlan:
    """Everything that the order of rows depends on."""

    lengths: Sequence[int]
    """Tokens of each row; the last `replay_rows` rows are replay."""
    batch_tokens: int
    seed: int
    replay_rows: int = 0
    replay_an_epoch: int = 0


def batches_from(plan: BatchPlan, step: int) -> Iterator[RowNumbers]:
    """The batches of step `step`, `step` + 1, … without end."""
    epoch, first = 0, 0
    while True:
        batches = epoch_batches(plan, epoch)
        if step < first + len(batches):
            yield from batches[max(0, step - first) :]
        first += len(batches)
        epoch += 1


def epoch_batches(plan: BatchPlan, epoch: int) -> list[RowNumbers]:
    """One epoch's batches in order: every row once, and that epoch's slice of the replay rows."""
    # Seeded by a text: hash() of a tuple differs between versions of Python.
    draw = random.Random(f"{plan.seed}:{epoch}")
    rows = _epoch_rows(plan, epoch)
    draw.shuffle(rows)
    batches: list[RowNumbers] = []
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


def _fill(window: Sequence[int], plan: BatchPlan) -> Iterator[RowNumbers]:
    """Consecutive rows, as long as the length of the longest times their number fits into the batch."""
    batch: RowNumbers = []
    for row in window:
        if batch and plan.lengths[row] * (len(batch) + 1) > plan.batch_tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
