"""A finished training as rows of the store: the checkpoint, what it read and came from, its learning curve.

In: a checkpoint folder, read without a network library. What training really read stands in the folder's record, by
the hash of each problem's text. Registering the same content again changes nothing. Other content under a name that is
taken gets the name with its hash.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Checkpoint, LearningCurvePoint, ProblemOrigin, Store
from models.enums import CheckpointKind, Origin, OriginSource
from models.origins import renew_reports
from models.problem import text_hash
from worker.network.exported import EXPORT, read_export
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


def register_base(
    store: Store,
    folder: Path,
    *,
    name: str = "",
    problems: ProblemSetContent | None = None,
    parent_id: int | None = None,
) -> int:
    """Add the base's row if it is new, with what its record says that it read; returns its id.

    Args:
        name: by default the folder's.
        problems: what it read as well; for folders whose record does not say.
        parent_id: what it was trained from; by default the registered base with the weights that its record names.
    """
    with store.writer() as session:
        layers = read_config(folder).get("num_hidden_layers")
        identity = base_identity(session, folder)
        row = _checkpoint(session, folder, CheckpointKind.BASE, identity, name or folder.name)
        before = _what_is_known(session, row)
        row.layers = layers if isinstance(layers, int) else None
        row.tokenizer_hash = tokenizer_hash(folder)
        record = read_record(folder) or {}
        if row.parent_id is None and (start := record.get("started_from_hash")):
            named = Checkpoint.content_hash == start if parent_id is None else Checkpoint.id == parent_id
            row.parent_id = session.scalar(select(Checkpoint.id).where(named, Checkpoint.id != row.id))
        if problems is not None:
            put_problem_set(session, problems)
            texts = [problem.text_hash for problem in problems.problems]
            _note(session, row, texts, f"{TRAINED_HERE} on {problems.name}")
        note_record(session, row, record)
        _note_complete(row, record, told=problems is not None)
        if (folder / EXPORT).is_file():
            _inherit_from_export(session, row, folder)
        _adopt(session, row, folder_hash(folder))
        _renew(session, row, before)
        return row.id


def _inherit_from_export(session: Session, row: Checkpoint, folder: Path) -> None:
    """A critic that was exported as a plain model comes from the critic, and has read what it read."""
    record = read_export(folder)
    if folder_hash(folder) != record.served.weights_hash:
        return
    source = record.source
    note_record(session, row, source.training)
    rows = session.scalars(
        select(Checkpoint).where(Checkpoint.content_hash.in_((source.critic_hash, source.base_hash)))
    )
    known = {one.content_hash: one for one in rows}
    above = known.get(source.critic_hash) or known.get(source.base_hash)
    row.training = row.training or {key: value for key, value in source.training.items() if key == "forced"}
    if above is not None and row.parent_id is None:
        row.parent_id = above.id
        row.reads_recorded = above.kind is CheckpointKind.CRITIC or "read" in source.training


def _note_complete(row: Checkpoint, record: Mapping[str, Any], *, told: bool = False) -> None:
    """Whether all is known that its own training read: by its record, or because a caller has told."""
    known = told or "read" in record or (bool(record) and record.get("problems", "") is None)
    row.reads_recorded = row.reads_recorded or (known and (row.parent_id is not None or _began_blank(record)))


def _adopt(session: Session, row: Checkpoint, weights: str) -> None:
    """Bases that were registered before what they were trained from: they inherit from it as well."""
    started = Checkpoint.training["started_from_hash"].as_string() == weights
    children = select(Checkpoint).where(started, Checkpoint.parent_id.is_(None), Checkpoint.id != row.id)
    for child in session.scalars(children.where(Checkpoint.kind == CheckpointKind.BASE)):
        before = _what_is_known(session, child)
        child.parent_id = row.id
        _note_complete(child, child.training)
        _renew(session, child, before)


def _what_is_known(session: Session, row: Checkpoint) -> tuple[object, ...]:
    """What the origins of its runs follow from: it only grows."""
    noted = session.scalar(select(func.count()).where(ProblemOrigin.checkpoint_id == row.id))
    return row.base_id, row.parent_id, row.reads_recorded, noted


def _renew(session: Session, row: Checkpoint, before: tuple[object, ...]) -> None:
    session.flush()
    if _what_is_known(session, row) != before:
        renew_reports(session, row.id)


def base_identity(session: Session, folder: Path) -> str:
    """The hash by which the store knows the base in `folder`: that of its weights, or, where those are registered with
    another tokenizer, of both."""
    weights, tokenizer = folder_hash(folder), tokenizer_hash(folder)
    known = session.scalar(select(Checkpoint.tokenizer_hash).where(Checkpoint.content_hash == weights))
    return with_tokenizer(weights, tokenizer) if known and known != tokenizer else weights


def register_trained_base(store: Store, folder: Path, *, start: str, is_preset: bool) -> int:
    """The same for a training of this moment, whose start is registered first: origins are inherited from it."""
    parent_id = None if is_preset else register_base(store, resolve(start), name=Path(start).name)
    return register_base(store, folder, parent_id=parent_id)


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
        before = _what_is_known(session, row)
        row.base_id = base_id
        row.layers = read_delta_config(folder).new_layers
        record = read_record(folder) or {}
        note_record(session, row, record)
        if "read" not in record:
            _note(session, row, {text_hash(one.prompt) for one in transcripts}, f"transcripts, {TRAINED_HERE}")
        row.reads_recorded = row.reads_recorded or "read" in record or bool(transcripts)
        _renew(session, row, before)
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
    if found is not None and not found.is_only_archived:
        return found
    if found is None:
        taken = session.scalar(select(Checkpoint.id).where(Checkpoint.name == name)) is not None
        found = Checkpoint(
            name=f"{name}-{content_hash[:8]}" if taken else name, kind=kind, content_hash=content_hash
        )
        session.add(found)
    found.location, found.deleted_at = str(folder.absolute()), None
    found.parameters, found.training = numbers_in(folder), read_record(folder) or found.training or {}
    session.flush()
    session.add_all(
        LearningCurvePoint(
            checkpoint_id=found.id,
            step=point.step,
            split=point.split,
            loss=point.loss,
            tokens_per_second=point.tokens_per_second,
        )
        for point in read_curves(folder)
    )
    return found
