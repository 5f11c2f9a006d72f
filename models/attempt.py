"""Attempts: the drafts of a base, one row a sample, keyed so that a repeated step writes nothing new."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.execution import Execution
from models.problem import Problem
from models.trace import Trace


class Attempt(Execution, Base):
    """One draft of one problem by one arm of one run."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("run_id", "problem_id", "arm_id", "sample"),
        Index("ix_attempt_arm", "arm_id"),
        Index("ix_attempt_problem", "problem_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    arm_id: Mapped[int] = mapped_column(ForeignKey("arm.id", ondelete="CASCADE"))
    sample: Mapped[int]
    """0-based."""
    problem: Mapped[Problem] = relationship()
    trace: Mapped[Trace | None] = relationship(foreign_keys="Attempt.trace_id")
    raw_trace: Mapped[Trace | None] = relationship(foreign_keys="Attempt.raw_trace_id")
    example_trace: Mapped[Trace | None] = relationship(foreign_keys="Attempt.example_trace_id")
