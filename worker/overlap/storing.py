"""Comparisons of stored versions of problem sets, each made once and kept with its findings.

In: a version in the store. Out: rows. Versions never change, so a comparison is never made again. Texts are compared
while nobody waits: only the findings are written in a transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, Select, func, select, union
from sqlalchemy.orm import Session, aliased

from models import (
    OverlapComparison,
    OverlapFinding,
    Problem,
    ProblemOrigin,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Store,
)
from models.enums import Origin
from worker.overlap.pairs import NearDuplicate, NearDuplicateIndex
from worker.overlap.similarity import DEFAULT_LIMITS
from worker.problem_sets import ProblemContent
from worker.problem_sets.storing import read_version


@dataclass(frozen=True, kw_only=True)
class ComparedSet:
    """What comparing a version with another set found."""

    name: str
    itself: bool
    findings: int


def note_overlap(store: Store, version_id: int, others: Collection[int] | None = None) -> list[ComparedSet]:
    """Compare a version with others and keep the findings; those with findings, by name.

    What was compared before is not compared again, but is in the result.

    Args:
        others: row ids of versions; by default the version itself and the newest version of every other set.
    """
    with store.reader() as session:
        wanted = list(others) if others is not None else _newest_of_all(session, version_id)
        missing = [other for other in wanted if _known(session, version_id, other) is None]
        found = _compare(session, version_id, missing) if missing else {}
    for other, pairs in found.items():
        with store.writer() as session:
            _keep(session, version_id, other, pairs)
    with store.reader() as session:
        compared = [_compared(session, version_id, other) for other in wanted]
    return sorted((one for one in compared if one.findings), key=lambda one: one.name)


def note_trained(store: Store, checkpoint_id: int) -> list[ComparedSet]:
    """The same for the versions that hold what a checkpoint saw in training, whole or in part.

    Only pairs of a problem that it saw with one that it did not see count: of a critic that read a few problems of a
    set, those few.
    """
    with store.reader() as session:
        versions = _versions_read(session, _texts_read(checkpoint_id))
    for version in versions:
        note_overlap(store, version)
    found: dict[str, set[tuple[int, int]]] = {}
    with store.reader() as session:
        for version in versions:
            for name, mine, theirs in session.execute(_alike_to_read(version, _texts_read(checkpoint_id))):
                found.setdefault(name, set()).add((mine, theirs))
    return [ComparedSet(name=name, itself=False, findings=len(pairs)) for name, pairs in sorted(found.items())]


def _texts_read(checkpoint_id: int) -> Select[str]:
    return select(ProblemOrigin.text_hash).where(
        ProblemOrigin.checkpoint_id == checkpoint_id, ProblemOrigin.origin == Origin.SEEN
    )


def _versions_read(session: Session, texts: Select[str]) -> list[int]:
    """As few versions as hold together all problems that were read: those that hold the most, the smallest first."""
    counted = select(ProblemSetMember.version_id, func.count()).group_by(ProblemSetMember.version_id)
    sizes = {row[0]: row[1] for row in session.execute(counted)}
    read: dict[int, set[str]] = {}
    for version, text in session.execute(
        select(ProblemSetMember.version_id, Problem.text_hash)
        .join(Problem, Problem.id == ProblemSetMember.problem_id)
        .where(Problem.text_hash.in_(texts))
    ):
        read.setdefault(version, set()).add(text)
    chosen, covered = [], set[str]()
    for version in sorted(read, key=lambda one: (-len(read[one]), sizes[one], -one)):
        if not read[version] <= covered:
            chosen.append(version)
            covered |= read[version]
    return chosen


def _alike_to_read(version_id: int, texts: Select[str]) -> CompoundSelect[str, int, int]:
    """(other set, problem, other problem) for problems of the version that were read and are like one that was not."""
    halves = []
    pair, between = OverlapFinding, OverlapComparison
    for own, mine, other, theirs in (
        (between.version_id, pair.problem_id, between.other_version_id, pair.other_problem_id),
        (between.other_version_id, pair.other_problem_id, between.version_id, pair.problem_id),
    ):
        unread, one = aliased(Problem), aliased(Problem)
        halves.append(
            select(ProblemSet.name, mine, theirs)
            .join(between, between.id == pair.comparison_id)
            .join(ProblemSetVersion, ProblemSetVersion.id == other)
            .join(ProblemSet, ProblemSet.id == ProblemSetVersion.problem_set_id)
            .join(one, one.id == mine)
            .join(unread, unread.id == theirs)
            .where(own == version_id, other != version_id)
            .where(one.text_hash.in_(texts), unread.text_hash.not_in(texts))
        )
    return union(*halves)


_Pairs = list[tuple[int, int, NearDuplicate]]
"""Row ids of a problem of the version and of one of the other, with how alike they are."""


def _newest_of_all(session: Session, version_id: int) -> list[int]:
    own = select(ProblemSetVersion.problem_set_id).where(ProblemSetVersion.id == version_id).scalar_subquery()
    newest = (
        select(func.max(ProblemSetVersion.id))
        .where(ProblemSetVersion.problem_set_id != own)
        .group_by(ProblemSetVersion.problem_set_id)
    )
    return [version_id, *session.scalars(newest)]


def _known(session: Session, version_id: int, other_id: int) -> int | None:
    first, second = sorted((version_id, other_id))
    found: int | None = session.scalar(
        select(OverlapComparison.id).where(
            OverlapComparison.version_id == first, OverlapComparison.other_version_id == second
        )
    )
    return found


def _compare(session: Session, version_id: int, others: Collection[int]) -> dict[int, _Pairs]:
    """The findings with each of the other versions."""
    version = session.get_one(ProblemSetVersion, version_id)
    index = NearDuplicateIndex()
    ids = _ids(session, version)
    within = [pair for problem in read_version(session, version).problems for pair in index.add(problem)]
    found: dict[int, _Pairs] = {}
    for other_id in others:
        pairs, their_ids = within, ids
        if other_id != version_id:
            other = session.get_one(ProblemSetVersion, other_id)
            their_ids = _ids(session, other)
            pairs = [pair for problem in read_version(session, other).problems for pair in index.find(problem)]
        found[other_id] = [
            (ids[pair.first.content_hash], their_ids[pair.second.content_hash], pair) for pair in pairs
        ]
    return found


def _keep(session: Session, version_id: int, other_id: int, pairs: _Pairs) -> None:
    """Write one comparison, unless somebody else did in the meantime."""
    if _known(session, version_id, other_id) is not None:
        return
    first, second = sorted((version_id, other_id))
    row = OverlapComparison(
        version_id=first,
        other_version_id=second,
        prompt_limit=DEFAULT_LIMITS.prompt,
        solution_limit=DEFAULT_LIMITS.solution,
    )
    session.add(row)
    session.flush()
    session.add_all(
        OverlapFinding(
            comparison_id=row.id,
            problem_id=mine if first == version_id else theirs,
            other_problem_id=theirs if first == version_id else mine,
            prompt_similarity=pair.prompt_similarity,
            solution_similarity=pair.solution_similarity,
        )
        for mine, theirs, pair in pairs
    )


def _compared(session: Session, version_id: int, other_id: int) -> ComparedSet:
    name = session.scalar(select(ProblemSet.name).join(ProblemSetVersion).where(ProblemSetVersion.id == other_id))
    known = _known(session, version_id, other_id)
    findings = session.scalar(select(func.count()).where(OverlapFinding.comparison_id == known))
    return ComparedSet(name=name or "", itself=other_id == version_id, findings=findings or 0)


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
