"""Results: drafts, reflections and revisions, their programs, and the ruler's traces.

A program is stored once by its content. A trace is unique by program, tests and ruler, which makes the table the
verdict cache as well. A draft or revision is keyed by its place in the run, so a repeated step writes nothing new.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, now
from models.enums import FinishReason, Shape, Stage, Verdict
from models.fingerprints import LONGEST, fingerprint_of
from models.packed_text import PackedText
from models.problem import Problem


class Program(Base):
    """Content-addressed source: small models repeat themselves, so many samples often share one row."""

    __tablename__ = "program"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str] = mapped_column(PackedText)


class RulerIdentity(Base):
    """Go, x/tools, vet policy, limits, harness and sandbox policy under one digest."""

    __tablename__ = "ruler"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    go_version: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


def _fingerprint(context: Any) -> str:
    """The fingerprint of a trace that is being inserted, whoever inserts it."""
    row = context.get_current_parameters()
    return fingerprint_of(Verdict(row["verdict"]), Stage(row["stage"]), row.get("message", ""))


class Trace(Base):
    """The verdict of one execution, with its evidence."""

    __tablename__ = "trace"
    __table_args__ = (
        UniqueConstraint("program_id", "tests_hash", "ruler_id"),
        Index("ix_trace_fingerprint", "fingerprint"),
        # The text index keeps entries of deleted texts: no other text may get their ids.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    tests_hash: Mapped[str] = mapped_column(String(64))
    ruler_id: Mapped[int] = mapped_column(ForeignKey("ruler.id"))
    verdict: Mapped[Verdict] = mapped_column(closed(Verdict))
    stage: Mapped[Stage] = mapped_column(closed(Stage))
    message: Mapped[str] = mapped_column(PackedText, default="")
    """The message of the compiler, the tests or the Go run time."""
    fingerprint: Mapped[str] = mapped_column(String(LONGEST), default=_fingerprint, server_default="")
    """What groups like failures (`models/fingerprints.py`); empty for a pass and where nothing could be scored."""
    line: Mapped[int | None]
    """1-based, in the candidate as the model wrote it."""
    column: Mapped[int | None]
    tests_completed: Mapped[list[str]] = mapped_column(JSON, default=list)
    tests_named: Mapped[list[str]] = mapped_column(JSON, default=list)
    cpu_seconds: Mapped[float] = mapped_column(default=0.0)
    wall_seconds: Mapped[float] = mapped_column(default=0.0)
    memory_bytes: Mapped[int] = mapped_column(default=0)
    executed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    program: Mapped[Program] = relationship()
    ruler: Mapped[RulerIdentity] = relationship()


class Execution:
    """Mixin of `Attempt` and `Revision`."""

    text: Mapped[str] = mapped_column(PackedText)
    """As the model wrote it."""
    finish_reason: Mapped[FinishReason] = mapped_column(closed(FinishReason))
    seed: Mapped[int | None]
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    new_tokens: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    logprob: Mapped[float | None]
    """Sum over the new tokens, in nats; None where the engine does not give it."""
    shape: Mapped[Shape | None] = mapped_column(closed(Shape))
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What assembly did to the text, one sentence per change."""
    dropped: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """What of the text is no part of the program: `[what it is, start, end]` each, in characters of the text."""
    import_delta: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """`{"added": […], "removed": […]}`."""
    verdict: Mapped[Verdict | None] = mapped_column(closed(Verdict))
    """Hidden tests, imports fixed: the one that scores. None until executed."""
    verdict_raw: Mapped[Verdict | None] = mapped_column(closed(Verdict, "verdict_raw"))
    verdict_legacy: Mapped[Verdict | None] = mapped_column(closed(Verdict, "verdict_legacy"))
    example_verdict: Mapped[Verdict | None] = mapped_column(closed(Verdict, "example_verdict"))
    unscored_reason: Mapped[str] = mapped_column(Text, default="")
    """Why no verdict could be given, in one sentence."""
    trace_id: Mapped[int | None] = mapped_column(ForeignKey("trace.id"))
    raw_trace_id: Mapped[int | None] = mapped_column(ForeignKey("trace.id"), index=True)
    example_trace_id: Mapped[int | None] = mapped_column(ForeignKey("trace.id"), index=True)
    program_hash: Mapped[str | None] = mapped_column(String(64))
    recited: Mapped[bool | None]
    """Whether it passed and is the canonical solution up to names, layout and comments; None where there is none, or
    where it was stored before this was looked at."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Attempt(Execution, Base):
    """One draft of one problem by one arm of one run."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("run_id", "problem_id", "arm_id", "sample"),
        Index("ix_attempt_arm", "arm_id"),
        Index("ix_attempt_problem", "problem_id"),
        Index("ix_attempt_trace_run", "trace_id", "run_id"),
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


class Reflection(Base):
    """What one critic wrote about one attempt's trace, in one round of repair."""

    __tablename__ = "reflection"
    __table_args__ = (
        UniqueConstraint("run_id", "problem_id", "arm_id", "sample", "round"),
        Index("ix_reflection_arm", "arm_id"),
        Index("ix_reflection_attempt", "attempt_id"),
        {"sqlite_autoincrement": True},
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
    shown_trace: Mapped[str] = mapped_column(PackedText, default="")
    """The trace as the critic saw it; it may be cut, shuffled or edited by hand."""
    text: Mapped[str] = mapped_column(PackedText)
    source: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Who wrote a reflection that was given to the critic, and about what; empty where the critic wrote it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Revision(Execution, Base):
    """One repaired program: (run, problem, arm, sample, round) names it."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("run_id", "problem_id", "arm_id", "sample", "round"),
        Index("ix_revision_arm", "arm_id"),
        Index("ix_revision_attempt", "attempt_id"),
        Index("ix_revision_problem", "problem_id"),
        Index("ix_revision_trace_run", "trace_id", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    arm_id: Mapped[int] = mapped_column(ForeignKey("arm.id", ondelete="CASCADE"))
    sample: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    reflection_id: Mapped[int | None] = mapped_column(ForeignKey("reflection.id", ondelete="CASCADE"), index=True)
    copied: Mapped[bool] = mapped_column(default=False)
    """Whether the revision equals the attempt, apart from white space."""
    edit_size: Mapped[int] = mapped_column(default=0)
    """Lines added plus lines removed against the attempt."""
    problem: Mapped[Problem] = relationship()
    attempt: Mapped[Attempt] = relationship()
    reflection: Mapped[Reflection | None] = relationship()
    trace: Mapped[Trace | None] = relationship(foreign_keys="Revision.trace_id")
    raw_trace: Mapped[Trace | None] = relationship(foreign_keys="Revision.raw_trace_id")
    example_trace: Mapped[Trace | None] = relationship(foreign_keys="Revision.example_trace_id")
