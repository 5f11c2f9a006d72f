"""Investigations: a recipe's steps with how far each has come, and the results of work that no recipe repeats.

A result is kept under a hash of everything that determines it (`WorkResult.key`). A step whose results are all there is
not done again, whichever investigation made them, so that a changed line of a recipe repeats only what depends on it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, now
from models.enums import JobState

INVESTIGATION_PAYLOAD = "investigation_id"
"""In the payload of a job: which investigation it performs."""


class Investigation(Base):
    """One recipe under one name."""

    __tablename__ = "investigation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    recipe: Mapped[str] = mapped_column(Text)
    """The file as it was read, comments included."""
    recipe_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[JobState] = mapped_column(closed(JobState), default=JobState.QUEUED)
    error: Mapped[str] = mapped_column(Text, default="")
    """One sentence that says why it failed or pauses."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    steps: Mapped[list["InvestigationStep"]] = relationship(
        order_by="InvestigationStep.position", cascade="all, delete-orphan", passive_deletes=True
    )


class InvestigationStep(Base):
    """One step of an investigation."""

    __tablename__ = "investigation_step"
    __table_args__ = (UniqueConstraint("investigation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    investigation_id: Mapped[int] = mapped_column(ForeignKey("investigation.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(40))
    """A kind of step by its name; open, so that a new kind needs no migration."""
    state: Mapped[JobState] = mapped_column(closed(JobState), default=JobState.QUEUED)
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """A `StepResult` for each piece of its work that is done."""
    reused: Mapped[bool] = mapped_column(default=False)
    """Whether all results were there before it began."""
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """As a job's: `stage`, `done`, `total`, …"""
    error: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkResult(Base):
    """What one piece of work made: runs, cards, checkpoints, sets, by name or id."""

    __tablename__ = "work_result"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


def investigation_key(investigation_id: int) -> str:
    """The deduplication key of an investigation's job: it has one unfinished job at most."""
    return f"investigation-{investigation_id}"


def investigation_of(session: Session, payload: Mapping[str, Any]) -> Investigation | None:
    """The investigation that a job with this payload performs; None for other jobs."""
    return session.get(Investigation, payload[INVESTIGATION_PAYLOAD]) if INVESTIGATION_PAYLOAD in payload else None


def end_investigation(session: Session, row: Investigation, state: JobState, error: str) -> None:
    """End it in the state of its job; a step that was under way ends with it."""
    row.state, row.error = state, error
    if state is not JobState.PAUSED:
        row.finished_at = now()
    under_way = select(InvestigationStep).filter_by(investigation_id=row.id, state=JobState.RUNNING)
    for step in session.scalars(under_way):
        step.state, step.error = state, error
