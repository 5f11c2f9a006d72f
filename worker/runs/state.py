"""The state of a run, as the worker changes it: running, then done, failed or stopped. Nothing else in a worker does.

Who creates, pauses or cancels a run is `app.actions`' concern; a worker that lost its job to another changes nothing.
"""

from models import Job, Run
from models.base import now
from models.enums import RunState
from worker.jobs.handle import JobHandle
from worker.ruler import RulerFingerprint
from worker.verdicts.traces import ruler_row

ENDED = (RunState.DONE, RunState.CANCELLED, RunState.FAILED)
ASKED_FOR = (RunState.PAUSED, RunState.CANCELLED)
"""What the user's request for a stop has already set."""


def begin_run(handle: JobHandle, run_id: int, ruler: RulerFingerprint) -> None:
    """The run is under way, with this ruler."""
    with handle.store.writer() as session:
        run = session.get_one(Run, run_id)
        run.state, run.error = RunState.RUNNING, ""
        run.started_at = run.started_at or now()
        run.ruler_id = ruler_row(session, ruler).id


def add_engine_notes(handle: JobHandle, run_id: int, notes: dict[str, str]) -> None:
    """What the run's engines found out while they wrote, beside what they found out in an earlier try."""
    with handle.store.writer() as session:
        run = session.get(Run, run_id)
        if run is not None and not notes.items() <= run.engine_notes.items():
            run.engine_notes = {**run.engine_notes, **notes}
            run.revision_number += 1


def end_run(handle: JobHandle, run_id: int, state: RunState, error: str = "") -> None:
    """The run is done, or failed with this sentence."""
    _set_state(handle, run_id, state, error)


def stop_run(handle: JobHandle, run_id: int) -> None:
    """The run was interrupted: it is paused if that is what was asked for, and cancelled otherwise."""
    _set_state(handle, run_id, None, "")


def _set_state(handle: JobHandle, run_id: int, state: RunState | None, error: str) -> None:
    with handle.store.writer() as session:
        run, job = session.get(Run, run_id), session.get(Job, handle.job_id)
        if run is None or job is None or job.worker != handle.worker:
            # The run was deleted, or the job is another worker's, which will say how it ended.
            return
        run.state = state or (run.state if run.state in ASKED_FOR else RunState.CANCELLED)
        run.error = error
        run.revision_number += 1
        if run.state in ENDED:
            run.finished_at = now()
