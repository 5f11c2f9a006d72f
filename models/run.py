"""Runs: their problems, arms and samples, and every setting that affects their numbers.

A re-run of the critic on one problem is a small run with a parent: it uses the same loop and the same tables, and no
report of the parent ever reads it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.arm_kinds import ArmKind, ArmKindType
from models.base import Base, UtcDateTime, closed, now
from models.checkpoint import Checkpoint
from models.enums import BudgetRule, RunKind, RunState, TestsKind
from models.problem import Problem, ProblemSetVersion


class Run(Base):
    """One experiment: problems × arms × samples."""

    __tablename__ = "run"
    # Without AUTOINCREMENT, SQLite gives the number of a deleted run to the next one.
    __table_args__ = (Index("ix_run_kind_created", "kind", "created_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[RunKind] = mapped_column(closed(RunKind), default=RunKind.EXPERIMENT)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    """The published run that a re-run belongs to."""
    state: Mapped[RunState] = mapped_column(closed(RunState), default=RunState.QUEUED)
    specification_hash: Mapped[str] = mapped_column(String(64), index=True)
    """Equal hashes mean equal numbers: it covers problems, arms, settings, seed and ruler."""
    base_checkpoint_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoint.id"))
    samples: Mapped[int]
    """Drafts per problem."""
    seed: Mapped[int] = mapped_column(default=0)
    sampling: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """temperature, top_p, max_new_tokens, … of the drafts."""
    feedback: Mapped[TestsKind] = mapped_column(closed(TestsKind), default=TestsKind.EXAMPLE)
    """Which tests' trace the critic is shown. Hidden tests always score."""
    gated: Mapped[bool] = mapped_column(default=True)
    """Whether only failing drafts are repaired; if hidden tests gate, none that passes them can be broken."""
    gate: Mapped[TestsKind] = mapped_column(closed(TestsKind, "gate"), default=TestsKind.HIDDEN)
    """Which tests say that a draft failed and when to stop. Hidden tests always score."""
    rounds: Mapped[int] = mapped_column(default=1)
    budget: Mapped[BudgetRule] = mapped_column(closed(BudgetRule), default=BudgetRule.EQUAL_SAMPLES)
    ruler_id: Mapped[int | None] = mapped_column(ForeignKey("ruler.id"))
    engine_notes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    """What the engine that drafted found out while writing, a sentence each: whether prompts began with the
    tokenizer's BOS (`bos`), which settings a server refused (by the setting's name)."""
    token_confidence: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether the log-probabilities of its revisions' tokens are kept, where the worker's settings allow it."""
    note: Mapped[str] = mapped_column(Text, default="")
    """What people say the run is for."""
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Pinned runs stand above the others in lists."""
    tags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    error: Mapped[str] = mapped_column(Text, default="")
    """One sentence that says why the run failed."""
    revision_number: Mapped[int] = mapped_column(default=0)
    """Counts up with every batch of results, so that a page can be told apart from its past."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arms: Mapped[list["Arm"]] = relationship(order_by="Arm.position", passive_deletes="all")
    base_checkpoint: Mapped[Checkpoint | None] = relationship()


class Arm(Base):
    """One way to get programs, as one run used it."""

    __tablename__ = "arm"
    __table_args__ = (UniqueConstraint("run_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ArmKind] = mapped_column(ArmKindType)
    checkpoint_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoint.id"))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    checkpoint: Mapped[Checkpoint | None] = relationship()


class RunProblem(Base):
    """A problem of a run, and the version of the set it was taken from."""

    __tablename__ = "run_problem"
    __table_args__ = (Index("ix_run_problem_position", "run_id", "position"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), primary_key=True, index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("problem_set_version.id"))
    position: Mapped[int]
    problem: Mapped[Problem] = relationship()
    version: Mapped[ProblemSetVersion] = relationship()
