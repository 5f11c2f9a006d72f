"""What sets the store has: one frozen row a set, newest version each."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import problem as tables


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
        select(tables.ProblemSetVersion.problem_set_id, func.max(tables.ProblemSetVersion.number).label("number"))
        .group_by(tables.ProblemSetVersion.problem_set_id)
        .subquery()
    )
    count = (
        select(func.count())
        .where(tables.ProblemSetMember.version_id == tables.ProblemSetVersion.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(tables.ProblemSet, tables.ProblemSetVersion, count)
        .join(newest, newest.c.problem_set_id == tables.ProblemSet.id)
        .join(
            tables.ProblemSetVersion,
            (tables.ProblemSetVersion.problem_set_id == newest.c.problem_set_id)
            & (tables.ProblemSetVersion.number == newest.c.number),
        )
        .order_by(tables.ProblemSet.name)
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
