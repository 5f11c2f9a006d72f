"""Jobs: the list of all, the unfinished ones, and how far each has come.

In: a session. Out: frozen rows. The list is paged by creation time and id, the newest first.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.queries import PAGE_ROWS, row_of
from app.queries.health import list_workers
from models import Job, Run
from models.enums import JobKind, JobState
from models.job import RESUMABLE, is_pausing
from models.specification import SpecificationError
from models.work import work_of

LISTED_UNFINISHED = 20
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
WHOLE = Job.kind != JobKind.SHARD
"""A run's own job says how far its shards are, so they are not listed beside it."""


@dataclass(frozen=True, kw_only=True)
class ProgressStep:
    """One progress bar of a job."""

    name: str
    """`drafted`, `executed` or `repaired`; empty if the job reports only one number."""
    done: int
    total: int
    """0 while the total is unknown."""


@dataclass(frozen=True, kw_only=True)
class JobRow:
    id: str
    kind: JobKind
    queue: str
    state: JobState
    run_id: int | None
    title: str
    """What a collecting or training is about; empty for other jobs."""
    worker: str
    error: str
    steps: tuple[ProgressStep, ...]
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class JobPage:
    rows: tuple[JobRow, ...]
    next_after: str | None
    """The next page begins after this job; None on the last page."""


@dataclass(frozen=True, kw_only=True)
class UnfinishedJob:
    id: str
    kind: JobKind
    state: JobState
    run_id: int | None
    run_name: str
    """Empty for jobs without a run."""
    title: str
    """What a collecting or training is about; empty for other jobs."""
    stage: str
    steps: tuple[ProgressStep, ...]
    created_at: datetime
    started_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WorkStatus:
    """What is being worked on, and whether a worker is alive."""

    jobs: tuple[UnfinishedJob, ...]
    waiting: int
    """Queued jobs."""
    workers_alive: int
    last_seen: datetime | None
    """The latest heartbeat; None if there never was one."""
    details: dict[str, Any]
    """What the worker with the latest heartbeat reports: ruler, isolation, device."""
    refused: tuple[str, str] | None
    """A worker's name, and the process that lately wanted to run under it as well."""

    @property
    def visible_state(self) -> tuple[object, ...]:
        """Changes only when the page does: the heartbeat of a living worker is not shown."""
        last_seen = None if self.workers_alive else self.last_seen
        return (self.jobs, self.waiting, self.workers_alive, last_seen, self.refused)

    def job_of(self, run_id: int) -> UnfinishedJob | None:
        """The run's own unfinished job; re-runs of its problems have runs of their own."""
        return next((job for job in self.jobs if job.run_id == run_id), None)


def list_jobs(session: Session, state: JobState | None, after: str | None) -> JobPage:
    """One page of the jobs in a state, or of all jobs."""
    wanted = select(Job).where(WHOLE).order_by(Job.created_at.desc(), Job.id.desc()).limit(PAGE_ROWS + 1)
    if state is not None:
        wanted = wanted.where(Job.state == state)
    last = session.get(Job, after) if after else None
    if last is not None:
        wanted = wanted.where(tuple_(Job.created_at, Job.id) < (last.created_at, last.id))
    found = session.scalars(wanted).all()
    rows = tuple(map(_row, found[:PAGE_ROWS]))
    return JobPage(rows=rows, next_after=rows[-1].id if len(found) > PAGE_ROWS else None)


def find_jobs(session: Session, ids: Sequence[str]) -> tuple[JobRow, ...]:
    """Those of the jobs that exist, the newest first."""
    wanted = select(Job).where(Job.id.in_(ids)).order_by(Job.created_at.desc(), Job.id.desc())
    return tuple(map(_row, session.scalars(wanted)))


def newest_job(session: Session, run_id: int) -> str | None:
    """The job that does a run, or did last; None once it is forgotten."""
    mine = select(Job.id).where(Job.run_id == run_id, WHOLE)
    return session.scalar(mine.order_by(Job.created_at.desc()).limit(1))


def count_newer_jobs(session: Session, state: JobState | None, newest: str) -> int:
    """How many jobs in the state were created after the job `newest`; all of them if there is no such job."""
    wanted = select(func.count()).select_from(Job).where(WHOLE)
    if state is not None:
        wanted = wanted.where(Job.state == state)
    known = session.get(Job, newest)
    if known is not None:
        wanted = wanted.where(tuple_(Job.created_at, Job.id) > (known.created_at, known.id))
    return session.scalar(wanted) or 0


def count_jobs_by_state(session: Session) -> dict[JobState, int]:
    return {
        row[0]: row[1] for row in session.execute(select(Job.state, func.count()).where(WHOLE).group_by(Job.state))
    }


def read_work(session: Session) -> WorkStatus:
    """The unfinished jobs in the order of their creation, and the state of the workers."""
    jobs = session.execute(
        select(Job, Run.name)
        .outerjoin(Run, Job.run_id == Run.id)
        .where(Job.state.in_(UNFINISHED), WHOLE)
        .order_by(Job.created_at)
        .limit(LISTED_UNFINISHED)
    )
    workers = list_workers(session)
    latest = max(workers, key=lambda worker: worker.seen_at, default=None)
    return WorkStatus(
        jobs=tuple(
            row_of(
                UnfinishedJob,
                job,
                run_name=run_name or "",
                title=title_of(job),
                stage=_stage(session, job),
                steps=read_steps(job.progress),
            )
            for job, run_name in jobs
        ),
        waiting=session.scalar(select(func.count()).where(Job.state == JobState.QUEUED, WHOLE)) or 0,
        workers_alive=sum(worker.alive for worker in workers),
        last_seen=latest.seen_at if latest else None,
        refused=next(((one.executor_id, one.refused) for one in workers if one.refused), None),
        details=latest.details if latest else {},
    )


def _stage(session: Session, job: Job) -> str:
    if job.cancel_requested and job.state is JobState.RUNNING:
        return "pausing" if is_pausing(session, job) else "stopping"
    return str(job.progress.get("stage", ""))


def _row(job: Job) -> JobRow:
    return row_of(JobRow, job, steps=read_steps(job.progress), title=title_of(job))


def title_of(job: Job) -> str:
    """What a collecting or training is about; empty for other jobs, and where another version asked for it."""
    if job.kind not in RESUMABLE:
        return ""
    with suppress(SpecificationError):
        return work_of(job.payload).label
    return ""


def read_steps(progress: Mapping[str, Any]) -> tuple[ProgressStep, ...]:
    """The bars of `job.progress`: three for a run, one for other jobs, none before the first report.

    A worker of another version may have written the JSON; a page must not break on it.
    """
    number = defaultdict(int, {name: whole_number(value) for name, value in progress.items()})
    if not number["total"]:
        return ()
    if "executed" not in progress:
        return (ProgressStep(name="", done=number["done"], total=number["total"]),)
    bars = (("drafted", "total"), ("executed", "total"), ("repaired", "owed"))
    return tuple(ProgressStep(name=name, done=number[name], total=number[total]) for name, total in bars)


def whole_number(value: object) -> int:
    """The value if it can count something; 0 for anything else."""
    return value if isinstance(value, int) and value >= 0 else 0


def job_figures(progress: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a collecting or training says of itself, as words and numbers; empty for other jobs.

    A worker of another version may have written the JSON: what is no number is left out.
    """
    found = []
    for name, label, shape in _FIGURES:
        value = progress.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.append((label, shape(value)))
    done, total = whole_number(progress.get("done")), whole_number(progress.get("total"))
    if found and total:
        found.insert(0, ("steps" if "loss" in progress else "problems", f"{done:,} / {total:,}"))
    return tuple(found)


def _duration(seconds: float) -> str:
    minutes = int(seconds) // 60
    if minutes < 60:
        return f"{minutes}:{int(seconds) % 60:02} min"
    return f"{minutes // 60}:{minutes % 60:02} h"


_FIGURES: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("loss", "loss", "{:.4f}".format),
    ("validation_loss", "validation loss", "{:.4f}".format),
    ("solved", "of its problems solved", "{:.0%}".format),
    ("tokens_per_second", "tokens/s", "{:,.0f}".format),
    ("seconds_left", "time left", _duration),
    ("attempts", "attempts", "{:,}".format),
    ("passed", "passed", "{:,}".format),
    ("known", "taught before", "{:,}".format),
    ("no_room", "beyond their share", "{:,}".format),
    ("unscored", "unscored", "{:,}".format),
    ("unwritten", "not written", "{:,}".format),
    ("verified", "verified", "{:,}".format),
    ("rejected", "rejected", "{:,}".format),
    ("input_tokens", "input tokens", "{:,}".format),
    ("output_tokens", "output tokens", "{:,}".format),
    ("cost_usd", "cost", "${:.4f}".format),
)
"""Key, label and shape of each, in the order in which they are shown."""
