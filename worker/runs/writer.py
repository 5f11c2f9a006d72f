"""Writing results as they arrive, without holding up the loop that makes them.

Rows are written in a thread, one transaction each, in order. Counts are due at once and written at most once a second:
they are counted anew from the rows, so a count that is late is never wrong.
"""

import asyncio
import time
from collections.abc import Callable

from models import Store
from worker.runs.plan import RunPlan
from worker.runs.results import (
    JudgedProgram,
    RepairRound,
    SampleKey,
    WrittenProgram,
    keep_attempt,
    keep_counts,
    keep_repair,
)

COUNT_SECONDS = 1.0


class Writer:
    """The store as one run writes to it."""

    def __init__(self, store: Store, plan: RunPlan) -> None:
        self._store = store
        self._plan = plan
        self._lock = asyncio.Lock()
        self._due: set[int] = {problem for _, problem, *_ in (*plan.drafted, *plan.revised)}
        """Problems whose counts are due; at first those of which an earlier try, perhaps killed, stored rows."""
        self._counted = time.monotonic()

    async def attempt(
        self, problem_id: int, arm_id: int, sample: int, written: WrittenProgram, judged: JudgedProgram | None
    ) -> int:
        """Store a draft; its row's id."""
        key = self._key(problem_id, arm_id, sample)

        def write() -> int:
            with self._store.writer() as session:
                return keep_attempt(session, key, written, judged)

        return await self._write(write, problem_id)

    async def repair(
        self, problem_id: int, arm_id: int, sample: int, repaired: RepairRound, judged: JudgedProgram | None
    ) -> int:
        """Store a reflection and its revision; the revision's id."""
        key = self._key(problem_id, arm_id, sample)

        def write() -> int:
            with self._store.writer() as session:
                return keep_repair(session, key, repaired, judged)

        return await self._write(write, problem_id)

    async def flush(self) -> None:
        """Write every count that is due."""
        async with self._lock:
            await self._count()

    async def _write(self, write: Callable[[], int], problem_id: int) -> int:
        # A thread cannot be cancelled: the row that it writes must be counted though nobody waits for it any more.
        return await asyncio.shield(self._in_turn(write, problem_id))

    async def _in_turn(self, write: Callable[[], int], problem_id: int) -> int:
        async with self._lock:
            row = await asyncio.to_thread(write)
            self._due.add(problem_id)
            if time.monotonic() - self._counted > COUNT_SECONDS:
                await self._count()
            return row

    async def _count(self) -> None:
        due, self._due = self._due, set()
        arms = {arm.id for arm in self._plan.arms}

        def write() -> None:
            with self._store.writer() as session:
                keep_counts(session, self._plan.run_id, arms, due)

        if due:
            await asyncio.to_thread(write)
        self._counted = time.monotonic()

    def _key(self, problem_id: int, arm_id: int, sample: int) -> SampleKey:
        return SampleKey(run_id=self._plan.run_id, problem_id=problem_id, arm_id=arm_id, sample=sample)
