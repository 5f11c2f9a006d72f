"""Transcripts: attempt → trace → reflection → revision, verified or rejected, that critics are trained on."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, now
from models.enums import TranscriptState, Verdict
from models.problem import Problem


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
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    problem: Mapped[Problem] = relationship()
