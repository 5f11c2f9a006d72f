"""What a worker writes of a run while it does it: that it is under way, and what its engines found out.

How a run ends is written with the end of its job, by `models.job.end_job`.
"""

from models import RulerIdentity, Run
from models.base import now
from models.enums import RunState
from worker.jobs.errors import WorkerUnfit
from worker.jobs.handle import JobHandle
from worker.ruler import RulerFingerprint
from worker.verdicts.traces import ruler_row


def begin_run(handle: JobHandle, run_id: int, ruler: RulerFingerprint) -> None:
    """The run is under way, with this ruler."""
    with handle.store.writer() as session:
        run = session.get_one(Run, run_id)
        run.state, run.error = RunState.RUNNING, ""
        run.started_at = run.started_at or now()
        run.ruler_id = ruler_row(session, ruler).id


def refuse_other_ruler(handle: JobHandle, run_id: int, ruler: RulerFingerprint) -> None:
    """Raise WorkerUnfit where this worker would judge its shard by another ruler than the run's other workers."""
    with handle.store.reader() as session:
        run = session.get_one(Run, run_id)
        found = session.get(RulerIdentity, run.ruler_id) if run.ruler_id is not None else None
    if found is not None and found.digest != ruler.digest:
        raise WorkerUnfit(
            f"Worker {handle.worker} has another ruler ({ruler.digest[:8]}) than the worker that began run {run_id} "
            f"({found.digest[:8]}): give both the same Go, limits and sandbox, or stop one, and start the run again."
        )


def add_engine_notes(handle: JobHandle, run_id: int, notes: dict[str, str]) -> None:
    """What the run's engines found out while they wrote, beside what they found out in an earlier try."""
    with handle.store.writer() as session:
        # Locked: the shards of a run note side by side.
        run = session.get(Run, run_id, with_for_update=True)
        if run is not None and not notes.items() <= run.engine_notes.items():
            run.engine_notes = {**run.engine_notes, **notes}
            run.revision_number += 1
