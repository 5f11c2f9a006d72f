"""What a worker does for each kind of job. A handler runs at least once: it finds what an earlier try stored."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from models.enums import JobKind, RunKind
from models.store_faults import first_of
from models.unscored import take_unscored_again
from worker.engines.local import LocalEngine
from worker.investigations.performing import investigate
from worker.jobs.errors import JobInterrupted, JobPaused
from worker.jobs.handle import CANCEL_POLL_SECONDS, JobHandle
from worker.jobs.performing import Handler
from worker.long_handlers import long_handlers
from worker.memory.card import measure_card, plan_card
from worker.repair import repair_run
from worker.runs.errors import NothingToRepair
from worker.runs.executing import Executor
from worker.runs.plan import RunPlan, read_plan
from worker.runs.progress import RunProgressReporter
from worker.runs.shards import part_of, read_whole
from worker.runs.splitting import Send, SplitRun
from worker.runs.state import add_engine_notes, begin_run, refuse_other_ruler
from worker.runs.steps import RunSteps
from worker.runs.trace_effect import measure_trace_effect, read_effect_request
from worker.service import Service
from worker.toolchain import find_go
from worker.verdicts.judging import CachedJudge
from worker.verdicts.store import VerdictStore


def handlers_for(service: Service, send: Send | None = None) -> dict[JobKind, Handler]:
    """All that a worker does.

    Args:
        send: puts shards into the queue; without one, runs are not split.
    """
    run = _run_with(service, send)

    def rerun(handle: JobHandle) -> None:
        with service.interactive():
            run(handle)

    handlers = {
        JobKind.RUN: run,
        JobKind.RERUN: rerun,
        JobKind.SHARD: _shard_with(service),
        JobKind.MEMORY: _memory_with(service),
        JobKind.TRACE_EFFECT: _trace_effect_with(service),
        **long_handlers(service),
    }
    return {**handlers, JobKind.INVESTIGATION: lambda handle: investigate(handle, service, handlers)}


def _memory_with(service: Service) -> Handler:
    def do_card(handle: JobHandle) -> None:
        planned = plan_card(handle.store, str(handle.payload["checkpoint"]), str(handle.payload["problem_set"]))
        if planned.is_finished:
            return

        def progress(done: int, total: int) -> None:
            handle.check()
            handle.progress(stage="measuring log-probabilities", done=done, total=total)

        handle.event("stage", stage="loading the model")
        scorer = service.scorer(planned.checkpoint, handle.check)
        measure_card(handle.store, planned, scorer, planned.controls(find_go(service.settings.go)), progress)

    return do_card


def _trace_effect_with(service: Service) -> Handler:
    def do_effect(handle: JobHandle) -> None:
        asked = read_effect_request(handle.store, int(handle.payload["revision_id"]))
        handle.event("stage", stage="loading the model")
        engine = service.engine(asked.base, asked.critic)
        if not isinstance(engine, LocalEngine):
            raise NothingToRepair(f"{asked.critic.name} is not in this process.")

        def progress(stage: str, done: int) -> None:
            handle.check()
            handle.progress(stage=stage, done=done, total=2)

        with service.interactive():
            measure_trace_effect(handle.store, asked, engine.network, engine.tokenizer, progress)

    return do_effect


def _run_with(service: Service, send: Send | None) -> Handler:
    def do_run(handle: JobHandle) -> None:
        run_id, size = int(handle.payload["run_id"]), service.settings.shard_problems
        with handle.store.reader() as session:
            whole = read_whole(session, run_id)
        if send is not None and len(whole.problems) > size:
            begin_run(handle, run_id, service.ruler_with(whole.modules).fingerprint)
            SplitRun(handle=handle, whole=whole, size=size, send=send).perform()
            return
        with handle.store.reader() as session:
            plan = read_plan(session, run_id)
        begin_run(handle, run_id, service.ruler_with(plan.modules).fingerprint)
        _do(service, handle, plan)
        if _take_unscored_again(handle, run_id):
            with handle.store.reader() as session:
                plan = read_plan(session, run_id)
            _do(service, handle, plan)

    return do_run


def _shard_with(service: Service) -> Handler:
    def do_shard(handle: JobHandle) -> None:
        run_id = int(handle.payload["run_id"])
        with handle.store.reader() as session:
            plan = read_plan(session, run_id, part_of(handle.payload))
        refuse_other_ruler(handle, run_id, service.ruler_with(plan.modules).fingerprint)
        _do(service, handle, plan)

    return do_shard


def _take_unscored_again(handle: JobHandle, run_id: int) -> bool:
    """Single failures get one more chance when the rest is done; whether there are any."""
    with handle.store.writer() as session:
        again = take_unscored_again(session, run_id)
    if again:
        handle.event("stage", stage=f"executing {again} unscored again")
    return again > 0


def _do(service: Service, handle: JobHandle, plan: RunPlan) -> None:
    handle.event("stage", stage="loading the models")
    plan = replace(plan, token_confidence=plan.token_confidence and service.settings.token_confidence)
    critics = {arm.id: service.critic(plan, arm) for arm in plan.repairing_arms}
    ruler = service.ruler_with(plan.modules)
    verdicts = VerdictStore(handle.store, ruler.fingerprint)
    rerun = plan.kind is RunKind.RERUN
    with (
        RunProgressReporter(handle, len(plan.problems) * plan.samples, live=plan.is_interactive) as reporter,
        Executor(CachedJudge(ruler, verdicts, writes=False, busy=service.execution)) as executor,
    ):
        handle.event("stage", stage="repairing" if rerun else "drafting and repairing")
        steps = RunSteps(
            plan,
            handle.store,
            engine=service.drafting_engine(plan),
            critics=critics,
            executor=executor,
            reporter=reporter,
        )
        noted: dict[str, str] = {}

        def note() -> None:
            nonlocal noted
            if (notes := service.engine_notes(plan)) != noted:
                add_engine_notes(handle, plan.run_id, notes)
                noted = notes

        def look() -> None:
            reporter.waits(service.waits_for())
            # What cannot be stored now is stored at the end.
            with suppress(SQLAlchemyError):
                note()

        asyncio.run(_until_done_or_cancelled(plan, steps, handle, look))
        note()
    handle.check()


async def _until_done_or_cancelled(
    plan: RunPlan, steps: RunSteps, handle: JobHandle, look: Callable[[], None]
) -> None:
    work = asyncio.ensure_future(repair_run(plan, steps))
    while not work.done():
        await asyncio.wait([work], timeout=CANCEL_POLL_SECONDS)
        look()
        if handle.cancelled:
            work.cancel()
    try:
        with suppress(asyncio.CancelledError):
            try:
                await work
            finally:
                await steps.finish()
    except ExceptionGroup as group:
        # The other tasks failed with it, or because of it.
        for reason in (JobInterrupted, JobPaused):
            if (found := group.subgroup(reason)) is not None:
                raise first_of(found) from group
        raise
