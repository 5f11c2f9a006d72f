"""Creating runs from their specification; starting, pausing and cancelling them; what people say of them."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue, run_job, stop_jobs
from models import Job, Run, Store
from models.base import now
from models.enums import JobState, RunState
from models.new_runs import ACTIVE as ACTIVE
from models.new_runs import UNFINISHED
from models.new_runs import create_run as create_run
from models.new_runs import find_unfinished as find_unfinished
from models.specification import LONGEST_NAME, RunSpecification, Specification, storable

LONGEST_DESCRIPTION, LONGEST_TAG, MOST_TAGS = 4_000, 40, 12
STARTABLE = (RunState.QUEUED, RunState.PAUSED, RunState.FAILED, RunState.CANCELLED)


def new_run(store: Store, wanted: RunSpecification) -> int:
    """`create_run` in a transaction of its own; the run's id."""
    with store.writer() as session:
        return create_run(session, wanted).id


def start_new_run(store: Store, queue: JobQueue, wanted: RunSpecification) -> int:
    """A new run and its job, in one transaction; the run's id."""
    with queue.outbox() as outbox, store.writer() as session:
        run_id = create_run(session, wanted).id
        outbox.add(session, run_job(run_id))
    return run_id


def new_or_unfinished_run(store: Store, wanted: RunSpecification) -> tuple[int, bool]:
    """The newest unfinished run of exactly this specification, else a new one; (its id, whether it is new)."""
    with store.writer() as session:
        found = find_unfinished(session, wanted)
        return (found or create_run(session, wanted)).id, found is None


def start_run(store: Store, queue: JobQueue, run_id: int) -> Enqueued:
    """Put the run, new or interrupted, into the queue; what it has already done is not done again."""
    with queue.outbox() as outbox, store.writer() as session:
        run = find_run(session, run_id)
        if run.state not in STARTABLE:
            raise NotAllowed(
                f"Run {run_id} is {run.state}: only a waiting, paused, failed or cancelled run starts."
            )
        # A job that was asked to stop would end the fresh start as well.
        stopping = select(Job.id).where(Job.run_id == run_id, Job.finished_at.is_(None), Job.cancel_requested)
        if session.scalars(stopping).first() is not None:
            raise NotAllowed(f"Run {run_id} is still stopping: start it again in a moment.")
        run.state, run.error = RunState.QUEUED, ""
        return outbox.add(session, run_job(run_id))


def pause_run(store: Store, run_id: int) -> None:
    """Stop after what is in flight; `start_run` goes on from there."""
    _stop(store, run_id, RunState.PAUSED, ACTIVE)


def cancel_run(store: Store, run_id: int) -> None:
    """Stop for good; what was done stays readable."""
    _stop(store, run_id, RunState.CANCELLED, UNFINISHED)


class RunDescription(Specification):
    """What people say of a run; its numbers do not depend on it. What is left out stays as it is."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)] = ""
    note: Annotated[str, Field(max_length=LONGEST_DESCRIPTION)] = ""
    tags: tuple[Annotated[str, Field(min_length=1, max_length=LONGEST_TAG)], ...] = Field((), max_length=MOST_TAGS)
    pinned: bool = False

    @field_validator("name", "note", mode="before")
    @classmethod
    def _stripped(cls, text: object) -> object:
        return storable(text).strip() if isinstance(text, str) else text

    @field_validator("tags", mode="before")
    @classmethod
    def _each_once(cls, tags: object) -> object:
        """One text with commas, as a form sends it, or a list."""
        parts = tags.split(",") if isinstance(tags, str) else tags
        if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
            return parts
        return tuple(dict.fromkeys(storable(tag).strip() for tag in parts if tag.strip()))


def describe_run(store: Store, run_id: int, said: RunDescription) -> None:
    """Name, describe, tag and pin a run, whatever its state."""
    with store.writer() as session:
        run = find_run(session, run_id)
        for field, value in said.model_dump(exclude_unset=True).items():
            setattr(run, field, list(value) if field == "tags" else value)
        run.revision_number += 1


def find_run(session: Session, run_id: int) -> Run:
    """Raises NoSuchRow where there is no such run."""
    run = session.get(Run, run_id)
    if run is None:
        raise NoSuchRow(f"There is no run {run_id}.")
    return run


def _stop(store: Store, run_id: int, state: RunState, stoppable: Sequence[RunState]) -> None:
    """The run and its jobs, in one transaction."""
    with store.writer() as session:
        run = find_run(session, run_id)
        if run.state not in stoppable:
            raise NotAllowed(f"Run {run_id} is {run.state}: there is nothing to stop.")
        run.state = state
        if state is RunState.CANCELLED:
            run.finished_at = now()
        # A run and its job stop in states of the same name.
        stop_jobs(session, run_id, JobState(state.value))
