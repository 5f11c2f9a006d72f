"""Problem sets: their versions, their problems, and which checkpoints saw them in training.

In: a session. Out: frozen rows, and the `Origin` of the problems of a run. A version that no checkpoint of the run has
a record for is `unknown`, never guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries import row_of
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

FIRST_LINE_LENGTH = 160


@dataclass(frozen=True, kw_only=True)
class OriginRow:
    """What is known of one checkpoint and one version of a set."""

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
    """One problem of a version."""

    position: int
    """From 0."""
    task_id: str
    entry_point: str
    first_line: str
    harness: Harness
    has_examples: bool
    has_solution: bool


def list_set_names(session: Session) -> tuple[str, ...]:
    return tuple(session.scalars(select(ProblemSet.name).order_by(ProblemSet.name)))


def count_problems(session: Session, names: Sequence[str], limit: int | None) -> int:
    """How many problems a run over these sets has: of each newest version the first `limit`, shared ones once."""
    found: set[int] = set()
    for name in names:
        newest = select(ProblemSetVersion.id).join(ProblemSet).where(ProblemSet.name == name)
        version = newest.order_by(ProblemSetVersion.number.desc()).limit(1).scalar_subquery()
        members = select(ProblemSetMember.problem_id).where(ProblemSetMember.version_id == version)
        found.update(session.scalars(members.order_by(ProblemSetMember.position).limit(limit)))
    return len(found)


def list_sets(session: Session) -> tuple[SetRow, ...]:
    return _sets(session, session.scalars(select(ProblemSet).order_by(ProblemSet.name)).all())


def find_set(session: Session, name: str) -> SetRow:
    """The set of this name.

    Raises:
        NotFound: there is no such set.
    """
    found = _sets(session, session.scalars(select(ProblemSet).where(ProblemSet.name == name)).all())
    if not found:
        raise NotFound(f"There is no problem set “{name}”.", advice="`tekhne problems import FILE` imports one.")
    return found[0]


def list_members(
    session: Session, version_id: int, *, after: int = -1, rows: int | None = None
) -> tuple[MemberRow, ...]:
    """The problems of a version in its order: all, or at most `rows` behind the position `after`."""
    found = session.execute(
        select(
            ProblemSetMember.position,
            Problem.task_id,
            Problem.entry_point,
            func.substr(Problem.description, 1, FIRST_LINE_LENGTH),
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


def _sets(session: Session, rows: Sequence[ProblemSet]) -> tuple[SetRow, ...]:
    """The sets with their versions and origins, by two selects for all of them."""
    ids = [row.id for row in rows]
    origins = _origins(session, ids)
    versions: dict[int, list[VersionRow]] = defaultdict(list)
    for version, problems in session.execute(
        select(ProblemSetVersion, func.count(ProblemSetMember.problem_id))
        .outerjoin(ProblemSetMember)
        .where(ProblemSetVersion.problem_set_id.in_(ids))
        .group_by(ProblemSetVersion.id)
        .order_by(ProblemSetVersion.number.desc())
    ):
        row = row_of(VersionRow, version, problems=problems, origins=tuple(origins[version.id]))
        versions[version.problem_set_id].append(row)
    return tuple(row_of(SetRow, row, versions=tuple(versions[row.id])) for row in rows)


def _origins(session: Session, set_ids: Sequence[int]) -> dict[int, list[OriginRow]]:
    """What is known of each version of the sets, by the version's id."""
    found: dict[int, list[OriginRow]] = defaultdict(list)
    for version_id, checkpoint_id, name, origin, evidence in session.execute(
        select(
            ProblemSetOrigin.version_id,
            Checkpoint.id,
            Checkpoint.name,
            ProblemSetOrigin.origin,
            ProblemSetOrigin.evidence,
        )
        .join(Checkpoint, ProblemSetOrigin.checkpoint_id == Checkpoint.id)
        .join(ProblemSetVersion, ProblemSetOrigin.version_id == ProblemSetVersion.id)
        .where(ProblemSetVersion.problem_set_id.in_(set_ids))
        .order_by(Checkpoint.name)
    ):
        row = OriginRow(checkpoint_id=checkpoint_id, checkpoint=name, origin=origin, evidence=evidence)
        found[version_id].append(row)
    return found


def read_origins(session: Session, run_id: int) -> dict[int, Origin]:
    """The origin of each version in a run: seen if any checkpoint of the run saw it, else as recorded for the base."""
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
    counted: Counter[Origin] = Counter()
    for version_id, problems in session.execute(
        select(RunProblem.version_id, func.count())
        .where(RunProblem.run_id == run_id)
        .group_by(RunProblem.version_id)
    ):
        counted[origins.get(version_id, Origin.UNKNOWN)] += problems
    return {origin: counted[origin] for origin in Origin if counted[origin]}
