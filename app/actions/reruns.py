"""Re-running a critic on stored drafts: a small run below its parent, whose numbers do not change.

One draft of one problem is an interactive job; one failed draft of each of many problems is one job of the bulk queue.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue, run_job
from app.actions.runs import find_run
from models import Arm, Attempt, Checkpoint, Job, Run, RunProblem, Store
from models.arm_kinds import ArmKind, CheckpointNeed, ReflectionSource, TraceShown
from models.base import content_hash
from models.enums import CheckpointKind, JobKind, RunKind, Verdict
from models.reruns import RepairSpecification, RerunSpecification

IDS_AT_ONCE = 500


def rerun_problem(
    store: Store, queue: JobQueue, run_id: int, problem_id: int, wanted: RerunSpecification
) -> tuple[int, Enqueued]:
    """Repair one stored draft again; (the re-run's own run, its job).

    Two equal requests while the first is unfinished are one job.

    Raises:
        NotAllowed: the run has no such draft, or what is named cannot repair it.
        NoSuchRow: there is no such run or checkpoint.
    """
    _refuse_what_nobody_reads(wanted)
    with queue.outbox() as outbox, store.writer() as session:
        parent = find_run(session, run_id)
        critic = _critic(session, parent, wanted)
        key = f"rerun-{run_id}-{problem_id}-{wanted.hash_with(critic.id if critic else None)}"
        if (unfinished := _unfinished(session, key)) is not None:
            return unfinished
        draft = session.get(Attempt, wanted.attempt_id)
        if draft is None or (draft.run_id, draft.problem_id) != (parent.id, problem_id):
            raise NotAllowed(f"Run {parent.id} has no such draft of this problem to repair.")
        child = _child(session, parent, [problem_id], wanted, critic, wanted.settings)
        return child.id, outbox.add(session, run_job(child.id, JobKind.RERUN, key))


def rerun_problems(
    store: Store, queue: JobQueue, run_id: int, problem_ids: Collection[int], wanted: RepairSpecification
) -> tuple[int, Enqueued]:
    """Repair the first failed draft of each of these problems again, as one job; (the re-run's own run, its job).

    Raises:
        NotAllowed: none of them has a failed draft, or what is named cannot repair them.
        NoSuchRow: there is no such run or checkpoint.
    """
    _refuse_what_nobody_reads(wanted)
    with queue.outbox() as outbox, store.writer() as session:
        parent = find_run(session, run_id)
        critic = _critic(session, parent, wanted)
        drafts = _failed_drafts(session, parent, sorted(problem_ids))
        if not drafts:
            raise NotAllowed("None of these problems has a failed draft: there is nothing to repair.")
        digest = wanted.hash_with(critic.id if critic else None)
        key = f"rerun-{run_id}-{content_hash(digest, *map(str, drafts.values()))}"
        if (unfinished := _unfinished(session, key)) is not None:
            return unfinished
        settings = {**wanted.settings, "attempt_ids": list(drafts.values())}
        child = _child(session, parent, drafts, wanted, critic, settings)
        return child.id, outbox.add(session, run_job(child.id, JobKind.RUN, key))


def _refuse_what_nobody_reads(wanted: RepairSpecification) -> None:
    kind = wanted.kind
    edited = wanted if isinstance(wanted, RerunSpecification) else None
    if not kind.repairs:
        raise NotAllowed(f"A re-run repairs a draft, and {kind} does not.")
    if kind.trace_shown is TraceShown.OTHER_PROBLEM and (edited is None or edited.edited_trace is None):
        raise NotAllowed("A re-run has one problem, and no trace of another problem to show: write one yourself.")
    if edited is not None and edited.edited_reflection is not None:
        if kind.reflection is ReflectionSource.NONE:
            raise NotAllowed(f"{kind} writes no reflection and reads none: choose another kind for yours.")
        if not edited.edited_reflection.strip():
            raise NotAllowed("The given reflection is empty: write one, or let the critic write its own.")
    elif kind.reflection is ReflectionSource.OTHER_PROBLEM:
        raise NotAllowed("A re-run has one problem, and no reflection on another problem to show.")


def _unfinished(session: Session, key: str) -> tuple[int, Enqueued] | None:
    """The same request as it was made before, while its job is not over."""
    job = session.scalars(select(Job).where(Job.deduplication_key == key)).first()
    return (job.run_id, Enqueued(job_id=job.id, created=False)) if job and job.run_id is not None else None


def _failed_drafts(session: Session, parent: Run, problem_ids: list[int]) -> dict[int, int]:
    """The first draft of the base that failed, by problem."""
    base = next((arm for arm in parent.arms if not arm.kind.repairs), None)
    if base is None:
        return {}
    failed = [verdict for verdict in Verdict if verdict.scored and verdict is not Verdict.PASSED]
    found: dict[int, int] = {}
    for start in range(0, len(problem_ids), IDS_AT_ONCE):
        asked: list[ColumnElement[bool]] = [
            Attempt.run_id == parent.id,
            Attempt.arm_id == base.id,
            Attempt.problem_id.in_(problem_ids[start : start + IDS_AT_ONCE]),
            Attempt.verdict.in_(failed),
        ]
        first = (
            select(Attempt.problem_id, func.min(Attempt.sample).label("sample"))
            .where(*asked)
            .group_by(Attempt.problem_id)
            .subquery()
        )
        same = (Attempt.problem_id == first.c.problem_id, Attempt.sample == first.c.sample)
        rows = session.execute(
            select(Attempt.problem_id, Attempt.id).join(first, same[0] & same[1]).where(*asked[:2])
        )
        found.update(dict(rows.all()))
    return found


def _critic(session: Session, parent: Run, wanted: RepairSpecification) -> Checkpoint | None:
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


def _child(
    session: Session,
    parent: Run,
    problem_ids: Collection[int],
    wanted: RepairSpecification,
    critic: Checkpoint | None,
    settings: dict[str, Any],
) -> Run:
    child = Run(
        name=f"re-run of {parent.name}",
        kind=RunKind.RERUN,
        parent_id=parent.id,
        specification_hash=wanted.hash_with(critic.id if critic else None),
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
    places = select(RunProblem.problem_id, RunProblem.version_id).where(RunProblem.run_id == parent.id)
    versions = dict(session.execute(places).all())
    for position, problem_id in enumerate(problem_ids):
        session.add(
            RunProblem(run_id=child.id, problem_id=problem_id, version_id=versions[problem_id], position=position)
        )
    session.add(
        Arm(
            run_id=child.id,
            position=0,
            name=str(wanted.kind),
            kind=wanted.kind,
            checkpoint_id=critic.id if critic else child.base_checkpoint_id,
            settings=settings,
        )
    )
    session.flush()
    return child
