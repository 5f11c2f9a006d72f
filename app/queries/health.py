"""The state of the installation: what is stored, which rulers gave verdicts, which workers are alive.

In: a session. Out: frozen rows. Tables are sized by their highest id: counting a million rows is too slow for a health
check.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.queries import row_of
from models import Attempt, Problem, Revision, RulerIdentity, Run, Trace, Transcript, WorkerHeartbeat
from models.enums import RunState, WorkerRole
from models.job import REFUSED, WORKER_SILENT_AFTER, roles_of
from models.session import database_now
from settings import Settings

LISTED_RULERS = 10
REFUSED_FOR = timedelta(minutes=2)
"""How long pages say that a process was refused; `tekhne up` starts it again every half minute."""


@dataclass(frozen=True, kw_only=True)
class TableSize:
    """How many rows a table has had, deleted ones included."""

    name: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class RulerRow:
    digest: str
    go_version: str
    details: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkerRow:
    """One worker slot."""

    executor_id: str
    host: str
    pid: int
    alive: bool
    """Whether its last heartbeat is recent."""
    started_at: datetime
    seen_at: datetime
    details: dict[str, Any]
    roles: tuple[WorkerRole, ...]
    """Of the jobs that it takes."""
    refused: str
    """Which other process lately wanted to run under this name and was refused; empty if none did."""


def table_sizes(session: Session) -> tuple[TableSize, ...]:
    tables = (
        ("runs", Run.id),
        ("problems", Problem.id),
        ("attempts", Attempt.id),
        ("revisions", Revision.id),
        ("traces", Trace.id),
        ("transcripts", Transcript.id),
    )
    return tuple(
        TableSize(name=name, rows=session.scalar(select(func.max(column))) or 0) for name, column in tables
    )


def count_runs_by_state(session: Session) -> dict[RunState, int]:
    return {row[0]: row[1] for row in session.execute(select(Run.state, func.count()).group_by(Run.state))}


def list_rulers(session: Session) -> tuple[RulerRow, ...]:
    """The newest rulers."""
    rows = session.scalars(select(RulerIdentity).order_by(RulerIdentity.id.desc()).limit(LISTED_RULERS))
    return tuple(row_of(RulerRow, row) for row in rows)


def list_workers(session: Session) -> tuple[WorkerRow, ...]:
    """Every worker slot that ever sent a heartbeat."""
    moment = database_now(session)
    rows = session.scalars(select(WorkerHeartbeat).order_by(WorkerHeartbeat.executor_id))
    return tuple(
        row_of(
            WorkerRow,
            row,
            alive=row.seen_at > moment - WORKER_SILENT_AFTER,
            roles=roles_of(row),
            refused=_refused(row.details, moment),
        )
        for row in rows
    )


def _refused(details: dict[str, Any], moment: datetime) -> str:
    found = details.get(REFUSED)
    if not isinstance(found, dict):
        return ""
    at = datetime.fromisoformat(str(found["at"]))
    return str(found["who"]) if moment - at < REFUSED_FOR else ""


def is_any_worker_alive(session: Session) -> bool:
    seen = session.scalar(select(func.max(WorkerHeartbeat.seen_at)))
    return seen is not None and seen > database_now(session) - WORKER_SILENT_AFTER


def living_roles(session: Session) -> frozenset[frozenset[WorkerRole]]:
    """The roles of each worker that beat lately, equal ones once."""
    since = database_now(session) - WORKER_SILENT_AFTER
    workers = session.scalars(select(WorkerHeartbeat).where(WorkerHeartbeat.seen_at > since))
    return frozenset(frozenset(roles_of(worker)) for worker in workers)


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
    """The value as the environment would hold it; empty if it is not set."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)
