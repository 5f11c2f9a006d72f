"""Problem sets: their versions, their problems, the slices they are split into, and who saw them in training.

In: a session. Out: frozen rows. `app.queries.origins` answers what the models of a run have seen.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.queries import row_of
from models import (
    Checkpoint,
    Problem,
    ProblemOrigin,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    ProblemSlice,
)
from models.enums import Harness, Origin, SlicePart

FIRST_LINE_LENGTH = 160


@dataclass(frozen=True, kw_only=True)
class OriginRow:
    """What is recorded of one checkpoint itself and the problems of a version; its descendants inherit it."""

    checkpoint_id: int
    checkpoint: str
    origin: Origin
    problems: int
    evidence: str


@dataclass(frozen=True, kw_only=True)
class SliceRow:
    """A split in which a version takes part."""

    name: str
    """Of the other set: the whole that the version is a slice of, or a slice of it."""
    version: int
    part: SlicePart
    """Which part of the whole the slice is."""
    seed: int


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    id: int
    number: int
    content_hash: str
    problems: int
    created_at: datetime
    origins: tuple[OriginRow, ...]
    slice_of: SliceRow | None
    """None for a whole set."""
    slices: tuple[SliceRow, ...]


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
    """The sets with their versions and origins, by a few selects for all of them."""
    ids = [row.id for row in rows]
    origins, (slice_of, slices) = _origins(session, ids), _slices(session, ids)
    versions: dict[int, list[VersionRow]] = defaultdict(list)
    for version, problems in session.execute(
        select(ProblemSetVersion, func.count(ProblemSetMember.problem_id))
        .outerjoin(ProblemSetMember)
        .where(ProblemSetVersion.problem_set_id.in_(ids))
        .group_by(ProblemSetVersion.id)
        .order_by(ProblemSetVersion.number.desc())
    ):
        row = row_of(
            VersionRow,
            version,
            problems=problems,
            origins=tuple(origins[version.id]),
            slice_of=slice_of.get(version.id),
            slices=tuple(slices[version.id]),
        )
        versions[version.problem_set_id].append(row)
    return tuple(row_of(SetRow, row, versions=tuple(versions[row.id])) for row in rows)


def _origins(session: Session, set_ids: Sequence[int]) -> dict[int, list[OriginRow]]:
    """What is recorded of the problems of each version of the sets, by the version's id."""
    found: dict[int, list[OriginRow]] = defaultdict(list)
    for version_id, checkpoint_id, name, origin, evidence, problems in session.execute(
        select(
            ProblemSetMember.version_id,
            Checkpoint.id,
            Checkpoint.name,
            ProblemOrigin.origin,
            ProblemOrigin.evidence,
            func.count(),
        )
        .select_from(ProblemOrigin)
        .join(Problem, Problem.text_hash == ProblemOrigin.text_hash)
        .join(ProblemSetMember, ProblemSetMember.problem_id == Problem.id)
        .join(ProblemSetVersion, ProblemSetVersion.id == ProblemSetMember.version_id)
        .join(Checkpoint, ProblemOrigin.checkpoint_id == Checkpoint.id)
        .where(ProblemSetVersion.problem_set_id.in_(set_ids))
        .group_by(
            ProblemSetMember.version_id,
            Checkpoint.id,
            Checkpoint.name,
            ProblemOrigin.origin,
            ProblemOrigin.evidence,
        )
        .order_by(Checkpoint.name, ProblemOrigin.origin, ProblemOrigin.evidence)
    ):
        row = OriginRow(
            checkpoint_id=checkpoint_id, checkpoint=name, origin=origin, problems=problems, evidence=evidence
        )
        found[version_id].append(row)
    return found


def _slices(session: Session, set_ids: Sequence[int]) -> tuple[dict[int, SliceRow], dict[int, list[SliceRow]]]:
    """By version id: what a slice is a slice of, and the slices of a whole."""
    part, whole = aliased(ProblemSetVersion), aliased(ProblemSetVersion)
    part_set, whole_set = aliased(ProblemSet), aliased(ProblemSet)
    slice_of: dict[int, SliceRow] = {}
    slices: dict[int, list[SliceRow]] = defaultdict(list)
    for row in session.execute(
        select(
            ProblemSlice,
            *(part_set.name.label("part_name"), part.number.label("part_number")),
            *(whole_set.name.label("whole_name"), whole.number.label("whole_number")),
        )
        .join(part, part.id == ProblemSlice.version_id)
        .join(part_set, part_set.id == part.problem_set_id)
        .join(whole, whole.id == ProblemSlice.source_version_id)
        .join(whole_set, whole_set.id == whole.problem_set_id)
        .where(part_set.id.in_(set_ids) | whole_set.id.in_(set_ids))
        .order_by(part_set.name.desc(), part.number)
    ):
        kept = row.ProblemSlice
        both = {"part": kept.part, "seed": kept.seed}
        slice_of[kept.version_id] = SliceRow(name=row.whole_name, version=row.whole_number, **both)
        slices[kept.source_version_id].append(SliceRow(name=row.part_name, version=row.part_number, **both))
    return slice_of, slices
