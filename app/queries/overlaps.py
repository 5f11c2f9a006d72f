"""What is kept of generated sets and of near-duplicates, for the pages of sets and runs.

In: a session. Out: frozen rows. What was never compared is told apart from what was compared without a finding.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import (
    GeneratedProblem,
    Generation,
    OverlapComparison,
    OverlapFinding,
    Problem,
    ProblemOrigin,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Run,
    RunProblem,
)
from models.enums import Origin
from models.origins import read_lineage

MOST_PAIRS = 50
"""Pairs that a page shows; the command line has all."""


@dataclass(frozen=True, kw_only=True)
class GenerationRow:
    """How a version was generated."""

    generator: str
    generator_version: int
    seed: str | None
    """None while it is secret."""
    seed_hash: str
    created_at: datetime
    families: int
    levels: tuple[tuple[str, int], ...]
    """How many problems there are of each difficulty, the most first."""


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """Two problems that are near-duplicates."""

    task_id: str
    other_set: str
    other_task_id: str
    prompt_similarity: float
    solution_similarity: float


@dataclass(frozen=True, kw_only=True)
class VersionOverlap:
    """All near-duplicates that are known of one version."""

    compared_with: tuple[str, ...]
    """Names of the sets that it was compared with, its own among them if it was compared with itself."""
    pairs: tuple[PairRow, ...]
    """The most alike first, at most `MOST_PAIRS`."""
    total: int


@dataclass(frozen=True, kw_only=True)
class RunOverlap:
    """The problems of a run that its checkpoints saw nearly word for word."""

    problems: int
    alike: int
    """Problems that are a near-duplicate of another one that a checkpoint of the run was trained on."""
    examples: tuple[PairRow, ...]


def find_generation(session: Session, version_id: int) -> GenerationRow | None:
    """How the version was generated; None where it was not."""
    row = session.get(Generation, version_id)
    if row is None:
        return None
    kinds = session.execute(
        select(GeneratedProblem.family, GeneratedProblem.difficulty)
        .join(ProblemSetMember, ProblemSetMember.problem_id == GeneratedProblem.problem_id)
        .where(ProblemSetMember.version_id == version_id)
    ).all()
    return GenerationRow(
        generator=row.generator,
        generator_version=row.generator_version,
        seed=row.seed,
        seed_hash=row.seed_hash,
        created_at=row.created_at,
        families=len({family for family, _ in kinds}),
        levels=tuple(Counter(difficulty for _, difficulty in kinds).most_common()),
    )


def read_overlap(session: Session, version_id: int) -> VersionOverlap:
    """What comparisons of the version found, whichever side it stood on."""
    comparisons = session.scalars(
        select(OverlapComparison).where(
            or_(OverlapComparison.version_id == version_id, OverlapComparison.other_version_id == version_id)
        )
    ).all()
    others = {
        one.id: one.other_version_id if one.version_id == version_id else one.version_id for one in comparisons
    }
    names = {
        row.id: row.name
        for row in session.execute(
            select(ProblemSetVersion.id, ProblemSet.name)
            .join(ProblemSet)
            .where(ProblemSetVersion.id.in_(set(others.values())))
        )
    }
    mine = {one.id for one in comparisons if one.version_id == version_id}
    of_these = OverlapFinding.comparison_id.in_(others)
    pairs = [
        PairRow(
            task_id=first if comparison in mine else second,
            other_set=names[others[comparison]],
            other_task_id=second if comparison in mine else first,
            prompt_similarity=prompt,
            solution_similarity=solution,
        )
        for comparison, first, second, prompt, solution in _pairs(session, of_these)
    ]
    total = session.scalar(select(func.count()).select_from(OverlapFinding).where(of_these)) or 0
    return VersionOverlap(
        compared_with=tuple(sorted({names[other] for other in others.values()})), pairs=tuple(pairs), total=total
    )


def _pairs(session: Session, condition: ColumnElement[bool]) -> list[tuple[int, str, str, float, float]]:
    """Comparison, both task ids and similarities of findings, the most alike first."""
    first, second = aliased(Problem), aliased(Problem)
    alike = OverlapFinding.prompt_similarity + OverlapFinding.solution_similarity
    rows = session.execute(
        select(
            OverlapFinding.comparison_id,
            first.task_id,
            second.task_id,
            OverlapFinding.prompt_similarity,
            OverlapFinding.solution_similarity,
        )
        .join(first, first.id == OverlapFinding.problem_id)
        .join(second, second.id == OverlapFinding.other_problem_id)
        .where(condition)
        .order_by(alike.desc(), first.task_id, second.task_id)
        .limit(MOST_PAIRS)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def read_run_overlap(session: Session, run_id: int) -> RunOverlap | None:
    """Near-duplicates between a run's problems and those its checkpoints were trained on; None where none is known.

    A problem that was itself trained on is no near-duplicate: the run's origins tell of it.
    """
    run = session.get_one(Run, run_id)
    used = {run.base_checkpoint_id, *(arm.checkpoint_id for arm in run.arms)} - {None}
    texts = select(ProblemOrigin.text_hash).where(
        ProblemOrigin.checkpoint_id.in_(read_lineage(session, used)), ProblemOrigin.origin == Origin.SEEN
    )
    seen = select(Problem.id).where(Problem.text_hash.in_(texts))
    asked = select(RunProblem.problem_id).where(RunProblem.run_id == run_id, RunProblem.problem_id.not_in(seen))
    forth = and_(OverlapFinding.problem_id.in_(asked), OverlapFinding.other_problem_id.in_(seen))
    back = and_(OverlapFinding.other_problem_id.in_(asked), OverlapFinding.problem_id.in_(seen))
    alike = {
        *session.scalars(select(OverlapFinding.problem_id).where(forth)),
        *session.scalars(select(OverlapFinding.other_problem_id).where(back)),
    }
    if not alike:
        return None
    problems = session.scalar(select(func.count()).where(RunProblem.run_id == run_id)) or 0
    rows = [(one, two, p, s) for _, one, two, p, s in _pairs(session, forth)]
    rows += [(two, one, p, s) for _, one, two, p, s in _pairs(session, back)]
    examples = dict.fromkeys(
        PairRow(task_id=one, other_set="", other_task_id=two, prompt_similarity=p, solution_similarity=s)
        for one, two, p, s in rows
    )
    return RunOverlap(problems=problems, alike=len(alike), examples=tuple(examples)[:MOST_PAIRS])
