"""Investigations: a recipe's steps with how far each has come, and the results of work that no recipe repeats.

A result is kept under a hash of everything that determines it (`WorkResult.key`). A step whose results are all there is
not done again, whichever investigation made them, so that a changed line of a recipe repeats only what depends on it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, now
from models.enums import JobState
from models.job import Job

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


def unfinished_steps(session: Session, investigation_id: int) -> Iterator[InvestigationStep]:
    yield from session.scalars(
        select(InvestigationStep).where(
            InvestigationStep.investigation_id == investigation_id,
            InvestigationStep.state.in_((JobState.RUNNING, JobState.QUEUED, JobState.PAUSED)),
        )
    )


def end_investigation(session: Session, job: Job, state: JobState, error: str) -> None:
    """End the investigation that a job performed, in the same state; a step that was under way ends with it."""
    row = session.get(Investigation, job.payload.get(INVESTIGATION_PAYLOAD, 0))
    if row is None:
        return
    row.state, row.error = state, error
    if state is not JobState.PAUSED:
        row.finished_at = now()
    for step in unfinished_steps(session, row.id):
        if step.state is JobState.RUNNING:
            step.state, step.error = state, error


def is_paused(session: Session, job: Job) -> bool:
    """Whether the user paused the investigation that this job performs."""
    row = session.get(Investigation, job.payload.get(INVESTIGATION_PAYLOAD, 0))
    return row is not None and row.state is JobState.PAUSED
