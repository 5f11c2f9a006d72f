"""Reflections: what a critic said of a failed attempt before it wrote its revision."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now


class Reflection(Base):
    """One critic's reading of one attempt's trace, in one round of repair."""

    __tablename__ = "reflection"
    __table_args__ = (
        UniqueConstraint("run_id", "problem_id", "arm_id", "sample", "round"),
        Index("ix_reflection_arm", "arm_id"),
        Index("ix_reflection_attempt", "attempt_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    arm_id: Mapped[int] = mapped_column(ForeignKey("arm.id", ondelete="CASCADE"))
    sample: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    """1-based: round 1 reads the draft, round 2 the first revision."""
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    """The draft that is being repaired."""
    shown_trace: Mapped[str] = mapped_column(Text, default="")
    """The trace as the critic read it: cut, shuffled or edited by hand."""
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
