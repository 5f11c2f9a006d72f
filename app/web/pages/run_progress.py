"""How far a run is and who works on it: the part of its page that lives while the run goes on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.queries.jobs import JobLine, read_work
from app.queries.run_sums import RunSums
from app.queries.runs import RunHead
from app.state import AppState
from models.enums import RunState

UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
"""Something may still happen without anybody starting it anew."""


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a run is."""

    run_id: int
    state: RunState
    job: JobLine | None
    """None before it was started, and once it is over."""
    workers_alive: int
    last_seen: datetime | None
    """When the last worker was seen, where none is alive."""
    sums: RunSums
    """What is there by now."""
    newer: bool
    """Whether results have come that the report on the page does not count."""

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


def progress_of(app_state: AppState, session: Session, run: RunHead, shown_revision: int) -> RunProgress:
    """As things stand, for a page whose report is of `shown_revision`."""
    work = read_work(session)
    return RunProgress(
        run_id=run.id,
        state=run.state,
        job=work.job_of(run.id),
        workers_alive=work.workers_alive,
        last_seen=None if work.workers_alive else work.last_seen,
        sums=app_state.sums(session, run),
        newer=run.revision_number != shown_revision,
    )
