"""Asking for collecting and training: jobs that a worker performs. The only writers of such jobs.

What the specifications cannot know is checked here: whether the names mean something in this store. A job may name
nothing else: no folder, no file, no program, because whoever can write to the store would choose them.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.jobs import Enqueued, JobQueue, Outbox, new_job
from models import (
    Checkpoint,
    Job,
    Problem,
    ProblemSet,
    ProblemSetMember,
    Store,
    Transcript,
    TranscriptSet,
    TranscriptSetMember,
)
from models.enums import CheckpointKind, TranscriptState
from models.held_out import held_out_in_words, held_out_slices
from models.problem import newest_version
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

FORCE = "set force to true"
"""How held-out problems are allowed all the same, in the words of the API."""


def start_collecting(
    session: Session, outbox: Outbox, wanted: CollectSpecification, remedy: str = FORCE
) -> Enqueued:
    """Queue a collecting, or find the unfinished one of the same words.

    Args:
        remedy: how held-out problems are allowed all the same, in the words of the place where it is asked for.

    Raises:
        SpecificationError: a name means nothing in this store, it names a program, or problems are held out.
    """
    _set(session, wanted.problems, "problems")
    if not wanted.force:
        _refuse_held_out(session, wanted.problems, _texts_of(session, wanted.problems), "collect from", remedy)
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
    session: Session,
    outbox: Outbox,
    wanted: TrainBaseSpecification | TrainCriticSpecification,
    remedy: str = FORCE,
) -> Enqueued:
    """Queue a training, or find the unfinished one that makes the same checkpoint.

    Args:
        remedy: how held-out problems are allowed all the same, in the words of the place where it is asked for.

    Raises:
        SpecificationError: a name means nothing in this store, the new checkpoint's name is taken, or problems are
            held out.
    """
    if session.scalars(select(Checkpoint.id).where(Checkpoint.name == wanted.name)).first() is not None:
        raise SpecificationError("name", f"name: a checkpoint is called {wanted.name!r} already: choose another.")
    if isinstance(wanted, TrainBaseSpecification):
        if wanted.start not in BASE_PRESETS:
            _base(session, wanted.start, "start")
        if wanted.problems:
            _set(session, wanted.problems, "problems")
            if not wanted.force:
                _refuse_held_out(session, wanted.problems, _texts_of(session, wanted.problems), "train on", remedy)
    else:
        _base(session, wanted.base, "base")
        _transcripts(session, wanted.transcripts)
        if not wanted.force:
            what = "The store" if wanted.transcripts == STORE else wanted.transcripts
            _refuse_held_out(session, what, _texts_of_lessons(session, wanted.transcripts), "train on", remedy)
    return _add(session, outbox, wanted)


def queue_work(
    store: Store,
    queue: JobQueue,
    wanted: CollectSpecification | TrainBaseSpecification | TrainCriticSpecification,
    remedy: str = FORCE,
) -> Enqueued:
    """Either of the two, in a transaction of its own."""
    with queue.outbox() as outbox, store.writer() as session:
        if isinstance(wanted, CollectSpecification):
            return start_collecting(session, outbox, wanted, remedy)
        return start_training(session, outbox, wanted, remedy)


def _refuse_held_out(session: Session, what: str, texts: Mapping[str, str], to: str, remedy: str) -> None:
    """`texts`: hash of each text that would be read, with the held-out slice that it is marked with."""
    found = {text: label for text, label in texts.items() if label} | held_out_slices(session, texts)
    if found:
        raise SpecificationError("force", held_out_in_words(what, found, to=to, remedy=remedy))


def _texts_of(session: Session, name: str) -> dict[str, str]:
    version = newest_version(session, name)
    members = select(ProblemSetMember.problem_id).where(
        ProblemSetMember.version_id == (version.id if version else 0)
    )
    return dict.fromkeys(session.scalars(select(Problem.text_hash).where(Problem.id.in_(members))), "")


def _texts_of_lessons(session: Session, source: str) -> dict[str, str]:
    """Of the verified transcripts that a critic would be trained on."""
    chosen = (
        select(Problem.text_hash, Transcript.held_out)
        .join(Problem, Problem.id == Transcript.problem_id)
        .where(Transcript.state == TranscriptState.VERIFIED)
        # Several lessons may be about one problem, and a single one that is marked is enough.
        .order_by(Transcript.held_out)
    )
    if source != STORE and (version := find_version(session, source)) is not None:
        members = select(TranscriptSetMember.transcript_id).where(TranscriptSetMember.version_id == version.id)
        chosen = chosen.where(Transcript.id.in_(members))
    return {row[0]: row[1] for row in session.execute(chosen)}


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
