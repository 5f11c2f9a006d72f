"""Problem sets: their versions, their problems, and which checkpoints saw them in training.

In: a session. Out: frozen rows, and the `Origin` of each version in a run: a version that no checkpoint of the run has
a record for is `unknown`, never guessed.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from models import (
    Checkpoint,
    Problem,
    ProblemSet,
    ProblemSetMember,
    ProblemSetOrigin,
    ProblemSetVersion,
    Run,
    RunProblem,
)
from models.enums import Harness, Origin


@dataclass(frozen=True, kw_only=True)
class OriginRow:
    checkpoint_id: int
    checkpoint: str
    origin: Origin
    evidence: str


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    id: int
    number: int
    content_hash: str
    problems: int
    created_at: datetime
    origins: tuple[OriginRow, ...]


@dataclass(frozen=True, kw_only=True)
class SetRow:
    name: str
    source: str
    licence: str
    versions: tuple[VersionRow, ...]
    """The newest first."""


@dataclass(frozen=True, kw_only=True)
class MemberRow:
    position: int
    """Its place in the version, from 0."""
    task_id: str
    entry_point: str
    first_line: str
    harness: Harness
    has_examples: bool
    has_solution: bool


def list_sets(session: Session) -> tuple[SetRow, ...]:
    rows = session.scalars(select(ProblemSet).order_by(ProblemSet.name)).all()
    return tuple(_set(session, row) for row in rows)


def find_set(session: Session, name: str) -> SetRow:
    """Raises NotFound where no set has this name."""
    row = session.scalars(select(ProblemSet).where(ProblemSet.name == name)).first()
    if row is None:
        raise NotFound(f"There is no problem set “{name}”.", advice="`tekhne problems import FILE` brings one in.")
    return _set(session, row)


def list_members(
    session: Session, version_id: int, *, after: int = -1, rows: int | None = None
) -> tuple[MemberRow, ...]:
    """Problems of a version in its order: all, or so many behind the place `after`."""
    found = session.execute(
        select(
            ProblemSetMember.position,
            Problem.task_id,
            Problem.entry_point,
            func.substr(Problem.description, 1, 160),
            Problem.harness,
            Problem.example_tests.is_not(None),
            Problem.canonical_solution.is_not(None),
        )
        .join(ProblemSetMember)
        .where(ProblemSetMember.version_id == version_id, ProblemSetMember.position > after)
        .order_by(ProblemSetMember.position)
        .limit(rows)
    )
    return tuple(
        MemberRow(
            position=position,
            task_id=task_id,
            entry_point=entry_point or "",
            first_line=description.strip().split("\n", 1)[0],
            harness=harness,
            has_examples=bool(has_examples),
            has_solution=bool(has_solution),
        )
        for position, task_id, entry_point, description, harness, has_examples, has_solution in found
    )


def _set(session: Session, row: ProblemSet) -> SetRow:
    versions = session.execute(
        select(ProblemSetVersion, func.count(ProblemSetMember.problem_id))
        .outerjoin(ProblemSetMember)
        .where(ProblemSetVersion.problem_set_id == row.id)
        .group_by(ProblemSetVersion.id)
        .order_by(ProblemSetVersion.number.desc())
    )
    return SetRow(
        name=row.name,
        source=row.source,
        licence=row.licence,
        versions=tuple(
            VersionRow(
                id=version.id,
                number=version.number,
                content_hash=version.content_hash,
                problems=problems,
                created_at=version.created_at,
                origins=_origins(session, version.id),
            )
            for version, problems in versions
        ),
    )


def _origins(session: Session, version_id: int) -> tuple[OriginRow, ...]:
    rows = session.execute(
        select(Checkpoint.id, Checkpoint.name, ProblemSetOrigin.origin, ProblemSetOrigin.evidence)
        .join(ProblemSetOrigin, ProblemSetOrigin.checkpoint_id == Checkpoint.id)
        .where(ProblemSetOrigin.version_id == version_id)
        .order_by(Checkpoint.name)
    )
    return tuple(OriginRow(checkpoint_id=i, checkpoint=name, origin=o, evidence=e) for i, name, o, e in rows)


def read_origins(session: Session, run_id: int) -> dict[int, Origin]:
    """Of each version: seen where any checkpoint of the run saw it; otherwise what is known of the base."""
    run = session.get_one(Run, run_id)
    used = {run.base_checkpoint_id, *(arm.checkpoint_id for arm in run.arms)} - {None}
    rows = session.execute(
        select(ProblemSetOrigin.version_id, ProblemSetOrigin.checkpoint_id, ProblemSetOrigin.origin)
        .where(ProblemSetOrigin.checkpoint_id.in_(used))
        .where(ProblemSetOrigin.version_id.in_(select(RunProblem.version_id).where(RunProblem.run_id == run_id)))
    ).all()
    origins = {version: origin for version, checkpoint, origin in rows if checkpoint == run.base_checkpoint_id}
    return origins | {version: Origin.SEEN for version, _, origin in rows if origin is Origin.SEEN}


def count_origins(session: Session, run_id: int) -> dict[Origin, int]:
    """How many problems of the run are of each origin; origins without a problem are left out."""
    origins = read_origins(session, run_id)
    rows = session.execute(
        select(RunProblem.version_id, func.count())
        .where(RunProblem.run_id == run_id)
        .group_by(RunProblem.version_id)
    )
    counted: Counter[Origin] = Counter()
    for version_id, problems in rows:
        counted[origins.get(version_id, Origin.UNKNOWN)] += problems
    return {origin: counted[origin] for origin in Origin if counted[origin]}
