"""Asking for collecting and training: jobs that a worker performs. The only writers of such jobs.

What the specifications cannot know is checked here: whether the names mean something in this store. A job may name
nothing else: no folder, no file, no program, because whoever can write to the store would choose them.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.jobs import Enqueued, JobQueue, Outbox, new_job
from models import Checkpoint, Job, ProblemSet, Store, Transcript, TranscriptSet
from models.enums import CheckpointKind, TranscriptState
from models.specification import SpecificationError
from models.transcript_sets import find_version
from models.work import (
    BASE_PRESETS,
    STORE,
    CollectSpecification,
    TrainBaseSpecification,
    TrainCriticSpecification,
    TrainingSpecification,
    WorkSpecification,
)


def start_collecting(session: Session, outbox: Outbox, wanted: CollectSpecification) -> Enqueued:
    """Queue a collecting, or find the unfinished one of the same words.

    Raises:
        SpecificationError: a name means nothing in this store, or it names a program.
    """
    _set(session, wanted.problems, "problems")
    if wanted.base:
        _base(session, wanted.base, "base", CheckpointKind.BASE, CheckpointKind.ENDPOINT)
    if wanted.target:
        _base(session, wanted.target, "target", CheckpointKind.BASE, CheckpointKind.ENDPOINT)
    if wanted.command or wanted.teacher == "command":
        raise SpecificationError(
            "command", "teacher: a program that teaches runs in the foreground only: leave out --queue."
        )
    if wanted.teacher == "base":
        _base(session, wanted.model, "model")
    return _add(session, outbox, wanted)


def start_training(
    session: Session, outbox: Outbox, wanted: TrainBaseSpecification | TrainCriticSpecification
) -> Enqueued:
    """Queue a training, or find the unfinished one that makes the same checkpoint.

    Raises:
        SpecificationError: a name means nothing in this store, or the new checkpoint's name is taken.
    """
    if session.scalars(select(Checkpoint.id).where(Checkpoint.name == wanted.name)).first() is not None:
        raise SpecificationError("name", f"name: a checkpoint is called {wanted.name!r} already: choose another.")
    if isinstance(wanted, TrainBaseSpecification):
        if wanted.start not in BASE_PRESETS:
            _base(session, wanted.start, "start")
        if wanted.problems:
            _set(session, wanted.problems, "problems")
    else:
        _base(session, wanted.base, "base")
        _transcripts(session, wanted.transcripts)
    return _add(session, outbox, wanted)


def queue_work(
    store: Store, queue: JobQueue, wanted: CollectSpecification | TrainBaseSpecification | TrainCriticSpecification
) -> Enqueued:
    """Either of the two, in a transaction of its own."""
    with queue.outbox() as outbox, store.writer() as session:
        if isinstance(wanted, CollectSpecification):
            return start_collecting(session, outbox, wanted)
        return start_training(session, outbox, wanted)


def _add(session: Session, outbox: Outbox, wanted: WorkSpecification) -> Enqueued:
    added = outbox.add(session, new_job(wanted.JOB_KIND, wanted.as_payload(), None, wanted.key))
    if not added.created and isinstance(wanted, TrainingSpecification):
        _refuse_other(session, added.job_id, wanted)
    return added


def _refuse_other(session: Session, job_id: str, wanted: TrainingSpecification) -> None:
    """An unfinished job of other words makes a checkpoint of that name."""
    if session.get_one(Job, job_id).payload != wanted.as_payload():
        raise SpecificationError(
            "name",
            f"name: job {job_id[:8]} is making a checkpoint called {wanted.name!r} already: choose another.",
        )


def _set(session: Session, name: str, field: str) -> None:
    known = session.scalars(select(ProblemSet.name).order_by(ProblemSet.name)).all()
    if name not in known:
        named = ", ".join(known) or "none"
        raise SpecificationError(field, f"{field}: no problem set is called {name!r}; the store knows {named}.")


def _base(session: Session, name: str, field: str, *kinds: CheckpointKind) -> None:
    wanted = kinds or (CheckpointKind.BASE,)
    bases = select(Checkpoint.name).where(Checkpoint.kind.in_(wanted), Checkpoint.deleted_at.is_(None))
    known = session.scalars(bases.order_by(Checkpoint.name)).all()
    if name not in known:
        named = ", ".join(known) or "none"
        raise SpecificationError(field, f"{field}: no base is called {name!r}; the store knows {named}.")


def _transcripts(session: Session, source: str) -> None:
    if source == STORE:
        verified = select(Transcript.id).where(Transcript.state == TranscriptState.VERIFIED).limit(1)
        if session.scalars(verified).first() is None:
            raise SpecificationError(
                "transcripts", "transcripts: the store holds no verified one: collect some first."
            )
        return
    if find_version(session, source) is None:
        known = session.scalars(select(TranscriptSet.name).order_by(TranscriptSet.name)).all()
        named = ", ".join(known) or "none"
        raise SpecificationError(
            "transcripts", f"transcripts: no set of transcripts is called {source!r}; the store knows {named}."
        )
