"""Where transcripts come from: how their problem set stands to a base's training, and the set of them that is kept."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from models import (
    Checkpoint,
    Problem,
    ProblemOrigin,
    ProblemSetMember,
    ProblemSetVersion,
    ProblemSlice,
    Store,
    Transcript,
)
from models.enums import Origin, TranscriptDomain, TranscriptState
from models.origins import read_lineage
from models.transcript_sets import keep_version
from models.work import CollectSpecification
from worker.collecting.attempts import MUTANT
from worker.problem_sets import ProblemSetContent


def domain_of(session: Session, base: str, texts: Collection[str]) -> TranscriptDomain:
    """How problems with these texts stand to what a base and its ancestors read in training.

    In-distribution are problems of a set of which the base read some: a slice counts with the whole set that it was cut
    from, so problems held out of a training set are in-distribution too, and twins count with their originals.

    Args:
        base: the name or the folder of a registered base.
    """
    named = Checkpoint.name == base, Checkpoint.location == str(Path(base).expanduser().absolute())
    rows = (
        session.scalars(select(Checkpoint.id).where(or_(*named)).order_by(named[0].desc())).all() if base else []
    )
    if not rows:
        return TranscriptDomain.UNKNOWN
    row = rows[0]
    seen = select(ProblemOrigin.text_hash).where(
        ProblemOrigin.checkpoint_id.in_(list(read_lineage(session, [row]))), ProblemOrigin.origin == Origin.SEEN
    )
    read = set(session.scalars(seen))
    if not read:
        return TranscriptDomain.UNKNOWN
    kin = set(texts) | _twins(session, texts)
    family = kin | _family(session, kin)
    return TranscriptDomain.IN_DISTRIBUTION if read & family else TranscriptDomain.CROSS_DOMAIN


def _twins(session: Session, texts: Collection[str]) -> set[str]:
    """The originals of those that are twins, and all twins of these and of the others."""
    rows = session.execute(select(Problem.text_hash, Problem.twin_of).where(Problem.twin_of.is_not(None))).all()
    originals = set(texts) | {str(original) for text, original in rows if text in texts}
    return originals | {text for text, original in rows if original in originals}


def _family(session: Session, texts: Collection[str]) -> set[str]:
    """The texts of the whole sets that slices with any of these texts were cut from."""
    part, whole = aliased(ProblemSetMember), aliased(ProblemSetMember)
    sliced = aliased(Problem)
    rows = session.execute(
        select(sliced.text_hash, ProblemSlice.source_version_id)
        .select_from(ProblemSlice)
        .join(part, part.version_id == ProblemSlice.version_id)
        .join(sliced, sliced.id == part.problem_id)
    )
    sources = {source for text, source in rows if text in texts}
    members = (
        select(Problem.text_hash)
        .join(whole, whole.problem_id == Problem.id)
        .join(ProblemSetVersion, ProblemSetVersion.id == whole.version_id)
        .where(ProblemSetVersion.id.in_(sources))
    )
    return set(session.scalars(members))


def kept_by(store: Store, collected_by: str) -> tuple[int, int]:
    """How many verified and rejected transcripts of a job the store holds."""
    counted = select(Transcript.state, func.count()).where(Transcript.collected_by == collected_by)
    with store.reader() as session:
        by_state = {row[0]: row[1] for row in session.execute(counted.group_by(Transcript.state))}
    rejected = by_state.pop(TranscriptState.REJECTED, 0)
    return sum(by_state.values()), rejected


def keep_set(store: Store, wanted: CollectSpecification, problem_set: ProblemSetContent, teacher: str) -> str:
    """The named set of what was asked for: this teacher's verified lessons on these problems and writers of attempts,
    those of earlier collectings too, which were not taught again. Its name with its version."""
    writers = [
        *([wanted.base.rstrip("/").rpartition("/")[2]] if wanted.base else ()),
        *([MUTANT] * bool(wanted.mutants)),
    ]
    with store.writer() as session:
        hashes = [problem.content_hash for problem in problem_set.problems]
        chosen = select(Transcript.id).where(
            Transcript.problem_id.in_(select(Problem.id).where(Problem.content_hash.in_(hashes))),
            Transcript.teacher == teacher,
            Transcript.state == TranscriptState.VERIFIED,
            Transcript.attempt_source.in_(writers),
        )
        return keep_version(session, wanted.transcript_set, chosen).label
