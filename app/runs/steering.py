"""Starting, pausing, resuming, cancelling and deleting runs, and asking for a re-run of one problem."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enqueue import Enqueued, JobQueue
from app.runs.errors import NoSuchRun, NotSteerable
from app.runs.specification import Sampling, check_seed, check_text
from models import Arm, Attempt, Checkpoint, Job, Run, RunProblem, Store
from models.arm_kinds import ArmKind, CheckpointNeed, TraceShown
from models.base import content_hash, now
from models.enums import CheckpointKind, JobKind, RunKind, RunState

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
STARTABLE = (RunState.QUEUED, RunState.PAUSED, RunState.FAILED, RunState.CANCELLED)


def start(store: Store, queue: JobQueue, run_id: int) -> Enqueued:
    """Put the run, new or interrupted, into the queue; what it has already done is not done again."""
    with store.writer() as session:
        run = _run(session, run_id)
        if run.state not in STARTABLE:
            raise NotSteerable(
                f"Run {run_id} is {run.state}: only a waiting, paused, failed or cancelled run starts."
            )
        _refuse_while_stopping(session, run_id)
        run.state = RunState.QUEUED
        run.error = ""
    return queue.enqueue(JobKind.RUN, {"run_id": run_id}, run_id=run_id, deduplication_key=f"run-{run_id}")


def pause(store: Store, queue: JobQueue, run_id: int) -> None:
    """Stop after what is in flight; `start` goes on from there."""
    _stop(store, queue, run_id, RunState.PAUSED)


def cancel(store: Store, queue: JobQueue, run_id: int) -> None:
    """Stop for good; what was done stays readable."""
    _stop(store, queue, run_id, RunState.CANCELLED)


def delete(store: Store, run_id: int) -> None:
    """Remove a run that is not active, with all its results and re-runs."""
    with store.writer() as session:
        run = _run(session, run_id)
        if run.state in ACTIVE:
            raise NotSteerable(f"Run {run_id} is {run.state}: pause or cancel it before deleting it.")
        at_work = session.scalars(select(Run.id).where(Run.parent_id == run_id, Run.state.in_(ACTIVE))).first()
        if at_work is not None:
            raise NotSteerable(f"Run {run_id} has a re-run at work: cancel it before deleting the run.")
        session.delete(run)


def rerun(
    store: Store,
    queue: JobQueue,
    *,
    run_id: int,
    problem_id: int,
    attempt_id: int,
    critic: Checkpoint | None,
    kind: ArmKind,
    samples: int,
    sampling: Sampling,
    seed: int,
    edited_trace: str | None = None,
    edited_prompt: str | None = None,
) -> tuple[int, Enqueued]:
    """Repair one stored draft again, as a run of its own below its parent; (its id, its job).

    Without a `critic` it is the run's own. Two equal requests while the first is unfinished are one job.
    """
    check_seed(seed)
    check_text("edited_trace", edited_trace or "")
    check_text("edited_prompt", edited_prompt or "")
    if not kind.repairs:
        raise NotSteerable(f"A re-run repairs a draft, and {kind} does not.")
    if kind.trace_shown is TraceShown.OTHER_PROBLEM and edited_trace is None:
        raise NotSteerable(
            "A re-run has one problem, and no trace of another problem to show: put one in by hand."
        )
    settings: dict[str, Any] = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_new_tokens": sampling.max_new_tokens,
        "attempt_id": attempt_id,
        "edited_trace": edited_trace,
        "edited_prompt": edited_prompt,
    }
    if critic is None and kind.needs is CheckpointNeed.CRITIC:
        critic = _critic_of(store, run_id)
    digest = content_hash(
        str(sorted(settings.items(), key=str)), str(critic and critic.id), kind, str(samples), str(seed)
    )
    key = f"rerun-{run_id}-{problem_id}-{digest}"
    with store.writer() as session:
        waiting = session.scalars(select(Job).where(Job.deduplication_key == key)).first()
        if waiting is not None and waiting.run_id is not None:
            return waiting.run_id, Enqueued(job_id=waiting.id, created=False)
        _check_critic(_run(session, run_id), critic, kind)
        child = _child(session, run_id, problem_id, attempt_id, samples, seed, digest)
        session.add(
            Arm(
                run_id=child.id,
                position=0,
                name=str(kind),
                kind=kind,
                checkpoint_id=critic.id if critic else child.base_checkpoint_id,
                settings=settings,
            )
        )
        child_id = child.id
    job = queue.enqueue(JobKind.RERUN, {"run_id": child_id}, run_id=child_id, deduplication_key=key)
    return child_id, job


def _critic_of(store: Store, run_id: int) -> Checkpoint | None:
    query = select(Checkpoint).join(Arm, Arm.checkpoint_id == Checkpoint.id)
    with store.reader() as session:
        return session.scalars(query.where(Arm.run_id == run_id, Arm.kind == ArmKind.CRITIC)).first()


def _check_critic(parent: Run, critic: Checkpoint | None, kind: ArmKind) -> None:
    if kind.needs is not CheckpointNeed.CRITIC:
        if critic is not None and (kind.needs is CheckpointNeed.NONE or critic.kind is CheckpointKind.CRITIC):
            raise NotSteerable(f"{kind} does not use {critic.name!r}: it asks a base.")
        return
    if critic is None or critic.kind is not CheckpointKind.CRITIC:
        raise NotSteerable(f"A re-run by {kind} needs the checkpoint of a critic.")
    if critic.base_id != parent.base_checkpoint_id:
        raise NotSteerable(f"The critic {critic.name!r} stands on another base than the run.")


def _child(
    session: Session, run_id: int, problem_id: int, attempt_id: int, samples: int, seed: int, digest: str
) -> Run:
    parent = _run(session, run_id)
    place = session.get(RunProblem, (run_id, problem_id))
    attempt = session.get(Attempt, attempt_id)
    if place is None or attempt is None or (attempt.run_id, attempt.problem_id) != (run_id, problem_id):
        raise NotSteerable(f"Run {run_id} has no such draft of this problem to repair.")
    child = Run(
        name=f"re-run of {parent.name}",
        kind=RunKind.RERUN,
        parent_id=parent.id,
        specification_hash=digest,
        base_checkpoint_id=parent.base_checkpoint_id,
        samples=samples,
        seed=seed,
        sampling=parent.sampling,
        feedback=parent.feedback,
        gated=False,
        rounds=1,
        budget=parent.budget,
    )
    session.add(child)
    session.flush()
    session.add(RunProblem(run_id=child.id, problem_id=problem_id, version_id=place.version_id, position=0))
    return child


def _refuse_while_stopping(session: Session, run_id: int) -> None:
    """A job that was asked to stop would take the fresh start with it."""
    stopping = select(Job.id).where(Job.run_id == run_id, Job.finished_at.is_(None), Job.cancel_requested)
    if session.scalars(stopping).first() is not None:
        raise NotSteerable(f"Run {run_id} is still stopping: start it again in a moment.")


def _stop(store: Store, queue: JobQueue, run_id: int, state: RunState) -> None:
    with store.writer() as session:
        run = _run(session, run_id)
        if run.state not in ACTIVE and not (state is RunState.CANCELLED and run.state is RunState.PAUSED):
            raise NotSteerable(f"Run {run_id} is {run.state}: there is nothing to stop.")
        run.state = state
        if state is RunState.CANCELLED:
            run.finished_at = now()
        jobs = session.scalars(select(Job.id).where(Job.run_id == run_id, Job.finished_at.is_(None))).all()
    for job_id in jobs:
        queue.cancel(job_id)


def _run(session: Session, run_id: int) -> Run:
    run = session.get(Run, run_id)
    if run is None:
        raise NoSuchRun(f"There is no run {run_id}.")
    return run
