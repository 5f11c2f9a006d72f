"""The runs of the store, the newest first, and how far each has come.

In: a session and where to go on. Out: frozen rows; re-runs of single problems are left out, they belong to a problem.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Checkpoint, Run
from models.enums import RunKind, RunState

PAGE_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class ListedRun:
    """One run in a list."""

    id: int
    name: str
    kind: RunKind
    state: RunState
    base: str
    samples: int
    gated: bool
    error: str
    revision_number: int
    created_at: datetime

    @property
    def version(self) -> str:
        """Differs whenever the run does: SQLite gives a deleted run's id to the next one, and numbers begin anew."""
        return f"{self.created_at.isoformat()} {self.state} {self.revision_number}"


@dataclass(frozen=True, kw_only=True)
class RunPage:
    rows: tuple[ListedRun, ...]
    next_before: int | None
    """The id that the next page goes on below; None on the last page."""


def list_runs(session: Session, *, before: int | None = None, rows: int = PAGE_ROWS) -> RunPage:
    """Runs with an id below `before`, the newest first."""
    statement = _RUNS.order_by(Run.id.desc()).limit(rows + 1)
    if before is not None:
        statement = statement.where(Run.id < before)
    found = [_listed(run, base) for run, base in session.execute(statement)]
    return RunPage(rows=tuple(found[:rows]), next_before=found[rows - 1].id if len(found) > rows else None)


def listed_runs(session: Session, run_ids: Collection[int]) -> tuple[ListedRun, ...]:
    """Those of the runs that are still there, the newest first."""
    rows = session.execute(_RUNS.where(Run.id.in_(run_ids)).order_by(Run.id.desc()))
    return tuple(_listed(run, base) for run, base in rows)


def newer_runs(session: Session, run_id: int) -> int:
    """How many runs came after this one."""
    return session.scalar(select(func.count()).where(Run.id > run_id, Run.kind != RunKind.RERUN)) or 0


_RUNS = (
    select(Run, Checkpoint.name)
    .outerjoin(Checkpoint, Run.base_checkpoint_id == Checkpoint.id)
    .where(Run.kind != RunKind.RERUN)
)


def _listed(run: Run, base: str | None) -> ListedRun:
    return ListedRun(
        id=run.id,
        name=run.name,
        kind=run.kind,
        state=run.state,
        base=base or "",
        samples=run.samples,
        gated=run.gated,
        error=run.error,
        revision_number=run.revision_number,
        created_at=run.created_at,
    )
