"""A finished training as rows of the store: the checkpoint, what it read and came from, its learning curve.

In: a checkpoint folder, read without a network library. What training really read stands in the folder's record, by
the hash of each problem's text. Registering the same content again changes nothing. Other content under a name that is
taken gets the name with its hash.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, LearningCurvePoint, ProblemOrigin, Store
from models.enums import CheckpointKind, Origin, OriginSource
from models.problem import text_hash
from worker.network.folders import (
    delta_hash,
    folder_hash,
    numbers_in,
    read_config,
    read_delta_config,
    resolve,
    tokenizer_hash,
    with_tokenizer,
)
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.storing import put_problem_set
from worker.training.folders import read_curves, read_record
from worker.transcripts.transcript import TranscriptContent

TRAINED_HERE = "trained here"
_OLD_PRESETS = ("demo", "160m")
"""What records began with that do not yet say what a training started from."""


def register_base(store: Store, folder: Path, *, name: str = "", problems: ProblemSetContent | None = None) -> int:
    """Add the base's row if it is new, with what its record says that it read; returns its id.

    Args:
        name: by default the folder's.
        problems: what it read as well; for folders whose record does not say.
    """
    with store.writer() as session:
        layers = read_config(folder).get("num_hidden_layers")
        row = _checkpoint(
            session, folder, CheckpointKind.BASE, base_identity(session, folder), name or folder.name
        )
        row.layers = layers if isinstance(layers, int) else None
        row.tokenizer_hash = tokenizer_hash(folder)
        record = read_record(folder) or {}
        if row.parent_id is None and (start := record.get("started_from_hash")):
            row.parent_id = session.scalar(
                select(Checkpoint.id).where(Checkpoint.content_hash == start, Checkpoint.id != row.id)
            )
        if problems is not None:
            put_problem_set(session, problems)
            texts = [problem.text_hash for problem in problems.problems]
            _note(session, row, texts, f"{TRAINED_HERE} on {problems.name}")
        note_record(session, row, record)
        known = problems is not None or "read" in record or (bool(record) and record.get("problems", "") is None)
        row.reads_recorded = row.reads_recorded or (known and (row.parent_id is not None or _began_blank(record)))
        return row.id


def base_identity(session: Session, folder: Path) -> str:
    """The hash by which the store knows the base in `folder`: that of its weights, or, where those are registered with
    another tokenizer, of both."""
    weights, tokenizer = folder_hash(folder), tokenizer_hash(folder)
    known = session.scalar(select(Checkpoint.tokenizer_hash).where(Checkpoint.content_hash == weights))
    return with_tokenizer(weights, tokenizer) if known and known != tokenizer else weights


def register_trained_base(store: Store, folder: Path, *, start: str, is_preset: bool) -> int:
    """The same for a training of this moment, whose start is registered first: origins are inherited from it."""
    if not is_preset:
        register_base(store, resolve(start), name=Path(start).name)
    return register_base(store, folder)


def register_critic(
    store: Store, folder: Path, *, base: str, transcripts: Sequence[TranscriptContent] = ()
) -> int:
    """Add the rows of the critic and its base if they are new; returns the critic's id.

    Args:
        transcripts: what it was trained on; for folders whose record does not say.
    """
    base_id = register_base(store, resolve(base), name=Path(base).name)
    with store.writer() as session:
        row = _checkpoint(session, folder, CheckpointKind.CRITIC, delta_hash(folder), folder.name)
        row.base_id = base_id
        row.layers = read_delta_config(folder).new_layers
        record = read_record(folder) or {}
        note_record(session, row, record)
        if "read" not in record:
            _note(session, row, {text_hash(one.prompt) for one in transcripts}, f"transcripts, {TRAINED_HERE}")
        row.reads_recorded = row.reads_recorded or "read" in record or bool(transcripts)
        return row.id


def note_unseen(store: Store, checkpoint_ids: Sequence[int], problems: ProblemSetContent, evidence: str) -> None:
    """Note that checkpoints cannot have seen a problem set; what is noted already stays."""
    with store.writer() as session:
        put_problem_set(session, problems)
        for checkpoint_id in checkpoint_ids:
            _add_origins(
                session, checkpoint_id, [problem.text_hash for problem in problems.problems],
                origin=Origin.UNSEEN, known_by=OriginSource.CONSTRUCTION, evidence=evidence,
            )  # fmt: skip


def trained_texts(record: Mapping[str, Any] | None) -> set[str]:
    """The hashes of the texts that a training read by its record, those that only validated included."""
    read = (record or {}).get("read") or {}
    return {*read.get("trained", ()), *read.get("validated", ())}


def note_record(session: Session, row: Checkpoint, record: Mapping[str, Any]) -> None:
    """Note what a training read by its record."""
    read = record.get("read") or {}
    where = f" on {record['problems']}" if record.get("problems") else ""
    _note(session, row, read.get("trained", ()), f"{TRAINED_HERE}{where}")
    _note(session, row, read.get("validated", ()), f"{TRAINED_HERE}{where}, which it validated with")


def _note(session: Session, row: Checkpoint, texts: Iterable[str], evidence: str) -> None:
    """Note as seen by training; what a person declared gives way to it."""
    wanted = set(texts)
    for known in session.scalars(select(ProblemOrigin).where(ProblemOrigin.checkpoint_id == row.id)):
        if known.text_hash in wanted and known.known_by is not OriginSource.TRAINED:
            session.delete(known)
    session.flush()
    _add_origins(session, row.id, wanted, origin=Origin.SEEN, known_by=OriginSource.TRAINED, evidence=evidence)


def _add_origins(
    session: Session, checkpoint_id: int, texts: Collection[str], *, origin: Origin, known_by: OriginSource,
    evidence: str,
) -> None:  # fmt: skip
    noted = set(session.scalars(select(ProblemOrigin.text_hash).filter_by(checkpoint_id=checkpoint_id)))
    session.add_all(
        ProblemOrigin(
            checkpoint_id=checkpoint_id, text_hash=text, origin=origin, known_by=known_by, evidence=evidence
        )
        for text in sorted(set(texts) - noted)
    )
    session.flush()


def _began_blank(record: Mapping[str, Any]) -> bool:
    """Whether the training goes back to random weights through trainings that read no problem."""
    if "started_from_hash" in record:
        begins = record["started_from_hash"] is None
    else:
        begins = record.get("parent") is None and record.get("started_from") in _OLD_PRESETS
    above = record.get("parent")
    return begins or bool(above and above.get("problems", "") is None and _began_blank(above))


def _checkpoint(session: Session, folder: Path, kind: CheckpointKind, content_hash: str, name: str) -> Checkpoint:
    found = session.scalar(select(Checkpoint).where(Checkpoint.content_hash == content_hash))
    if found is not None:
        return found
    taken = session.scalar(select(Checkpoint.id).where(Checkpoint.name == name)) is not None
    row = Checkpoint(
        name=f"{name}-{content_hash[:8]}" if taken else name,
        kind=kind,
        location=str(folder.absolute()),
        content_hash=content_hash,
        parameters=numbers_in(folder),
        training=read_record(folder) or {},
    )
    session.add(row)
    session.flush()
    session.add_all(
        LearningCurvePoint(
            checkpoint_id=row.id,
            step=point.step,
            split=point.split,
            loss=point.loss,
            tokens_per_second=point.tokens_per_second,
        )
        for point in read_curves(folder)
    )
    return row
