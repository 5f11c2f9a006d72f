"""A finished training as rows of the store: the checkpoint, the problem sets it has seen, its learning curve.

In: a checkpoint folder, read without a network library. Registering the same content again changes nothing. Other
content under a name that is taken gets the name with its hash.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, LearningCurvePoint, Problem, ProblemSetMember, ProblemSetOrigin, Store
from models.enums import CheckpointKind, Origin
from worker.network.folders import delta_hash, folder_hash, numbers_in, read_config, read_delta_config, resolve
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.storing import put_problem_set
from worker.training.folders import read_curves, read_record
from worker.transcripts.transcript import TranscriptContent


def register_base(store: Store, folder: Path, *, problems: ProblemSetContent | None = None) -> int:
    """Add the base's row if it is new, and note `problems` as seen; returns its id."""
    with store.writer() as session:
        layers = read_config(folder).get("num_hidden_layers")
        row = _checkpoint(session, folder, CheckpointKind.BASE, folder_hash(folder))
        row.layers = layers if isinstance(layers, int) else None
        if problems is not None:
            _note(session, row, put_problem_set(session, problems).id, Origin.SEEN, "trained here")
        return row.id


def register_critic(
    store: Store, folder: Path, *, base: str, transcripts: Sequence[TranscriptContent] = ()
) -> int:
    """Add the rows of the critic and its base if they are new; returns the critic's id.

    The problem sets that the transcripts come from are noted as seen.
    """
    base_id = register_base(store, resolve(base))
    with store.writer() as session:
        row = _checkpoint(session, folder, CheckpointKind.CRITIC, delta_hash(folder))
        row.base_id = base_id
        row.layers = read_delta_config(folder).new_layers
        for version_id in _versions_with(session, {transcript.prompt for transcript in transcripts}):
            _note(session, row, version_id, Origin.SEEN, "its transcripts were trained here")
        return row.id


def note_unseen(store: Store, checkpoint_ids: Sequence[int], problems: ProblemSetContent, evidence: str) -> None:
    """Note that checkpoints never saw a problem set; what is noted already stays."""
    with store.writer() as session:
        version = put_problem_set(session, problems)
        for checkpoint_id in checkpoint_ids:
            row = session.get_one(Checkpoint, checkpoint_id)
            _note(session, row, version.id, Origin.UNSEEN, evidence)


def _checkpoint(session: Session, folder: Path, kind: CheckpointKind, content_hash: str) -> Checkpoint:
    found = session.scalar(select(Checkpoint).where(Checkpoint.content_hash == content_hash))
    if found is not None:
        return found
    taken = session.scalar(select(Checkpoint.id).where(Checkpoint.name == folder.name)) is not None
    row = Checkpoint(
        name=f"{folder.name}-{content_hash[:8]}" if taken else folder.name,
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


def _versions_with(session: Session, prompts: set[str]) -> list[int]:
    """Ids of the problem-set versions with a problem that has one of these prompts."""
    members = (
        select(ProblemSetMember.version_id, Problem.prompt)
        .join(Problem, Problem.id == ProblemSetMember.problem_id)
        .order_by(ProblemSetMember.version_id)
    )
    return sorted({version_id for version_id, prompt in session.execute(members) if prompt in prompts})


def _note(session: Session, row: Checkpoint, version_id: int, origin: Origin, evidence: str) -> None:
    if session.get(ProblemSetOrigin, (row.id, version_id)) is None:
        session.add(
            ProblemSetOrigin(checkpoint_id=row.id, version_id=version_id, origin=origin, evidence=evidence)
        )
