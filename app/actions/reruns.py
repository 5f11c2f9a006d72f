"""Re-running a critic on one stored draft: a small run below its parent, whose numbers do not change."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue, run_job
from app.actions.runs import find_run
from models import Arm, Attempt, Checkpoint, Job, Run, RunProblem, Store
from models.arm_kinds import ArmKind, CheckpointNeed, ReflectionSource, TraceShown
from models.enums import CheckpointKind, JobKind, RunKind
from models.specification import RerunSpecification


def rerun_problem(
    store: Store, queue: JobQueue, run_id: int, problem_id: int, wanted: RerunSpecification
) -> tuple[int, Enqueued]:
    """Repair one stored draft again; (the re-run's own run, its job).

    Two equal requests while the first is unfinished are one job.

    Raises:
        NotAllowed: the run has no such draft, or what is named cannot repair it.
        NoSuchRow: there is no such run or checkpoint.
    """
    if not wanted.kind.repairs:
        raise NotAllowed(f"A re-run repairs a draft, and {wanted.kind} does not.")
    if wanted.kind.trace_shown is TraceShown.OTHER_PROBLEM and wanted.edited_trace is None:
        raise NotAllowed("A re-run has one problem, and no trace of another problem to show: write one yourself.")
    if wanted.edited_reflection is not None:
        if wanted.kind.reflection is ReflectionSource.NONE:
            raise NotAllowed(f"{wanted.kind} writes no reflection and reads none: choose another kind for yours.")
        if not wanted.edited_reflection.strip():
            raise NotAllowed("The given reflection is empty: write one, or let the critic write its own.")
    elif wanted.kind.reflection is ReflectionSource.OTHER_PROBLEM:
        raise NotAllowed("A re-run has one problem, and no reflection on another problem to show.")
    with queue.outbox() as outbox, store.writer() as session:
        parent = find_run(session, run_id)
        critic = _critic(session, parent, wanted)
        digest = wanted.hash_with(critic.id if critic else None)
        key = f"rerun-{run_id}-{problem_id}-{digest}"
        unfinished = session.scalars(select(Job).where(Job.deduplication_key == key)).first()
        if unfinished is not None and unfinished.run_id is not None:
            return unfinished.run_id, Enqueued(job_id=unfinished.id, created=False)
        child = _child(session, parent, problem_id, wanted, digest)
        checkpoint_id = critic.id if critic else child.base_checkpoint_id
        session.add(
            Arm(
                run_id=child.id,
                position=0,
                name=str(wanted.kind),
                kind=wanted.kind,
                checkpoint_id=checkpoint_id,
                settings=wanted.settings,
            )
        )
        return child.id, outbox.add(session, run_job(child.id, JobKind.RERUN, key))


def _critic(session: Session, parent: Run, wanted: RerunSpecification) -> Checkpoint | None:
    """The checkpoint that was named, or the run's own critic if the kind needs one."""
    needs_critic = wanted.kind.needs is CheckpointNeed.CRITIC
    if wanted.checkpoint_id is not None:
        critic = session.get(Checkpoint, wanted.checkpoint_id)
        if critic is None:
            raise NoSuchRow(f"There is no checkpoint {wanted.checkpoint_id}.")
    elif needs_critic:
        own = select(Checkpoint).join(Arm, Arm.checkpoint_id == Checkpoint.id)
        critic = session.scalars(own.where(Arm.run_id == parent.id, Arm.kind == ArmKind.CRITIC)).first()
    else:
        return None
    is_critic = critic is not None and critic.kind is CheckpointKind.CRITIC
    if critic is None or (needs_critic and not is_critic):
        raise NotAllowed(f"A re-run by {wanted.kind} needs the checkpoint of a critic.")
    if not needs_critic and (is_critic or wanted.kind.needs is CheckpointNeed.NONE):
        raise NotAllowed(f"{wanted.kind} does not use {critic.name!r}: it asks a base.")
    if is_critic and critic.base_id != parent.base_checkpoint_id:
        raise NotAllowed(f"The critic {critic.name!r} was trained on another base than the run's.")
    return critic


def _child(session: Session, parent: Run, problem_id: int, wanted: RerunSpecification, digest: str) -> Run:
    place = session.get(RunProblem, (parent.id, problem_id))
    draft = session.get(Attempt, wanted.attempt_id)
    if place is None or draft is None or (draft.run_id, draft.problem_id) != (parent.id, problem_id):
        raise NotAllowed(f"Run {parent.id} has no such draft of this problem to repair.")
    child = Run(
        name=f"re-run of {parent.name}",
        kind=RunKind.RERUN,
        parent_id=parent.id,
        specification_hash=digest,
        base_checkpoint_id=parent.base_checkpoint_id,
        samples=wanted.samples,
        seed=wanted.seed,
        sampling=parent.sampling,
        feedback=parent.feedback,
        gated=False,
        gate=parent.gate,
        rounds=1,
        budget=parent.budget,
        token_confidence=parent.token_confidence,
    )
    session.add(child)
    session.flush()
    session.add(RunProblem(run_id=child.id, problem_id=problem_id, version_id=place.version_id, position=0))
    return child
