"""What people think of programs: a review of an attempt or a revision, with labels of the reviewer's own words.

A review belongs to one reviewer and one program, named by its place in the run, so two reviewers never write over each
other. It goes with its run, and a backup holds it. No verdict and no report reads it.
"""

import re
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, now
from models.enums import ReviewState

LONGEST_LABEL, LONGEST_REVIEWER, LONGEST_NOTE, MOST_LABELS = 60, 40, 4_000, 20
SEPARATOR = ";"
"""Between labels in a field and in a cell of a CSV, so no label holds it."""


class Review(Base):
    """One reviewer's opinion of one program."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("run_id", "problem_id", "arm_id", "sample", "round", "reviewer"),
        Index("ix_review_arm", "arm_id"),
        Index("ix_review_problem", "problem_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    arm_id: Mapped[int] = mapped_column(ForeignKey("arm.id", ondelete="CASCADE"))
    sample: Mapped[int]
    round: Mapped[int]
    """0 for a draft, as the arm wrote it; a revision's round otherwise."""
    reviewer: Mapped[str] = mapped_column(String(LONGEST_REVIEWER))
    state: Mapped[ReviewState] = mapped_column(closed(ReviewState), default=ReviewState.OPEN)
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes: a form that was drawn before the last one is refused."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    labels: Mapped[list["ReviewLabel"]] = relationship(
        cascade="all, delete-orphan", order_by="ReviewLabel.name", passive_deletes=True
    )


class ReviewLabel(Base):
    """One label of one review."""

    __tablename__ = "review_label"
    __table_args__ = (Index("ix_review_label_name", "name"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_LABEL), primary_key=True)


def why_no_label(name: str) -> str:
    """Why a text cannot be a label, in one sentence; empty where it can."""
    return _why_not(name, "A label", LONGEST_LABEL)


def why_no_reviewer(name: str) -> str:
    """Why a text cannot be a reviewer's name, in one sentence; empty where it can."""
    return _why_not(name, "A reviewer's name", LONGEST_REVIEWER)


def tidied(text: str) -> str:
    """One line without white space at its ends or twice in a row."""
    return " ".join(text.split())


def _why_not(name: str, what: str, most: int) -> str:
    if not name:
        return f"{what} is empty: write at least one character."
    if len(name) > most:
        return f"{what} has at most {most} characters; this one has {len(name)}: “{name[:most]}…”."
    if SEPARATOR in name or not name.isprintable() or re.search(r"[\ud800-\udfff]", name):
        return f"{what} is one line without “{SEPARATOR}”; this one is {name!r}."
    return ""
