"""Executing the unscored samples of a run again: all of them, those of an arm, or one."""

from dataclasses import dataclass

from sqlalchemy import select

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import JobQueue, run_job
from app.actions.runs import ACTIVE, find_run
from models import Arm, Job, Run, Store
from models.enums import JobKind, RunKind, RunState
from models.unscored import SamplePlace, take_unscored_again


@dataclass(frozen=True, kw_only=True)
class TakenAgain:
    """How many programs are executed again, and by which job."""

    programs: int
    job_id: str


def execute_unscored_again(
    store: Store,
    queue: JobQueue,
    run_id: int,
    *,
    arm: str | None = None,
    problem_id: int | None = None,
    sample: int | None = None,
) -> TakenAgain:
    """Put the run into the queue again with the unscored programs that these words name, None meaning all.

    A program that was written is executed again; one that was not is written again, from the same random stream.

    Raises:
        NotAllowed: nothing of that is unscored, the run is under way, or its results were imported.
        NoSuchRow: there is no such run or arm.
    """
    with queue.outbox() as outbox, store.writer() as session:
        run = find_run(session, run_id)
        if run.kind is RunKind.IMPORTED:
            raise NotAllowed(f"Run {run_id} was imported: execute its completions with `tekhne verify`.")
        unfinished = session.scalars(select(Job.id).where(Job.run_id == run_id, Job.finished_at.is_(None))).first()
        if run.state in ACTIVE or unfinished is not None:
            raise NotAllowed(f"Run {run_id} is under way: wait for its end, or pause it first.")
        place = SamplePlace(arm_id=_arm_id(run, arm), problem_id=problem_id, sample=sample)
        programs = take_unscored_again(session, run_id, place)
        if programs == 0:
            raise NotAllowed(f"Nothing of that is unscored in run {run_id}.")
        run.state, run.error, run.finished_at = RunState.QUEUED, "", None
        run.revision_number += 1
        kind = JobKind.RERUN if run.kind is RunKind.RERUN else JobKind.RUN
        job = outbox.add(session, run_job(run_id, kind))
    return TakenAgain(programs=programs, job_id=job.job_id)


def _arm_id(run: Run, name: str | None) -> int | None:
    if name is None:
        return None
    arms: dict[str, Arm] = {arm.name: arm for arm in run.arms}
    if name not in arms:
        raise NoSuchRow(f"Run {run.id} has no arm {name!r}; it has {', '.join(arms)}.")
    return arms[name].id
