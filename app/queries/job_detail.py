"""One job in full: its state, its progress, and the text and verdicts of its samples so far.

In: a session and a job's id. Out: a frozen `JobView`, built from the stored events alone: a reader who comes back after
a lost connection misses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.addresses import task_address
from app.errors import NotFound
from app.queries import row_of
from app.queries.health import is_any_worker_alive
from app.queries.jobs import ProgressStep, read_steps, whole_number
from models import Job, JobEvent, Problem, Run, RunProblem
from models.enums import JobKind, JobState, RunKind, Verdict

_Event = tuple[str, dict[str, Any]]
"""Kind and data."""


@dataclass(frozen=True, kw_only=True)
class LiveSample:
    """One sample of a re-run, as far as it has come."""

    number: int
    text: str = ""
    """Everything written so far: reflection and revision."""
    stage: str = "writing"
    """`writing`, `executing` or `judged`; `stopped` if the job ended before the verdict."""
    verdict: Verdict | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class JobView:
    id: str
    kind: JobKind
    queue: str
    state: JobState
    stage: str
    """In the job's own words, such as `loading the critic` or `writing`."""
    steps: tuple[ProgressStep, ...]
    run_id: int | None
    run_name: str
    parent_id: int | None
    """The published run, if this job is a re-run."""
    task_id: str
    """The problem of a re-run; empty for other jobs."""
    problem_id: int | None
    """The same problem's row."""
    address: str
    """The problem's part of a path; empty for other jobs."""
    worker: str
    error: str
    cancel_requested: bool
    workers_alive: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    last_event: int
    samples: tuple[LiveSample, ...] = field(default=())

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None


def job_fingerprint(session: Session, job_id: str) -> tuple[object, ...]:
    """Changes whenever the view does, and is cheap enough to be asked for ten times a second.

    Raises:
        NotFound: there is no such job, or its retention is over.
    """
    row = session.execute(select(Job.state, Job.progress, Job.cancel_requested).where(Job.id == job_id)).first()
    if row is None:
        raise _not_found(job_id)
    last_event = session.scalar(select(func.max(JobEvent.number)).where(JobEvent.job_id == job_id)) or 0
    return (last_event, row[0], str(row[1]), row[2], is_any_worker_alive(session))


def find_job(session: Session, job_id: str) -> JobView:
    """The job as it stands now.

    Raises:
        NotFound: there is no such job, or its retention is over.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise _not_found(job_id)
    run = session.get(Run, job.run_id) if job.run_id else None
    problem = _problem_of(session, run)
    numbered = session.execute(
        select(JobEvent.number, JobEvent.kind, JobEvent.data)
        .where(JobEvent.job_id == job_id)
        .order_by(JobEvent.number)
    ).all()
    events = [(kind, data) for _, kind, data in numbered]
    return row_of(
        JobView,
        job,
        stage=_stage(job, events),
        steps=read_steps(job.progress),
        run_name=run.name if run else "",
        parent_id=run.parent_id if run else None,
        task_id=problem.task_id if problem else "",
        problem_id=problem.id if problem else None,
        address=task_address(problem.task_id, problem.id) if problem else "",
        workers_alive=is_any_worker_alive(session),
        last_event=numbered[-1][0] if numbered else 0,
        samples=_samples(events, is_over=job.finished_at is not None),
    )


def _not_found(job_id: str) -> NotFound:
    return NotFound(f"There is no job {job_id}.", advice="Finished jobs are kept for TEKHNE_RETENTION_DAYS.")


def _problem_of(session: Session, run: Run | None) -> Problem | None:
    if run is None or run.kind is not RunKind.RERUN:
        return None
    return session.scalars(select(Problem).join(RunProblem).where(RunProblem.run_id == run.id)).first()


def _stage(job: Job, events: Sequence[_Event]) -> str:
    if job.finished_at is not None or job.state is JobState.QUEUED:
        return str(job.state)
    if job.cancel_requested:
        return "stopping"
    stages = [str(data.get("stage", "")) for kind, data in events if kind == "stage"]
    return stages[-1] if stages else str(job.progress.get("stage", "")) or str(job.state)


def _samples(events: Sequence[_Event], *, is_over: bool) -> tuple[LiveSample, ...]:
    """The tokens of each sample joined, and its latest stage. An event `begin` starts a sample again after a retry."""
    found: dict[int, LiveSample] = {}
    for kind, data in events:
        number = whole_number(data.get("sample"))
        text = found[number].text if number in found else ""
        if kind == "begin":
            found[number] = LiveSample(number=number)
        elif kind == "tokens":
            found[number] = LiveSample(number=number, text=text + str(data.get("text", "")))
        elif kind == "executing":
            found[number] = LiveSample(number=number, text=text, stage="executing")
        elif kind == "verdict":
            verdict, message = Verdict(data["verdict"]), str(data.get("message", ""))
            found[number] = LiveSample(number=number, text=text, stage="judged", verdict=verdict, message=message)
    ordered = [found[number] for number in sorted(found)]
    return tuple(replace(one, stage="stopped") if is_over and one.stage != "judged" else one for one in ordered)
