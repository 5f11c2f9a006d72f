"""The handle of an investigation's job as the work of one step sees it.

Its progress is the step's, its payload the work's. It stops when the investigation's job is to stop.
"""

from typing import Any

from models import InvestigationStep, Job
from worker.jobs.handle import JobHandle


class StepHandle(JobHandle):
    """Not to be opened: the investigation's own handle watches."""

    def __init__(self, whole: JobHandle, step_id: int, payload: dict[str, Any]) -> None:
        super().__init__(whole.store, whole.job_id, payload, whole.worker)
        self._whole = whole
        self._step_id = step_id

    @property
    def cancelled(self) -> bool:
        return self._whole.cancelled

    def check(self) -> None:
        self._whole.check()

    def progress(self, **values: Any) -> None:
        """A step that gets on resets the count of the job's tries: an investigation that advances may go on."""
        with self.store.writer() as session:
            step, job = session.get(InvestigationStep, self._step_id), session.get(Job, self.job_id)
            if step is None or job is None:
                return
            if values.get("done", 0) > step.progress.get("done", 0):
                job.tries = 0
            step.progress = values

    def event(self, kind: str, **data: Any) -> None:
        self._whole.event(kind, **data)
