"""Problem sets in the store: putting one in as a version, and reading a version back.

Idempotent: the same content is the same version however often it is put. A changed set becomes a new version
beside the old, because runs keep naming what they saw.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import problem as tables
from worker.problem_sets.own import OWN_SETS, load
from worker.problem_sets.problem import ProblemContent, ProblemSetContent

_COLUMNS = (
    "task_id",
    "entry_point",
    "description",
    "prompt",
    "declaration",
    "imports",
    "canonical_solution",
    "harness",
    "test_setup",
    "example_tests",
    "hidden_tests",
)


def install_own_sets(session: Session) -> dict[str, tables.ProblemSetVersion]:
    """Put `tekhne-seen` and `tekhne-fresh` into the store; their current versions by set name."""
    return {name: put_problem_set(session, load(which)) for which, name in OWN_SETS.items()}


def put_problem_set(session: Session, problem_set: ProblemSetContent) -> tables.ProblemSetVersion:
    """The stored version that equals `problem_set`, made if it is new."""
    row = _set_row(session, problem_set)
    wanted = select(tables.ProblemSetVersion).where(
        tables.ProblemSetVersion.problem_set_id == row.id,
        tables.ProblemSetVersion.content_hash == problem_set.version_hash,
    )
    found = session.scalar(wanted)
    return found if found is not None else _add_version(session, row, problem_set)


def find_problem_set(session: Session, name: str) -> ProblemSetContent | None:
    """The newest version of the set `name`, or None."""
    version = newest_version(session, name)
    return None if version is None else read_version(session, version)


def newest_version(session: Session, name: str) -> tables.ProblemSetVersion | None:
    newest_first = (
        select(tables.ProblemSetVersion)
        .join(tables.ProblemSet)
        .where(tables.ProblemSet.name == name)
        .order_by(tables.ProblemSetVersion.number.desc())
    )
    return session.scalars(newest_first.limit(1)).first()


def read_version(session: Session, version: tables.ProblemSetVersion) -> ProblemSetContent:
    """One stored version as the value that was put in."""
    rows = session.scalars(
        select(tables.Problem)
        .join(tables.ProblemSetMember)
        .where(tables.ProblemSetMember.version_id == version.id)
        .order_by(tables.ProblemSetMember.position)
    )
    parent = version.problem_set
    return ProblemSetContent(
        name=parent.name,
        problems=tuple(problem_of_row(row, parent.source, parent.licence) for row in rows),
        source=parent.source,
        licence=parent.licence,
    )


def problem_of_row(row: tables.Problem, source: str = "", licence: str = "") -> ProblemContent:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return ProblemContent(**values, source=source, licence=licence)


def _set_row(session: Session, problem_set: ProblemSetContent) -> tables.ProblemSet:
    row = session.scalar(select(tables.ProblemSet).where(tables.ProblemSet.name == problem_set.name))
    if row is None:
        row = tables.ProblemSet(name=problem_set.name, source=problem_set.source, licence=problem_set.licence)
        session.add(row)
        session.flush()
    return row


def _add_version(
    session: Session, row: tables.ProblemSet, problem_set: ProblemSetContent
) -> tables.ProblemSetVersion:
    last = session.scalar(
        select(func.max(tables.ProblemSetVersion.number)).where(tables.ProblemSetVersion.problem_set_id == row.id)
    )
    version = tables.ProblemSetVersion(
        problem_set=row, number=(last or 0) + 1, content_hash=problem_set.version_hash
    )
    session.add(version)
    session.flush()
    ids = _problem_ids(session, problem_set)
    session.add_all(
        tables.ProblemSetMember(version_id=version.id, problem_id=ids[problem.content_hash], position=position)
        for position, problem in enumerate(problem_set.problems)
    )
    session.flush()
    return version


def _problem_ids(session: Session, problem_set: ProblemSetContent) -> dict[str, int]:
    """Row ids by content hash; problems that no set has carried yet are added."""
    ids: dict[str, int] = {}
    for problem in problem_set.problems:
        row = session.scalar(select(tables.Problem).where(tables.Problem.content_hash == problem.content_hash))
        if row is None:
            values = {name: getattr(problem, name) for name in _COLUMNS}
            row = tables.Problem(content_hash=problem.content_hash, **values)
            session.add(row)
            session.flush()
        ids[problem.content_hash] = row.id
    return ids
