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
from app.queries.health import is_any_worker_alive, living_roles
from app.queries.jobs import ProgressStep, job_figures, read_steps, whole_number
from models import Checkpoint, Job, JobEvent, Problem, Run, RunProblem
from models.enums import JobKind, JobState, RunKind, Verdict, WorkerRole
from models.job import RESUMABLE, ROLES, is_pausing, left_by
from models.specification import SpecificationError
from models.work import TrainingSpecification, work_of

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
class LoggedStep:
    """One point of the learning curve of a training that is under way."""

    step: int
    split: str
    loss: float
    tokens_per_second: float | None = None


@dataclass(frozen=True, kw_only=True)
class WorkView:
    """A collecting or training: what was asked for, how far it is, and what came of it."""

    title: str
    given: tuple[tuple[str, str], ...]
    """What was asked for beside the defaults: field and value."""
    figures: tuple[tuple[str, str], ...]
    """How far it is: label and number."""
    curve: tuple[LoggedStep, ...]
    """Losses so far; of a step that was done again after a kill, the later one."""
    note: str
    """Why it ended before its end, though nothing failed; empty as a rule."""
    checkpoint: tuple[int, str] | None
    """Id and name of what was trained, once it is registered."""
    transcripts: str
    """The address of the list of what was collected; empty for a training."""


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
    """The problem of a re-run; empty for other jobs, and for a re-run of many problems."""
    problem_id: int | None
    """The same problem's row."""
    address: str
    """The problem's part of a path; empty for other jobs."""
    worker: str
    error: str
    cancel_requested: bool
    workers_alive: bool
    left: dict[str, str]
    """The workers that left it to others, each with its reason; empty once it is over."""
    lacking: tuple[WorkerRole, ...]
    """The roles that it needs, where it waits because no living worker has them all."""
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    last_event: int
    work: "WorkView | None" = None
    """What a collecting or training says of itself; None for other jobs."""
    samples: tuple[LiveSample, ...] = field(default=())

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def may_pause(self) -> bool:
        """Whether the job itself can be paused; a run's is paused through its run."""
        under_way = self.state in (JobState.QUEUED, JobState.RUNNING)
        return self.work is not None and under_way and not self.cancel_requested

    @property
    def may_resume(self) -> bool:
        return self.work is not None and self.state in (JobState.PAUSED, JobState.FAILED)


def job_fingerprint(session: Session, job_id: str) -> tuple[object, ...]:
    """Changes whenever the view does, and is cheap enough to be asked for ten times a second.

    Raises:
        NotFound: there is no such job, or its retention is over.
    """
    row = session.execute(select(Job.state, Job.progress, Job.cancel_requested).where(Job.id == job_id)).first()
    if row is None:
        raise _not_found(job_id)
    last_event = session.scalar(select(func.max(JobEvent.number)).where(JobEvent.job_id == job_id)) or 0
    return (last_event, row[0], str(row[1]), row[2], is_any_worker_alive(session), living_roles(session))


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
        stage=_stage(job, events, pausing=is_pausing(session, job)),
        steps=read_steps(job.progress),
        run_name=run.name if run else "",
        parent_id=run.parent_id if run else None,
        task_id=problem.task_id if problem else "",
        problem_id=problem.id if problem else None,
        address=task_address(problem.task_id, problem.id) if problem else "",
        workers_alive=is_any_worker_alive(session),
        left=left_by(session, job_id) if job.finished_at is None else {},
        lacking=lacking_roles(session, job),
        last_event=numbered[-1][0] if numbered else 0,
        work=read_work_view(session, job, events) if job.kind in RESUMABLE else None,
        samples=_samples(events, is_over=job.finished_at is not None),
    )


def lacking_roles(session: Session, job: Job) -> tuple[WorkerRole, ...]:
    """What keeps a queued job from being taken though workers are alive."""
    if job.state is not JobState.QUEUED:
        return ()
    needed, living = ROLES[job.kind], living_roles(session)
    return tuple(sorted(needed)) if living and not any(needed <= roles for roles in living) else ()


def _not_found(job_id: str) -> NotFound:
    return NotFound(f"There is no job {job_id}.", advice="Finished jobs are kept for TEKHNE_RETENTION_DAYS.")


def _problem_of(session: Session, run: Run | None) -> Problem | None:
    if run is None or run.kind is not RunKind.RERUN:
        return None
    found = session.scalars(select(Problem).join(RunProblem).where(RunProblem.run_id == run.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _stage(job: Job, events: Sequence[_Event], *, pausing: bool) -> str:
    if job.finished_at is not None or job.state in (JobState.QUEUED, JobState.PAUSED):
        return str(job.state)
    if job.cancel_requested:
        return "pausing" if pausing else "stopping"
    stages = [str(data.get("stage", "")) for kind, data in events if kind == "stage"]
    return stages[-1] if stages else str(job.progress.get("stage", "")) or str(job.state)


def read_work_view(session: Session, job: Job, events: Sequence[_Event]) -> WorkView:
    """From the payload, the progress and the events. What another version wrote is shown as far as it is known."""
    given = job.payload.get("specification", {})
    made = None
    try:
        wanted = work_of(job.payload)
    except SpecificationError as error:
        title, chosen, name = str(error), given, ""
    else:
        title, chosen = wanted.label, wanted.model_dump(mode="json", exclude_defaults=True)
        name = wanted.name if isinstance(wanted, TrainingSpecification) else ""
    if name and job.state is JobState.DONE:
        row = session.execute(select(Checkpoint.id, Checkpoint.name).where(Checkpoint.name == name)).first()
        made = (row.id, row.name) if row else None
    return WorkView(
        title=title,
        given=tuple((field.replace("_", " "), _plain(value)) for field, value in chosen.items()),
        figures=job_figures(job.progress),
        curve=_curve(events),
        note=str(job.progress.get("note", "")),
        checkpoint=made,
        transcripts="" if job.kind is JobKind.TRAIN else f"/transcripts?job={job.id}",
    )


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {part}" for name, part in value.items())
    return str(value)


def _curve(events: Sequence[_Event]) -> tuple[LoggedStep, ...]:
    found: dict[tuple[str, int], LoggedStep] = {}
    for kind, data in events:
        step, loss = data.get("step"), data.get("loss")
        if kind == "loss" and isinstance(step, int) and isinstance(loss, int | float):
            split = str(data.get("split", ""))
            found[split, step] = LoggedStep(step=step, split=split, loss=float(loss))
    return tuple(sorted(found.values(), key=lambda one: one.step))


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
