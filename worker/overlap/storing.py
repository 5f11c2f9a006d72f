"""Comparisons of stored versions of problem sets, each made once and kept with its findings.

In: a version in the store. Out: rows. Versions never change, so a comparison is never made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models import (
    OverlapComparison,
    OverlapFinding,
    Problem,
    ProblemOrigin,
    ProblemSetMember,
    ProblemSetVersion,
    Store,
)
from models.enums import Origin
from worker.overlap.pairs import NearDuplicate, NearDuplicateIndex
from worker.overlap.similarity import DEFAULT_LIMITS
from worker.problem_sets import ProblemContent
from worker.problem_sets.storing import newest_version, read_version


@dataclass(frozen=True, kw_only=True)
class ComparedSet:
    """What comparing a version with another set found."""

    name: str
    itself: bool
    findings: int


def compare_with_store(session: Session, version: ProblemSetVersion) -> list[ComparedSet]:
    """Compare a version with itself and with the newest version of every other set; those with findings, by name.

    What was compared before is not compared again, but is in the result.
    """
    newest = (
        select(func.max(ProblemSetVersion.id))
        .where(ProblemSetVersion.problem_set_id != version.problem_set_id)
        .group_by(ProblemSetVersion.problem_set_id)
    )
    others = session.scalars(select(ProblemSetVersion).where(ProblemSetVersion.id.in_(newest))).all()
    comparer = _Comparer(session, version)
    compared = [
        ComparedSet(name=other.problem_set.name, itself=other.id == version.id, findings=comparer.compare(other))
        for other in [version, *others]
    ]
    return sorted((one for one in compared if one.findings), key=lambda one: one.name)


def note_overlap(store: Store, name: str) -> list[ComparedSet]:
    """Compare the newest version of the set `name` with the store; those with findings."""
    with store.writer() as session:
        version = newest_version(session, name)
        return compare_with_store(session, version) if version is not None else []


def compare_trained(session: Session, checkpoint_id: int) -> list[ComparedSet]:
    """Compare every version of which a checkpoint saw all problems in training with all other sets of the store."""
    texts = select(ProblemOrigin.text_hash).where(
        ProblemOrigin.checkpoint_id == checkpoint_id, ProblemOrigin.origin == Origin.SEEN
    )
    seen = (
        select(ProblemSetMember.version_id)
        .join(Problem, Problem.id == ProblemSetMember.problem_id)
        .group_by(ProblemSetMember.version_id)
        .having(func.min(case((Problem.text_hash.in_(texts), 1), else_=0)) == 1)
    )
    versions = session.scalars(select(ProblemSetVersion).where(ProblemSetVersion.id.in_(seen))).all()
    return [one for version in versions for one in compare_with_store(session, version) if not one.itself]


def compare_versions(session: Session, version: ProblemSetVersion, other: ProblemSetVersion) -> int:
    """Compare two versions unless that was done; the number of findings."""
    return _Comparer(session, version).compare(other)


class _Comparer:
    """One version, indexed when it is first needed."""

    def __init__(self, session: Session, version: ProblemSetVersion) -> None:
        self._session = session
        self._version = version
        self._index: NearDuplicateIndex | None = None
        self._within: list[NearDuplicate] = []
        self._ids: dict[str, int] = {}

    def compare(self, other: ProblemSetVersion) -> int:
        first, second = sorted((self._version.id, other.id))
        known = self._session.scalar(
            select(OverlapComparison.id).where(
                OverlapComparison.version_id == first, OverlapComparison.other_version_id == second
            )
        )
        if known is None:
            known = self._add(first, second, other)
        count = select(func.count()).where(OverlapFinding.comparison_id == known)
        return self._session.scalar(count) or 0

    def _add(self, first: int, second: int, other: ProblemSetVersion) -> int:
        index = self._indexed()
        row = OverlapComparison(
            version_id=first,
            other_version_id=second,
            prompt_limit=DEFAULT_LIMITS.prompt,
            solution_limit=DEFAULT_LIMITS.solution,
        )
        self._session.add(row)
        self._session.flush()
        if other.id == self._version.id:
            pairs = self._within
        else:
            problems = read_version(self._session, other).problems
            self._ids |= _ids(self._session, other)
            pairs = [pair for problem in problems for pair in index.find(problem)]
        self._session.add_all(self._finding(row.id, pair, swap=first != self._version.id) for pair in pairs)
        self._session.flush()
        return row.id

    def _indexed(self) -> NearDuplicateIndex:
        if self._index is None:
            self._index = NearDuplicateIndex()
            self._ids = _ids(self._session, self._version)
            for problem in read_version(self._session, self._version).problems:
                self._within += self._index.add(problem)
        return self._index

    def _finding(self, comparison_id: int, pair: NearDuplicate, *, swap: bool) -> OverlapFinding:
        first, second = self._ids[pair.first.content_hash], self._ids[pair.second.content_hash]
        return OverlapFinding(
            comparison_id=comparison_id,
            problem_id=second if swap else first,
            other_problem_id=first if swap else second,
            prompt_similarity=pair.prompt_similarity,
            solution_similarity=pair.solution_similarity,
        )


def _ids(session: Session, version: ProblemSetVersion) -> dict[str, int]:
    """Row ids of the version's problems by content hash."""
    rows = session.execute(
        select(Problem.content_hash, Problem.id)
        .join(ProblemSetMember)
        .where(ProblemSetMember.version_id == version.id)
    )
    return {row.content_hash: row.id for row in rows}


def sentence(name: str, problems: int, compared: Sequence[ComparedSet]) -> str:
    """What a person is told after a comparison."""
    if not compared:
        return f"None of the {problems:,} problems of {name} is a near-duplicate of another in the store."
    parts = ", ".join(
        f"{one.findings:,} within it" if one.itself else f"{one.findings:,} with {one.name}" for one in compared
    )
    return f"Near-duplicates of problems of {name}: {parts} (`tekhne problems overlap {name} NAME` shows them)."


def as_rows(pairs: Sequence[NearDuplicate], first_set: str, second_set: str) -> list[dict[str, object]]:
    """The pairs as rows for JSON and CSV, with both texts."""
    return [
        {
            "first_set": first_set,
            "first": pair.first.task_id,
            "second_set": second_set,
            "second": pair.second.task_id,
            "prompt_similarity": round(pair.prompt_similarity, 4),
            "solution_similarity": round(pair.solution_similarity, 4),
            "same_name": pair.same_name,
            "first_text": _text(pair.first),
            "second_text": _text(pair.second),
        }
        for pair in pairs
    ]


def _text(problem: ProblemContent) -> str:
    return problem.prompt + (problem.canonical_solution or "")
