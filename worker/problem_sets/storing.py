"""Problem sets in the store: putting one in as a version, reading a version back, and listing the sets.

Putting the same content again changes nothing. A changed set becomes a new version beside the old one, because runs
keep referring to the version that they used.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, Run, RunProblem
from models.problem import newest_version
from worker.problem_sets.own_sets import OWN_SETS, load_own_set
from worker.problem_sets.problem import HASHED_FIELDS, ProblemContent, ProblemSetContent


def install_own_sets(session: Session) -> dict[str, ProblemSetVersion]:
    """Put `tekhne-seen` and `tekhne-fresh` into the store; their current versions by set name."""
    return {name: put_problem_set(session, load_own_set(which)) for which, name in OWN_SETS.items()}


def put_problem_set(session: Session, problem_set: ProblemSetContent) -> ProblemSetVersion:
    """The stored version with the content of `problem_set`, added if it is new."""
    row = _set_row(session, problem_set)
    wanted = select(ProblemSetVersion).where(
        ProblemSetVersion.problem_set_id == row.id,
        ProblemSetVersion.content_hash == problem_set.version_hash,
    )
    found = session.scalar(wanted)
    if found is None:
        return _add_version(session, row, problem_set)
    # Neither dates nor whose twin a problem is make another version.
    if any(problem.date or problem.twin_of for problem in problem_set.problems):
        _problem_ids(session, problem_set)
    return found


def find_problem_set(session: Session, name: str) -> ProblemSetContent | None:
    """The newest version of the set `name`, or None."""
    version = newest_version(session, name)
    return None if version is None else read_version(session, version)


def read_version(session: Session, version: ProblemSetVersion) -> ProblemSetContent:
    """The content of one stored version."""
    rows = session.scalars(
        select(Problem)
        .join(ProblemSetMember)
        .where(ProblemSetMember.version_id == version.id)
        .order_by(ProblemSetMember.position)
    )
    parent = version.problem_set
    return ProblemSetContent(
        name=parent.name,
        problems=tuple(problem_of_row(row, parent.source, parent.licence) for row in rows),
        modules=tuple(version.go_modules.split()),
        source=parent.source,
        licence=parent.licence,
    )


def problem_of_row(row: Problem, source: str = "", licence: str = "") -> ProblemContent:
    values = {name: getattr(row, name) for name in HASHED_FIELDS}
    return ProblemContent(**values, source=source, licence=licence, date=row.date or "", twin_of=row.twin_of or "")


def _set_row(session: Session, problem_set: ProblemSetContent) -> ProblemSet:
    row = session.scalar(select(ProblemSet).where(ProblemSet.name == problem_set.name))
    if row is None:
        row = ProblemSet(name=problem_set.name, source=problem_set.source, licence=problem_set.licence)
        session.add(row)
        session.flush()
    return row


def _add_version(session: Session, row: ProblemSet, problem_set: ProblemSetContent) -> ProblemSetVersion:
    last = session.scalar(
        select(func.max(ProblemSetVersion.number)).where(ProblemSetVersion.problem_set_id == row.id)
    )
    version = ProblemSetVersion(
        problem_set=row,
        number=(last or 0) + 1,
        content_hash=problem_set.version_hash,
        go_modules=" ".join(problem_set.modules),
    )
    session.add(version)
    session.flush()
    ids = _problem_ids(session, problem_set)
    session.add_all(
        ProblemSetMember(version_id=version.id, problem_id=ids[problem.content_hash], position=position)
        for position, problem in enumerate(problem_set.problems)
    )
    session.flush()
    return version


def _problem_ids(session: Session, problem_set: ProblemSetContent) -> dict[str, int]:
    """Row ids by content hash; problems that the store does not have yet are added."""
    ids: dict[str, int] = {}
    changed: set[int] = set()
    for problem in problem_set.problems:
        row = session.scalar(select(Problem).where(Problem.content_hash == problem.content_hash))
        if row is None:
            values = {name: getattr(problem, name) for name in HASHED_FIELDS}
            row = Problem(content_hash=problem.content_hash, date=problem.date or None, **values)
            session.add(row)
            session.flush()
        elif problem.date and (row.date is None or problem.date < row.date):
            # The earliest date is the one from which on a model may have read it.
            row.date = problem.date
            changed.add(row.id)
        if problem.twin_of and row.twin_of != problem.twin_of:
            row.twin_of = problem.twin_of
            changed.add(row.id)
        ids[problem.content_hash] = row.id
    if changed:
        # Origins follow from both: reports that were computed before are not shown again.
        used = select(RunProblem.run_id).where(RunProblem.problem_id.in_(changed))
        session.execute(update(Run).where(Run.id.in_(used)).values(revision_number=Run.revision_number + 1))
    return ids


@dataclass(frozen=True, kw_only=True)
class SetListing:
    """One problem set as a list shows it."""

    name: str
    version: int
    problems: int
    source: str
    licence: str
    content_hash: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def list_newest(session: Session) -> list[SetListing]:
    """Every set by name, with its newest version."""
    newest = (
        select(ProblemSetVersion.problem_set_id, func.max(ProblemSetVersion.number).label("number"))
        .group_by(ProblemSetVersion.problem_set_id)
        .subquery()
    )
    count = select(func.count()).where(ProblemSetMember.version_id == ProblemSetVersion.id).scalar_subquery()
    rows = session.execute(
        select(ProblemSet, ProblemSetVersion, count)
        .join(newest, newest.c.problem_set_id == ProblemSet.id)
        .join(
            ProblemSetVersion,
            (ProblemSetVersion.problem_set_id == newest.c.problem_set_id)
            & (ProblemSetVersion.number == newest.c.number),
        )
        .order_by(ProblemSet.name)
    )
    return [
        SetListing(
            name=problem_set.name,
            version=version.number,
            problems=problems,
            source=problem_set.source,
            licence=problem_set.licence,
            content_hash=version.content_hash,
        )
        for problem_set, version, problems in rows
    ]
