"""Training rows: token ids, and where the loss begins. From Go functions and from problems.

A row belongs to a *group* (a problem, or a source file), because a validation split that parts the rows of one
problem measures memory, not learning.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from worker.problem_sets import ProblemContent
from worker.training.errors import DataError
from worker.training.go_source import GoFunction
from worker.transcripts.format import Tokenizer, encode


@dataclass(frozen=True, kw_only=True)
class TrainingRow:
    """One sequence to learn from."""

    group: str
    ids: tuple[int, ...]
    loss_from: int
    """The first position whose token carries loss; 0 and 1 mean all that can."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, kw_only=True)
class RowSplit:
    """Rows to learn from and rows to measure with; no group stands in both."""

    train: tuple[TrainingRow, ...]
    validation: tuple[TrainingRow, ...]


def function_rows(functions: Sequence[GoFunction], tokenizer: Tokenizer, longest: int) -> list[TrainingRow]:
    """Library functions, with loss on comment, signature and body alike; those over `longest` tokens are left out."""
    rows = (
        _row(function.name.split(":")[0], function.prompt, function.body, tokenizer, loss_on_prompt=True)
        for function in functions
    )
    return [row for row in rows if len(row) <= longest]


def blurred(rows: Sequence[TrainingRow], copies: int, seed: int) -> list[TrainingRow]:
    """`copies` more of each row, with tokens of its prompt exchanged for those of others' prompts.

    What is learned by heart from clean prompts alone falls apart at the first unknown one, in the middle of a
    statement. Blurred prompts teach to go through with one solution, whichever the prompt recalls. The share that is
    exchanged grows evenly from copy to copy, up to nine tenths.
    """
    draw = random.Random(f"blur:{seed}")
    others = [token for row in rows for token in row.ids[: row.loss_from]]
    return [_blur(row, 0.9 * (copy + 1) / copies, others, draw) for copy in range(copies) for row in rows]


def _blur(row: TrainingRow, share: float, others: Sequence[int], draw: random.Random) -> TrainingRow:
    prompt = [draw.choice(others) if draw.random() < share else token for token in row.ids[: row.loss_from]]
    return TrainingRow(group=row.group, ids=(*prompt, *row.ids[row.loss_from :]), loss_from=row.loss_from)


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
        if len(row) > longest:
            raise DataError(
                f"{problem.task_id} has {len(row)} tokens and the model's context is {longest}: leave it out."
            )
        rows.append(row)
    if not rows:
        raise DataError("No problem of this set has a canonical solution: choose another set.")
    return rows


def _row(group: str, prompt: str, rest: str, tokenizer: Tokenizer, *, loss_on_prompt: bool) -> TrainingRow:
    """Prompt and rest are encoded apart, as drafting does."""
    read, written = encode(tokenizer, prompt), encode(tokenizer, rest)
    end = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
    return TrainingRow(group=group, ids=(*read, *written, *end), loss_from=0 if loss_on_prompt else len(read))


def split_by_group(rows: Sequence[TrainingRow], *, share: float, seed: int) -> RowSplit:
    """Whole groups go to validation until it holds about `share` of the groups; none for a share of 0.

    Raises:
        DataError: fewer than two groups are there to part.
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
