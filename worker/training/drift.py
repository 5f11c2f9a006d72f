"""How far a checkpoint has drifted from the one it was trained from: the divergence of their next-token probabilities.

In: the names of a checkpoint and a set. Out: a row of `drift`, with KL(parent ‖ checkpoint) in nats of every prompt,
summed over its positions, the one after its last token included. Prompts that the checkpoint's own training read are
left out: they are held out from it. Both bases read the same tokens. A pair and version are measured once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, Drift, Problem, ProblemOrigin, ProblemSetMember, ProblemSetVersion, Store
from models.enums import CheckpointKind, Origin
from models.problem import newest_version
from settings import Settings
from worker.network.critic import Trunk
from worker.opening import open_tokenizer, open_trunk
from worker.training.errors import NoDrift
from worker.transcripts.format import encode, opening_tokens

_POSITIONS_AT_ONCE = 256
"""Positions whose whole vocabulary is in memory at one time, twice."""


@dataclass(frozen=True, kw_only=True)
class PlannedDrift:
    """What is to be measured; the checkpoints are detached from their session."""

    parent: Checkpoint
    checkpoint: Checkpoint
    version_id: int
    prompts: tuple[tuple[int, str], ...]
    """By problem id."""
    trained_on: int
    is_measured: bool


def plan_drift(store: Store, checkpoint: str, problem_set: str) -> PlannedDrift:
    """The checkpoint, its parent and the prompts.

    Raises:
        NoDrift: an unknown name, no parent, or no prompt that its training did not read.
    """
    with store.reader() as session:
        row, parent = _pair(session, checkpoint)
        version = newest_version(session, problem_set)
        if version is None:
            raise NoDrift(f"No problem set is called {problem_set}: `tekhne problems list` shows what there is.")
        prompts, trained_on = _held_out(session, row, version)
        if not prompts:
            raise NoDrift(
                f"{row.name} was trained on every problem of {problem_set}: drift is measured on prompts that it has "
                "not read, so name another set."
            )
        same = (Drift.parent_id == parent.id, Drift.checkpoint_id == row.id, Drift.version_id == version.id)
        found = session.scalar(select(Drift.id).where(*same))
        planned = PlannedDrift(
            parent=parent,
            checkpoint=row,
            version_id=version.id,
            prompts=prompts,
            trained_on=trained_on,
            is_measured=found is not None,
        )
        session.expunge_all()
        return planned


def _pair(session: Session, name: str) -> tuple[Checkpoint, Checkpoint]:
    row = session.scalar(select(Checkpoint).where(Checkpoint.name == name))
    if row is None:
        raise NoDrift(f"No checkpoint is called {name}: `tekhne models list` shows what there is.")
    parent = session.get(Checkpoint, row.parent_id) if row.parent_id is not None else None
    if row.kind is not CheckpointKind.BASE or parent is None or parent.kind is CheckpointKind.CRITIC:
        raise NoDrift(f"{name} was not trained from another base of this store: there is nothing to drift from.")
    return row, parent


def _held_out(
    session: Session, checkpoint: Checkpoint, version: ProblemSetVersion
) -> tuple[tuple[tuple[int, str], ...], int]:
    """The prompts that the checkpoint's own training did not read, and how many it did."""
    read = set(
        session.scalars(
            select(ProblemOrigin.text_hash).where(
                ProblemOrigin.checkpoint_id == checkpoint.id, ProblemOrigin.origin == Origin.SEEN
            )
        )
    )
    members = session.scalars(
        select(Problem)
        .join(ProblemSetMember)
        .where(ProblemSetMember.version_id == version.id)
        .order_by(ProblemSetMember.position)
    ).all()
    kept = tuple((one.id, one.prompt) for one in members if one.text_hash not in read)
    return kept, len(members) - len(kept)


def measure_drift(
    store: Store, settings: Settings, planned: PlannedDrift, progress: Callable[[int, int], None]
) -> None:
    """Measure and store what is planned, unless it is stored already.

    Args:
        progress: told how many prompts are measured, and of how many; it may raise to stop.

    Raises:
        ModelGone, ModelChanged, ModelUnusable: as for a run.
        NoDrift: the models read a prompt as other tokens, or no prompt fits.
    """
    if planned.is_measured:
        return
    bases = open_trunk(settings, planned.parent), open_trunk(settings, planned.checkpoint)
    rows_of = [
        _tokens(settings, checkpoint, base, planned.prompts)
        for checkpoint, base in zip((planned.parent, planned.checkpoint), bases, strict=True)
    ]
    # Training writes the tokenizer's files anew, so their hashes differ where their tokens do not.
    if rows_of[0] != rows_of[1] or bases[0].base.config.vocab_size != bases[1].base.config.vocab_size:
        raise NoDrift(
            f"{planned.parent.name} and {planned.checkpoint.name} have other tokenizers: their probabilities are of "
            "other tokens."
        )
    context = min(int(getattr(base.base.config, "max_position_embeddings", 2048)) for base in bases)
    rows: list[list[int | float]] = []
    too_long = 0
    for done, ((problem_id, _), ids) in enumerate(zip(planned.prompts, rows_of[0], strict=True), start=1):
        if 0 < len(ids) <= context:
            rows.append([problem_id, divergence(*bases, ids), len(ids)])
        else:
            too_long += 1
        progress(done, len(planned.prompts))
    if not rows:
        raise NoDrift(f"No prompt fits into the context of {context} tokens.")
    _store(store, planned, rows, too_long)


def _tokens(
    settings: Settings, checkpoint: Checkpoint, base: Trunk, prompts: Sequence[tuple[int, str]]
) -> list[list[int]]:
    """Every prompt as the checkpoint reads it."""
    tokenizer = open_tokenizer(settings, checkpoint, base.base.config.vocab_size)
    opening = opening_tokens(tokenizer)
    return [opening + encode(tokenizer, prompt) for _, prompt in prompts]


def _store(store: Store, planned: PlannedDrift, rows: list[list[int | float]], too_long: int) -> None:
    with store.writer() as session:
        session.add(
            Drift(
                parent_id=planned.parent.id,
                checkpoint_id=planned.checkpoint.id,
                version_id=planned.version_id,
                prompts=rows,
                trained_on=planned.trained_on,
                too_long=too_long,
            )
        )


@torch.inference_mode()
def divergence(parent: Trunk, checkpoint: Trunk, ids: Sequence[int]) -> float:
    """KL(parent ‖ checkpoint) of the next token, in nats, summed over all positions of a text."""
    tokens = torch.tensor([list(ids)], device=parent.device)
    states = parent.trunk(tokens)[0], checkpoint.trunk(tokens)[0]
    total = 0.0
    for one, other in zip(*(torch.split(state, _POSITIONS_AT_ONCE) for state in states), strict=True):
        ours = torch.log_softmax(parent.base_logits(one).float(), dim=-1)
        theirs = torch.log_softmax(checkpoint.base_logits(other).float(), dim=-1)
        total += float((ours.exp() * (ours - theirs)).sum())
    return max(0.0, total)
