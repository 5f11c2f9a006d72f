"""Counts for each (run, arm, problem), updated as results arrive so that pages over a million attempts are fast.

Derived data: `tekhne recount` rebuilds it from the attempts and revisions, and a test holds it to them. The verdicts of
all samples stand in strings of marks, one character a sample in sample order (`.` for a sample without a verdict):
with them the strip of a problem, the transition matrix and every paired count need no row of the large tables.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.enums import Verdict

ABSENT = "."
MARK_OF: dict[Verdict, str] = {
    Verdict.PASSED: "P",
    Verdict.IMPORT: "I",
    Verdict.SYNTAX: "S",
    Verdict.TYPE: "T",
    Verdict.VET: "V",
    Verdict.ASSERTION: "A",
    Verdict.PANIC: "X",
    Verdict.TIMEOUT_COMPILE: "C",
    Verdict.TIMEOUT_RUN: "R",
    Verdict.MEMORY: "M",
    Verdict.OUTPUT: "O",
    Verdict.DENIED: "D",
    Verdict.VACUOUS: "U",
    Verdict.FLAKY: "F",
    Verdict.SANDBOX_ERROR: "E",
}
VERDICT_OF: dict[str, Verdict] = {mark: verdict for verdict, mark in MARK_OF.items()}


def mark(verdict: Verdict | None) -> str:
    return ABSENT if verdict is None else MARK_OF[verdict]


def verdicts(strip: str) -> list[Verdict | None]:
    """The verdicts that a strip stands for, in sample order.

    Raises:
        KeyError: the strip holds a character that is no mark.
    """
    return [None if char == ABSENT else VERDICT_OF[char] for char in strip]


class RunProblemCount(Base):
    """The results of one arm on one problem in one run."""

    __tablename__ = "run_problem_count"
    __table_args__ = (Index("ix_run_problem_count_arm", "arm_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), primary_key=True)
    arm_id: Mapped[int] = mapped_column(ForeignKey("arm.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    """Scored samples."""
    c: Mapped[int] = mapped_column(default=0)
    """Samples whose final program passed the hidden tests."""
    unscored: Mapped[int] = mapped_column(default=0)
    fixed: Mapped[int] = mapped_column(default=0)
    """Samples whose draft failed and whose final program passed; 0 for arms that do not repair."""
    broken: Mapped[int] = mapped_column(default=0)
    copied: Mapped[int] = mapped_column(default=0)
    flaky: Mapped[int] = mapped_column(default=0)
    recited: Mapped[int] = mapped_column(default=0, server_default="0")
    """Samples that pass and whose final program is the canonical solution up to names, layout and comments."""
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    new_tokens: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    marks: Mapped[str] = mapped_column(Text, default="")
    """Final verdict of each sample."""
    draft_marks: Mapped[str] = mapped_column(Text, default="")
    """Verdict of the draft that each sample began with; equal to `marks` for arms that do not repair."""
    raw_marks: Mapped[str] = mapped_column(Text, default="")
    """Final verdict under the raw rule."""
    legacy_marks: Mapped[str] = mapped_column(Text, default="")
    example_marks: Mapped[str] = mapped_column(Text, default="")
    """Verdict of the final program on the example tests."""
    sample_details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Lists in sample order: `new_tokens`, `edit_size`, `rounds`, `copied`, `recited`."""
