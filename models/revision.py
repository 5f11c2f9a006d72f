"""Revisions: the programs critics wrote in place of failed attempts, executed like any draft."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.attempt import Attempt
from models.base import Base
from models.execution import Execution
from models.problem import Problem
from models.reflection import Reflection
from models.trace import Trace


class Revision(Execution, Base):
    """One repaired program: (run, problem, arm, sample, round) names it."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("run_id", "problem_id", "arm_id", "sample", "round"),
        Index("ix_revision_arm", "arm_id"),
        Index("ix_revision_attempt", "attempt_id"),
        Index("ix_revision_problem", "problem_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    arm_id: Mapped[int] = mapped_column(ForeignKey("arm.id", ondelete="CASCADE"))
    sample: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    reflection_id: Mapped[int | None] = mapped_column(ForeignKey("reflection.id", ondelete="CASCADE"))
    copied: Mapped[bool] = mapped_column(default=False)
    """Whether the revision is the attempt again, white space apart."""
    edit_size: Mapped[int] = mapped_column(default=0)
    """Lines added plus lines removed against the attempt."""
    problem: Mapped[Problem] = relationship()
    attempt: Mapped[Attempt] = relationship()
    reflection: Mapped[Reflection | None] = relationship()
    trace: Mapped[Trace | None] = relationship(foreign_keys="Revision.trace_id")
    raw_trace: Mapped[Trace | None] = relationship(foreign_keys="Revision.raw_trace_id")
    example_trace: Mapped[Trace | None] = relationship(foreign_keys="Revision.example_trace_id")
