"""What a worker does for each kind of job. A handler is at-least-once: it finds what an earlier try stored."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Attempt, Job, Run
from models.base import now
from models.enums import JobKind, RunKind, RunState
from worker.jobs.context import JobHandle
from worker.jobs.errors import JobCancelled, JobTaken
from worker.jobs.performing import Handler
from worker.jobs.telling import in_words
from worker.repair import repair_run
from worker.runs.errors import NothingToRepair
from worker.runs.executing import Executor
from worker.runs.plan import RunPlan, StoredAttempt, read_plan
from worker.runs.progress import RunProgressReporter
from worker.runs.steps import RunSteps
from worker.service import Service
from worker.verdicts.judging import CachedJudge
from worker.verdicts.store import VerdictStore
from worker.verdicts.traces import ruler_row

CANCEL_POLL_SECONDS = 0.2


def handlers_for(service: Service) -> dict[JobKind, Handler]:
    """Runs and re-runs; training and collecting are long work of the command line."""
    return {JobKind.RUN: _run_with(service), JobKind.RERUN: _run_with(service)}


def _run_with(service: Service) -> Handler:
    def handle(context: JobHandle) -> None:
        run_id = int(context.payload["run_id"])
        with context.store.reader() as session:
            plan = read_plan(session, run_id)
            repaired = _attempt_to_repair(session, plan)
        _set_running(service, context, run_id)
        try:
            _do(service, context, plan, repaired)
        except JobCancelled:
            # Whoever asked for the stop has said already whether the run is paused or cancelled.
            _set_state(context, run_id, None)
            raise
        except JobTaken:
            raise
        except Exception as error:
            _set_state(context, run_id, RunState.FAILED, in_words(error))
            raise
        _set_state(context, run_id, RunState.DONE)

    return handle


def _do(service: Service, context: JobHandle, plan: RunPlan, repaired: StoredAttempt | None) -> None:
    context.event("stage", stage="loading the models")
    critics = {arm.id: service.critic(plan, arm) for arm in plan.repairing_arms}
    total = len(plan.problems) * plan.samples
    verdicts = VerdictStore(context.store, service.ruler.identity)
    with (
        RunProgressReporter(context, total, live=plan.kind is RunKind.RERUN) as news,
        Executor(CachedJudge(service.ruler, verdicts, writes=False, busy=service.execution)) as executor,
    ):
        context.event("stage", stage="repairing" if repaired else "drafting and repairing")
        steps = RunSteps(
            plan,
            context.store,
            engine=service.drafting_engine(plan),
            critics=critics,
            executor=executor,
            news=news,
            repaired_attempt=repaired,
        )
        asyncio.run(_until_done_or_cancelled(plan, steps, lambda: context.cancelled))
    context.check()


async def _until_done_or_cancelled(plan: RunPlan, steps: RunSteps, is_cancelled: Callable[[], bool]) -> None:
    work = asyncio.ensure_future(repair_run(plan, steps))
    while not work.done():
        await asyncio.wait([work], timeout=CANCEL_POLL_SECONDS)
        if is_cancelled():
            work.cancel()
    await steps.finish()
    with suppress(asyncio.CancelledError):
        await work


def _attempt_to_repair(session: Session, plan: RunPlan) -> StoredAttempt | None:
    if plan.kind is not RunKind.RERUN:
        return None
    names = list(StoredAttempt.__dataclass_fields__)
    wanted = plan.arms[0].settings.get("attempt_id")
    row = session.execute(select(*(getattr(Attempt, name) for name in names)).where(Attempt.id == wanted)).first()
    if row is None:
        raise NothingToRepair("The draft that should be repaired is not in the store any more.")
    return StoredAttempt(**dict(zip(names, row, strict=True)))


def _set_running(service: Service, context: JobHandle, run_id: int) -> None:
    with context.store.writer() as session:
        run = session.get_one(Run, run_id)
        run.state = RunState.RUNNING
        run.error = ""
        run.started_at = run.started_at or now()
        run.ruler_id = ruler_row(session, service.ruler.identity).id


def _set_state(context: JobHandle, run_id: int, state: RunState | None, error: str = "") -> None:
    with context.store.writer() as session:
        run, job = session.get(Run, run_id), session.get(Job, context.job_id)
        if run is None or job is None or job.worker != context.worker:
            # Deleted, or another worker's, who will say how it ended.
            return
        if state is None:
            state = run.state if run.state in (RunState.PAUSED, RunState.CANCELLED) else RunState.CANCELLED
        run.state, run.error = state, error
        run.revision_number += 1
        if state in (RunState.DONE, RunState.CANCELLED, RunState.FAILED):
            run.finished_at = now()
