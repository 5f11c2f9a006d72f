"""Memory cards: what a checkpoint's own probabilities say of whether it has seen a problem set.

A card holds measurements, problem by problem, of one version of a set and of control problems that no model has seen.
What follows from them is computed when it is shown (`app/reports/memory_cards.py`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, now
from models.checkpoint import Checkpoint
from models.enums import CheckpointKind
from models.problem import Problem, ProblemSet, ProblemSetMember, ProblemSetVersion

FEWEST_PROBLEMS = 10
"""With fewer problems every interval is too wide for a statement."""


def why_no_card(session: Session, checkpoint: Checkpoint, version: ProblemSetVersion) -> str:
    """Why this checkpoint has no memory card of this set, in one sentence; empty where it can have one."""
    if checkpoint.kind is CheckpointKind.CRITIC:
        base = session.get(Checkpoint, checkpoint.base_id) if checkpoint.base_id is not None else None
        named = f": name {base.name}" if base else ""
        return f"{checkpoint.name} is a critic, and a memory card is one of its base{named}."
    if checkpoint.deleted_at is not None:
        return f"The files of {checkpoint.name} were deleted: there is nothing to measure."
    solved = session.scalar(
        select(func.count())
        .select_from(ProblemSetMember)
        .join(Problem, Problem.id == ProblemSetMember.problem_id)
        .where(ProblemSetMember.version_id == version.id, func.coalesce(Problem.canonical_solution, "") != "")
    )
    name = session.get_one(ProblemSet, version.problem_set_id).name
    if not solved:
        return f"{name} has no canonical solutions, and a memory card measures how likely those are."
    if solved < FEWEST_PROBLEMS:
        return (
            f"{name} has {solved} problems with a canonical solution, too few for a statement: a memory card needs "
            f"{FEWEST_PROBLEMS}."
        )
    return ""


class MemoryCard(Base):
    """One measurement of a checkpoint and a version of a set; it can be continued until `finished_at` is set."""

    __tablename__ = "memory_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("problem_set_version.id", ondelete="CASCADE"), index=True)
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    """Hash over everything that decides the numbers."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The same in words: the method's version, the controls, the checkpoint's hash."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MemoryScore(Base):
    """What was measured of one problem; None where it could not be."""

    __tablename__ = "memory_score"

    card_id: Mapped[int] = mapped_column(ForeignKey("memory_card.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """The set's problems in their order, then the controls."""
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"), index=True)
    """None for a control, which is in no set of the store."""
    task_id: Mapped[str] = mapped_column(String(200))
    is_control: Mapped[bool]
    tokens: Mapped[int | None]
    """Of the canonical solution; None where the problem does not fit into the model's context."""
    logprob: Mapped[float | None]
    """Nats per token of the canonical solution behind its prompt; perplexity is exp of its negative."""
    logprob_alone: Mapped[float | None]
    """The same without the prompt."""
    min_k: Mapped[float | None]
    """Min-K%: the mean over the least likely fifth of its tokens."""
    min_k_plus: Mapped[float | None]
    """Min-K%++: the same of tokens in standard deviations from the mean over the vocabulary (arXiv 2404.02936)."""
    name_gain: Mapped[float | None]
    """Nats per use by which the solution's own variable names are likelier than others of the same length."""
    recited: Mapped[float | None]
    """Share of the canonical solution that greedy writing repeats from its beginning."""
    prompt_recited: Mapped[float | None]
    """The same of the second half of the prompt behind the first half."""
