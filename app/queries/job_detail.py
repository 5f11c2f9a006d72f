"""One job as a reader follows it: its state, how far it is, and what its samples have become so far.

In: a session and a job's id. Out: a frozen `JobView`, the same whether it is read once or after every event: a
reader who comes back after a lost connection misses nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.addresses import task_address
from app.errors import NotFound
from app.queries.jobs import Step, read_steps, whole
from models import Job, JobEvent, Problem, Run, RunProblem, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState, RunKind, Verdict
from models.job import WORKER_SILENT_AFTER


@dataclass(frozen=True, kw_only=True)
class LiveSample:
    """What one sample of a re-run has become."""

    number: int
    text: str
    """Everything written so far: reflection and revision."""
    stage: str
    """`writing`, `executing`, `judged`; `stopped` where the job ended before it was judged."""
    verdict: Verdict | None
    message: str


@dataclass(frozen=True, kw_only=True)
class JobView:
    id: str
    kind: JobKind
    queue: str
    state: JobState
    stage: str
    """In the job's own words: `loading the critic`, `writing`, …"""
    steps: tuple[Step, ...]
    run_id: int | None
    run_name: str
    parent_id: int | None
    """The published run, where this is a re-run."""
    task_id: str
    """The problem of a re-run; empty for other jobs."""
    problem_id: int | None
    """The same problem's row."""
    address: str
    """The problem's part of a path; empty as well."""
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


def last_event_number(session: Session, job_id: str) -> int:
    """The number of the job's newest event; cheap enough to be asked ten times a second."""
    return session.scalar(select(func.max(JobEvent.number)).where(JobEvent.job_id == job_id)) or 0


def job_pulse(session: Session, job_id: str) -> tuple[object, ...]:
    """What changes whenever the view does: newest event, state, progress, and whether anybody works."""
    row = session.execute(select(Job.state, Job.progress, Job.cancel_requested).where(Job.id == job_id)).first()
    if row is None:
        raise _gone(job_id)
    return (last_event_number(session, job_id), row[0], str(row[1]), row[2], _anybody_works(session))


def find_job(session: Session, job_id: str) -> JobView:
    """The job as it stands.

    Raises:
        NotFound: there is no such job, or it is past retention.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise _gone(job_id)
    run = session.get(Run, job.run_id) if job.run_id else None
    task = _task_of(session, run)
    events = session.execute(
        select(JobEvent.number, JobEvent.kind, JobEvent.data)
        .where(JobEvent.job_id == job_id)
        .order_by(JobEvent.number)
    ).all()
    return JobView(
        id=job.id,
        kind=job.kind,
        queue=job.queue,
        state=job.state,
        stage=_stage(job, [(kind, data) for _, kind, data in events]),
        steps=read_steps(job.progress),
        run_id=job.run_id,
        run_name=run.name if run else "",
        parent_id=run.parent_id if run else None,
        task_id=task.task_id if task else "",
        problem_id=task.id if task else None,
        address=task_address(task.task_id, task.id) if task else "",
        worker=job.worker,
        error=job.error,
        cancel_requested=job.cancel_requested,
        workers_alive=_anybody_works(session),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_event=events[-1][0] if events else 0,
        samples=_samples([(kind, data) for _, kind, data in events], is_over=job.finished_at is not None),
    )


def _anybody_works(session: Session) -> bool:
    seen = session.scalar(select(func.max(WorkerHeartbeat.seen_at)))
    return seen is not None and seen >= now() - WORKER_SILENT_AFTER


def _gone(job_id: str) -> NotFound:
    return NotFound(f"There is no job {job_id}.", advice="Finished jobs are kept for TEKHNE_RETENTION_DAYS.")


def _task_of(session: Session, run: Run | None) -> Problem | None:
    if run is None or run.kind is not RunKind.RERUN:
        return None
    return session.scalars(select(Problem).join(RunProblem).where(RunProblem.run_id == run.id)).first()


def _stage(job: Job, events: list[tuple[str, dict[str, Any]]]) -> str:
    if job.finished_at is not None or job.state is JobState.QUEUED:
        return str(job.state)
    if job.cancel_requested:
        return "stopping"
    told = [str(data.get("stage", "")) for kind, data in events if kind == "stage"]
    return told[-1] if told else str(job.progress.get("stage", "")) or str(job.state)


def _samples(events: list[tuple[str, dict[str, Any]]], *, is_over: bool) -> tuple[LiveSample, ...]:
    """A sample's tokens joined, and its latest stage. A retry starts a sample again with an event `begin`."""
    found: dict[int, LiveSample] = {}
    for kind, data in events:
        number = whole(data.get("sample"))
        before = found.get(number)
        text = before.text if before else ""
        if kind == "begin":
            found[number] = LiveSample(number=number, text="", stage="writing", verdict=None, message="")
        elif kind == "tokens":
            text += str(data.get("text", ""))
            found[number] = LiveSample(number=number, text=text, stage="writing", verdict=None, message="")
        elif kind == "executing":
            found[number] = LiveSample(number=number, text=text, stage="executing", verdict=None, message="")
        elif kind == "verdict":
            verdict, message = Verdict(data["verdict"]), str(data.get("message", ""))
            found[number] = LiveSample(number=number, text=text, stage="judged", verdict=verdict, message=message)
    ended = [found[number] for number in sorted(found)]
    return tuple(replace(one, stage="stopped") if is_over and one.stage != "judged" else one for one in ended)
