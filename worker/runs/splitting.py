"""Doing a run by shards: this job splits it, waits for the shards, and says how the run ended.

In: the handle of the run's job, and a way to put jobs into the queue. Out: shards that any worker takes, the sum of
their progress, and an end that is the worst of theirs. The job drafts nothing itself, and is in another queue than its
shards, so it keeps none of them from a worker. If its worker dies, the shards go on, and the worker that takes the job
over finds them.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models import Job
from models.enums import JobState
from models.job import stop_job
from worker.jobs.errors import JobCancelled, JobPaused
from worker.jobs.handle import JobHandle
from worker.runs.errors import RunJobError
from worker.runs.progress import STAGE
from worker.runs.shards import Round, WholeRun, add_shards, find_shards, parts_of, waiting

LOOK_SECONDS = 0.25
LOOK_SHARE = 20
"""A look at many shards takes longer: it is followed by a pause this many times as long."""

Send = Callable[[Sequence[Job]], None]
"""Puts jobs whose rows are stored into the queue; those that are there already stay as they are."""


@dataclass(frozen=True, kw_only=True)
class SplitRun:
    """One try at a run that is split."""

    handle: JobHandle
    whole: WholeRun
    size: int
    """Problems of one shard."""
    send: Send

    def perform(self) -> None:
        """Return when every shard of every round is done.

        Raises:
            JobCancelled: the run, or one of its shards, was cancelled.
            JobPaused: a shard cannot go on.
            RunJobError: a shard failed.
            JobTaken, JobInterrupted: this job goes on elsewhere; its shards are not stopped.
        """
        repaired = 0
        for round in Round:
            jobs = self._shards(round)
            if due := waiting(jobs):
                self.send(due)
            if jobs:
                repaired += self._wait(round, repaired)

    def _shards(self, round: Round) -> list[Job]:
        """The round's shards, which an earlier try may have stored."""
        with self.handle.store.writer() as session:
            found = find_shards(session, self.whole.run_id, self.handle.row, round)
            if found:
                return found
            parts = parts_of(session, self.whole, round, self.size)
            return add_shards(session, self.whole, self.handle.row, round, parts)

    def _wait(self, round: Round, repaired: int) -> int:
        """Until all have ended; how many samples they repaired. When one does not end well, the others are stopped.

        Args:
            repaired: by the rounds before.
        """
        stopping, cancelled = False, False
        while True:
            began = time.monotonic()
            jobs = self._look(round)
            self._report(round, jobs, repaired)
            if all(job.finished_at for job in jobs):
                break
            cancelled = cancelled or self._is_cancelled()
            if not stopping and (cancelled or _ended_badly(jobs)):
                self._stop(round)
                stopping = True
            time.sleep(max(LOOK_SECONDS, LOOK_SHARE * (time.monotonic() - began)))
        if cancelled:
            raise JobCancelled(self.handle.job_id)
        _raise_worst(jobs)
        return _sum(jobs, "repaired")

    def _look(self, round: Round) -> list[Job]:
        with self.handle.store.reader() as session:
            return find_shards(session, self.whole.run_id, self.handle.row, round)

    def _is_cancelled(self) -> bool:
        try:
            self.handle.check()
        except JobCancelled:
            return True
        return False

    def _stop(self, round: Round) -> None:
        with self.handle.store.writer() as session:
            for job in find_shards(session, self.whole.run_id, self.handle.row, round):
                # Locked, because a worker may begin with it this moment.
                session.refresh(job, with_for_update=True)
                if job.finished_at is None:
                    stop_job(session, job, JobState.CANCELLED)

    def _report(self, round: Round, jobs: Sequence[Job], repaired: int) -> None:
        reached = self.handle.reached
        values: dict[str, Any] = {**reached, "total": len(self.whole.problems) * self.whole.samples}
        if round is Round.FIRST:
            values |= {name: _sum(jobs, name) for name in ("drafted", "executed", "owed", "repaired")}
            values["done"] = values["executed"]
        elif round is Round.ACROSS:
            # Drafts are counted by the first round.
            values["repaired"] = repaired + _sum(jobs, "repaired")
        values["stage"] = _stage(round, jobs)
        if values != reached:
            self.handle.progress(**values)


def _sum(jobs: Sequence[Job], name: str) -> int:
    return sum(int(job.progress.get(name, 0)) for job in jobs)


def _stage(round: Round, jobs: Sequence[Job]) -> str:
    """What a shard waits for, if one does; else how many are done, and by how many workers."""
    running = [job for job in jobs if job.state is JobState.RUNNING]
    special = (str(job.progress.get("stage") or STAGE) for job in running)
    if (waits := next((stage for stage in special if stage != STAGE), None)) is not None:
        return waits
    work = {Round.FIRST: STAGE, Round.ACROSS: "repairing", Round.AGAIN: "executing unscored again"}[round]
    done = sum(job.state is JobState.DONE for job in jobs)
    workers = len({job.worker for job in running})
    by = f", {len(running)} under way on {workers} worker{'s' if workers != 1 else ''}" if running else ""
    return f"{work}: {done} of {len(jobs)} shards done{by}"


def _ended_badly(jobs: Sequence[Job]) -> bool:
    return any(job.finished_at and job.state is not JobState.DONE for job in jobs)


def _raise_worst(jobs: Sequence[Job]) -> None:
    """Of those that ended badly: a failure, else what one waits for, else that one was cancelled."""
    by_state = {job.state: job for job in jobs if not (job.state is JobState.PAUSED and not job.error)}
    if (failed := by_state.get(JobState.FAILED)) is not None:
        raise RunJobError(failed.error or "A shard of the run failed.")
    if (paused := by_state.get(JobState.PAUSED)) is not None:
        raise JobPaused(paused.error)
    if any(job.state is not JobState.DONE for job in jobs):
        raise JobCancelled("a shard was cancelled")
