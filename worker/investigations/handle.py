"""The handle of an investigation's job as one piece of work of a step sees it.

Its progress is the step's, its payload the work's. It stops when the investigation's job is to stop. What work keeps
under the name of its job, such as a half trained checkpoint, it keeps under its key: the same after a pause
and in another investigation.
"""

from collections.abc import Mapping
from typing import Any

from models import InvestigationStep, Job
from worker.jobs.handle import JobHandle

OWNER_LENGTH = 40
_WORK = "work"
"""In a step's progress: the piece of work that it is of."""


class StepHandle(JobHandle):
    """Not to be opened: the investigation's own handle watches."""

    def __init__(self, whole: JobHandle, step_id: int, key: str, payload: dict[str, Any]) -> None:
        super().__init__(whole.store, f"step-{key[:OWNER_LENGTH]}", payload, whole.worker)
        self.whole = whole
        self._step_id = step_id

    @property
    def row(self) -> str:
        return self.whole.job_id

    @property
    def cancelled(self) -> bool:
        return self.whole.cancelled

    def check(self) -> None:
        self.whole.check()

    @property
    def reached(self) -> Mapping[str, Any]:
        with self.store.reader() as session:
            step = session.get(InvestigationStep, self._step_id)
            found = step.progress if step is not None else {}
        return found if found.get(_WORK) == self.job_id else {}

    @property
    def is_pausing(self) -> bool:
        """An investigation that was cancelled can be started again, and goes on."""
        return True

    def progress(self, **values: Any) -> None:
        """A step that gets on resets the count of the job's tries: an investigation that advances may go on."""
        with self.store.writer() as session:
            step, job = session.get(InvestigationStep, self._step_id), session.get(Job, self.whole.job_id)
            if step is None or job is None:
                return
            if values.get("done", 0) > step.progress.get("done", 0):
                job.tries = 0
            step.progress = {**values, _WORK: self.job_id}

    def event(self, kind: str, **data: Any) -> None:
        self.whole.event(kind, **data)
