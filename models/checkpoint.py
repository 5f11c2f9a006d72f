"""Checkpoints and transcripts: the models of a run, how each was trained, and what it saw and learned from.

Weights stay in their folders; a row holds their hash, the lineage and the learning curve.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, now
from models.enums import CheckpointKind, Origin, OriginSource, TranscriptDomain, TranscriptState, Verdict
from models.problem import Problem


class Checkpoint(Base):
    """A base, a critic's delta, a served model, or a critic that was exported and is served."""

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[CheckpointKind] = mapped_column(closed(CheckpointKind))
    location: Mapped[str] = mapped_column(Text)
    """A folder, a hub id or a server's URL."""
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 over config and weights; for an endpoint, over its URL and model name, and for a critic's also over what
    it serves and its base."""
    tokenizer_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """SHA-256 over a base's tokenizer files; empty where it is not known yet: for rows of older versions until a worker
    opens them, for critics, for endpoints."""
    base_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    """The base that a critic stands on."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    """The checkpoint that training continued from."""
    layers: Mapped[int | None]
    parameters: Mapped[int | None]
    training: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The command, settings and seeds that made it; empty where unknown."""
    reads_recorded: Mapped[bool] = mapped_column(default=False)
    """Whether `ProblemOrigin` holds every problem that its own training read: another one it did not read."""
    cut_off: Mapped[str | None] = mapped_column(String(10))
    """The last day or month, such as 2024-10, of what it and its ancestors read; None where nobody said."""
    cut_off_evidence: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set when its files were deleted; the row stays, because runs refer to it."""

    @property
    def is_only_archived(self) -> bool:
        """Whether the store knows it from archives of runs alone, and has never had its files."""
        return self.deleted_at is not None and not self.location

    @property
    def shown_location(self) -> str:
        """The location as everybody may see it: earlier versions took a URL that holds a password."""
        return without_login(self.location) if self.kind is CheckpointKind.ENDPOINT else self.location


def without_login(url: str) -> str:
    """The URL without a name or password in it."""
    return re.sub(r"(?<=//)[^/?#]*@", "…@", url)


def is_served(location: str) -> bool:
    """Whether a checkpoint with this location is behind a server: an endpoint, or an exported critic."""
    return "://" in location


def servers_of(location: str) -> tuple[tuple[str, ...], str]:
    """The addresses of the servers that a location names, one or several of one model, and the model's name there."""
    urls, _, model = location.partition("#")
    return tuple(urls.split()), model


class ProblemOrigin(Base):
    """Whether a checkpoint itself, without its ancestors, saw a problem in training, and how that is known.

    A problem is named by its text, so that it is recognised in whatever set or version it stands, also in one that is
    imported later.
    """

    __tablename__ = "problem_origin"

    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id", ondelete="CASCADE"), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    origin: Mapped[Origin] = mapped_column(closed(Origin))
    known_by: Mapped[OriginSource] = mapped_column(closed(OriginSource))
    evidence: Mapped[str] = mapped_column(Text, default="")
    """On what it was trained, or what the person who says so rests on."""


class LearningCurvePoint(Base):
    """One logged step of a training."""

    __tablename__ = "learning_curve_point"
    __table_args__ = (
        UniqueConstraint("checkpoint_id", "split", "step"),
        Index("ix_learning_curve_checkpoint_step", "checkpoint_id", "step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id", ondelete="CASCADE"))
    step: Mapped[int]
    split: Mapped[str] = mapped_column(String(20))
    """`train` or `validation`."""
    loss: Mapped[float]
    """Nats per token."""
    tokens_per_second: Mapped[float | None]


class Transcript(Base):
    """One lesson: a failed attempt, what went wrong, and a program that passes."""

    __tablename__ = "transcript"
    __table_args__ = (
        Index("ix_transcript_problem", "problem_id"),
        Index("ix_transcript_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Over problem, attempt, teacher, reflection and revision: a lesson is kept once."""
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    attempt: Mapped[str] = mapped_column(Text)
    attempt_source: Mapped[str] = mapped_column(String(200))
    """Who wrote the attempt: a checkpoint's name, or `mutant`."""
    verdict: Mapped[Verdict] = mapped_column(closed(Verdict))
    """The attempt's error class."""
    trace: Mapped[str] = mapped_column(Text)
    reflection: Mapped[str] = mapped_column(Text)
    revision: Mapped[str] = mapped_column(Text)
    teacher: Mapped[str] = mapped_column(String(200))
    state: Mapped[TranscriptState] = mapped_column(closed(TranscriptState))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was rejected or marked bad."""
    held_out: Mapped[str] = mapped_column(String(200), default="")
    """The held-out slice from which it was collected by force; empty as a rule."""
    input_tokens: Mapped[int | None]
    """Of the question to the teacher, where it counts them."""
    output_tokens: Mapped[int | None]
    """Of its answer."""
    cost_usd: Mapped[float | None]
    """What the answer cost at the prices that the user gave."""
    slice: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The problem set, or the slice of one, that it was collected from; empty where nobody said."""
    domain: Mapped[TranscriptDomain] = mapped_column(
        closed(TranscriptDomain), default=TranscriptDomain.UNKNOWN, server_default=TranscriptDomain.UNKNOWN.value
    )
    collected_by: Mapped[str] = mapped_column(String(100), default="", server_default="", index=True)
    """The job that collected it (`models.work.collector`); empty where a command or a file did."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    problem: Mapped[Problem] = relationship()
