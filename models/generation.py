"""Where generated problems come from, and which problems are near-duplicates of others.

A generation belongs to one version of a set, what is known of a generated problem to the problem itself. A comparison
of two versions never goes out of date, because neither of them changes.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, now
from models.problem import Problem, ProblemSetVersion


class Generation(Base):
    """How one version of a set was generated."""

    __tablename__ = "generation"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("problem_set_version.id", ondelete="CASCADE"), primary_key=True
    )
    generator: Mapped[str] = mapped_column(String(100))
    generator_version: Mapped[int]
    seed: Mapped[str | None] = mapped_column(String(200))
    """None while it is secret."""
    seed_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the seed's text."""
    redrawn: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """How many drafts were drawn anew, by reason."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """A model from before this date cannot have read the problems, unless the seed was used elsewhere."""
    version: Mapped[ProblemSetVersion] = relationship()


class GeneratedProblem(Base):
    """What the generator knows of one of its problems."""

    __tablename__ = "generated_problem"

    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[str] = mapped_column(String(100))
    theme: Mapped[str] = mapped_column(String(100))
    difficulty: Mapped[str] = mapped_column(String(20))
    features: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The counts that the difficulty follows from."""


class OverlapComparison(Base):
    """Two versions whose problems were compared; a version compared with itself has the same id twice."""

    __tablename__ = "overlap_comparison"
    __table_args__ = (
        UniqueConstraint("version_id", "other_version_id"),
        Index("ix_overlap_comparison_other_version_id", "other_version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("problem_set_version.id", ondelete="CASCADE"))
    other_version_id: Mapped[int] = mapped_column(ForeignKey("problem_set_version.id", ondelete="CASCADE"))
    """Not smaller than `version_id`, so that a pair stands here once."""
    prompt_limit: Mapped[float]
    solution_limit: Mapped[float]
    """The similarities from which a pair counts as a finding."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class OverlapFinding(Base):
    """Two problems that are near-duplicates; the same id twice where both versions hold the very same problem."""

    __tablename__ = "overlap_finding"

    comparison_id: Mapped[int] = mapped_column(
        ForeignKey("overlap_comparison.id", ondelete="CASCADE"), primary_key=True
    )
    problem_id: Mapped[int] = mapped_column(
        ForeignKey("problem.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    """Of the comparison's `version_id`."""
    other_problem_id: Mapped[int] = mapped_column(
        ForeignKey("problem.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    prompt_similarity: Mapped[float]
    solution_similarity: Mapped[float]
    problem: Mapped[Problem] = relationship(foreign_keys=[problem_id])
    other_problem: Mapped[Problem] = relationship(foreign_keys=[other_problem_id])
