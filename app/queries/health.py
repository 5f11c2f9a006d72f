"""The state of the installation: what is stored, which rulers gave verdicts, who works.

In: a session. Out: frozen rows; table sizes by their highest id, because counting a million rows is no health check.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from models import Attempt, Job, Problem, Revision, RulerIdentity, Run, Trace, Transcript, WorkerHeartbeat
from models.base import now
from models.enums import JobState
from models.job import WORKER_SILENT_AFTER
from settings import Settings

LISTED_RULERS = 10


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How many rows a table has had."""

    name: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class RulerRow:
    digest: str
    go_version: str
    details: dict[str, Any]
    created_at: datetime


def amounts(session: Session) -> tuple[Amount, ...]:
    tables = (
        ("runs", Run.id),
        ("problems", Problem.id),
        ("attempts", Attempt.id),
        ("revisions", Revision.id),
        ("traces", Trace.id),
        ("transcripts", Transcript.id),
    )
    return tuple(Amount(name=name, rows=session.scalar(select(func.max(column))) or 0) for name, column in tables)


def rulers(session: Session) -> tuple[RulerRow, ...]:
    rows = session.scalars(select(RulerIdentity).order_by(RulerIdentity.id.desc()).limit(LISTED_RULERS))
    return tuple(
        RulerRow(digest=row.digest, go_version=row.go_version, details=row.details, created_at=row.created_at)
        for row in rows
    )


def jobs_by_state(session: Session) -> dict[JobState, int]:
    return {row[0]: row[1] for row in session.execute(select(Job.state, func.count()).group_by(Job.state))}


@dataclass(frozen=True, kw_only=True)
class WorkerRow:
    """One worker slot. `alive` is whether it was seen lately."""

    executor_id: str
    host: str
    pid: int
    alive: bool
    started_at: datetime
    seen_at: datetime
    details: dict[str, Any]


def list_workers(session: Session) -> tuple[WorkerRow, ...]:
    beats = session.scalars(select(WorkerHeartbeat).order_by(WorkerHeartbeat.executor_id))
    return tuple(
        WorkerRow(
            executor_id=beat.executor_id,
            host=beat.host,
            pid=beat.pid,
            alive=now() - beat.seen_at < WORKER_SILENT_AFTER,
            started_at=beat.started_at,
            seen_at=beat.seen_at,
            details=beat.details,
        )
        for beat in beats
    )


def shown_settings(settings: Settings) -> dict[str, str]:
    """Every setting as text. A database URL loses its password, a secret its value."""
    shown = {f"TEKHNE_{name.upper()}": _as_text(value) for name, value in settings.model_dump().items()}
    shown["TEKHNE_DB"] = make_url(settings.store_url).render_as_string(hide_password=True)
    shown["TEKHNE_JOBS_DB"] = make_url(settings.jobs_url).render_as_string(hide_password=True)
    for name, field in Settings.model_fields.items():
        if field.annotation == SecretStr | None:
            shown[f"TEKHNE_{name.upper()}"] = "set" if getattr(settings, name) else "not set"
    return shown


def _as_text(value: object) -> str:
    """As it would stand in the environment; empty for what is not set."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
