"""A row that was written is counted, even if its task was cancelled meanwhile."""

import asyncio

from sqlalchemy import select

from models import Arm, Run, RunProblem, RunProblemCount, Store
from models.enums import FinishReason, RunState
from tests.store_factory import StoreFactory
from worker.runs.plan import read_plan
from worker.runs.programs import WrittenProgram
from worker.runs.writing import RunWriter

WRITTEN = WrittenProgram(
    text="\treturn 1\n}\n",
    finish_reason=FinishReason.COMPLETE,
    seed=0,
    prompt_tokens=1,
    new_tokens=2,
    seconds=0.1,
    logprob=None,
)


def an_empty_run(store: Store) -> int:
    factory = StoreFactory(store)
    version = factory.problem_set(problems=1)
    with store.writer() as session:
        run = Run(name="new", specification_hash="x", samples=3, state=RunState.RUNNING)
        run.arms = [Arm(position=0, name="base", kind="base")]
        session.add(run)
        session.flush()
        session.add(RunProblem(run_id=run.id, problem_id=1, version_id=version, position=0))
        return run.id


def test_a_row_that_is_being_written_when_the_run_is_cancelled_is_counted(sqlite_store: Store) -> None:
    run_id = an_empty_run(sqlite_store)

    async def cancelled_in_the_middle() -> None:
        with sqlite_store.reader() as session:
            plan = read_plan(session, run_id)
        writer = RunWriter(sqlite_store, plan)
        with sqlite_store.writer() as other:
            other.connection()
            # As long as this lock is held the row's thread waits for it.
            row = asyncio.create_task(writer.attempt(1, plan.arms[0].id, 0, WRITTEN, None))
            await asyncio.sleep(0.05)
            row.cancel()
            await asyncio.wait([row])
            assert row.cancelled()
        await writer.flush()

    asyncio.run(cancelled_in_the_middle())
    with sqlite_store.reader() as session:
        count = session.scalars(select(RunProblemCount).where(RunProblemCount.run_id == run_id)).one()
    assert (count.unscored, count.new_tokens) == (1, 2)
