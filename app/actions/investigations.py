"""Starting, pausing, resuming, cancelling and deleting investigations.

A recipe is checked before anything is stored. One name is one recipe: with another recipe it is refused, unless the
caller asks to change it, and then only what depends on the change is done again.
"""

import re
from collections.abc import Callable, Collection
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue, new_job
from models import Investigation, InvestigationStep, Job, Store
from models.enums import JobKind, JobState
from models.investigation import INVESTIGATION_PAYLOAD, investigation_key
from models.job import stop_job
from models.recipe import Recipe, parse_recipe

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
"""It becomes part of addresses, of file names and of the names of checkpoints."""
ACTIVE = (JobState.QUEUED, JobState.RUNNING)


def put_investigation(store: Store, name: str, text: str, *, file: str = "", change: bool = False) -> int:
    """The investigation of that name and recipe, new or as it is; its id. Nothing is started.

    Args:
        file: what errors call the recipe.
        change: give an investigation of that name this recipe instead of its own.

    Raises:
        RecipeError: the recipe cannot be followed.
        NotAllowed: no name, or another recipe has it.
    """
    if not NAME.fullmatch(name):
        raise NotAllowed(
            f"{name!r} is no name for an investigation: 1 to 60 letters, digits, dots, hyphens and underscores."
        )
    recipe = parse_recipe(text, file or name)
    with store.writer() as session:
        row = session.scalars(select(Investigation).where(Investigation.name == name)).first()
        if row is None:
            row = Investigation(name=name, recipe=text, recipe_hash=recipe.hash, state=JobState.PAUSED)
            session.add(row)
        elif row.recipe_hash != recipe.hash:
            _refuse_other_recipe(row, change=change)
            row.recipe, row.recipe_hash = text, recipe.hash
        _put_steps(session, row, recipe)
        session.flush()
        return row.id


def _refuse_other_recipe(row: Investigation, *, change: bool) -> None:
    if not change:
        raise NotAllowed(
            f"An investigation called {row.name} follows another recipe: give this one another name, or change "
            "that one (--change), which does again only what depends on the change."
        )
    if row.state in ACTIVE:
        raise NotAllowed(f"The investigation {row.name} is {row.state}: pause it before its recipe is changed.")


def _put_steps(session: Session, row: Investigation, recipe: Recipe) -> None:
    """One row a step; what is known of a step that the recipe still has stays until it is walked again."""
    known = {step.name: step for step in row.steps}
    row.steps = [
        known.get(step.name) or InvestigationStep(name=step.name, kind=step.kind.name) for step in recipe.steps
    ]
    for place, (row_step, step) in enumerate(zip(row.steps, recipe.steps, strict=True)):
        row_step.position, row_step.kind = place, step.kind.name


def start_investigation(store: Store, queue: JobQueue, name: str) -> Enqueued:
    """Put it into the queue, new, paused, failed or cancelled; what is done is not done again."""
    with queue.outbox() as outbox, store.writer() as session:
        row = find_investigation(session, name)
        if row.state in ACTIVE:
            raise NotAllowed(f"The investigation {name} is {row.state} already.")
        _refuse_stopping(session, row)
        row.state, row.error, row.finished_at = JobState.QUEUED, "", None
        return outbox.add(session, _job(row))


def claim_investigation(store: Store, name: str, worker: str, living: Callable[[Session], Collection[str]]) -> str:
    """Give its job, or a new one that is in no queue, to a process that performs it itself; the job's id.

    Raises:
        NoSuchRow: there is no such investigation.
        NotAllowed: a living worker is performing it.
    """
    with store.writer() as session:
        row = find_investigation(session, name)
        job = session.scalars(select(Job).where(Job.deduplication_key == investigation_key(row.id))).first()
        if job is not None and job.state is JobState.RUNNING and job.worker in living(session):
            raise NotAllowed(
                f"Worker {job.worker} is performing {name}: watch it with `tekhne investigate --status`."
            )
        if job is None:
            job = _job(row)
            job.state = JobState.RUNNING
            session.add(job)
        job.worker, job.tries, job.cancel_requested = worker, 0, False
        row.state, row.error, row.finished_at = JobState.QUEUED, "", None
        return job.id


def pause_investigation(store: Store, name: str) -> None:
    """Stop after what is in flight; `start_investigation` goes on from there."""
    _stop(store, name, JobState.PAUSED, ACTIVE)


def cancel_investigation(store: Store, name: str) -> None:
    """Stop; what was done stays, and starting it again goes on from there."""
    _stop(store, name, JobState.CANCELLED, (*ACTIVE, JobState.PAUSED))


def delete_investigation(store: Store, name: str) -> None:
    """Delete the investigation and its steps; runs, checkpoints, cards and transcripts stay.

    Raises:
        NoSuchRow: there is no such investigation.
        NotAllowed: it is queued or running.
    """
    with store.writer() as session:
        row = find_investigation(session, name)
        if row.state in ACTIVE:
            raise NotAllowed(f"The investigation {name} is {row.state}: cancel it before it is deleted.")
        _refuse_stopping(session, row)
        session.delete(row)


def steer(store: Store, queue: JobQueue, name: str, action: Literal["start", "pause", "cancel", "delete"]) -> None:
    """What its buttons do.

    Raises:
        NoSuchRow, NotAllowed.
    """
    if action == "start":
        start_investigation(store, queue, name)
    else:
        stopping = {"pause": pause_investigation, "cancel": cancel_investigation, "delete": delete_investigation}
        stopping[action](store, name)


def find_investigation(session: Session, name: str) -> Investigation:
    """Raises NoSuchRow where there is none of that name."""
    row = session.scalars(select(Investigation).where(Investigation.name == name)).first()
    if row is None:
        known = session.scalars(select(Investigation.name).order_by(Investigation.id.desc()).limit(10)).all()
        raise NoSuchRow(f"There is no investigation {name!r}; there are {', '.join(known) or 'none yet'}.")
    return row


def _stop(store: Store, name: str, state: JobState, stoppable: Collection[JobState]) -> None:
    with store.writer() as session:
        row = find_investigation(session, name)
        if row.state not in stoppable:
            raise NotAllowed(f"The investigation {name} is {row.state}: there is nothing to stop.")
        row.state = state
        for job in session.scalars(select(Job).where(Job.deduplication_key == investigation_key(row.id))):
            stop_job(session, job, state)


def _refuse_stopping(session: Session, row: Investigation) -> None:
    # A job that was asked to stop would end the fresh start as well.
    stopping = select(Job.id).where(Job.deduplication_key == investigation_key(row.id))
    if session.scalars(stopping).first() is not None:
        raise NotAllowed(f"The investigation {row.name} is still stopping: try again in a moment.")


def _job(row: Investigation) -> Job:
    return new_job(JobKind.INVESTIGATION, {INVESTIGATION_PAYLOAD: row.id}, None, investigation_key(row.id))
