"""How often real models solve the problems of a generated set, by level of difficulty: is the label calibrated?

In: a version of a set. Out: for each base that runs of this store drafted with, pass@1 by level over all those runs.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.reports.difficulty import LevelRate, rates_of_counts
from models import Arm, Checkpoint, GeneratedProblem, ProblemSetMember, Run, RunProblemCount
from models.arm_kinds import ArmKind
from models.enums import RunKind


@dataclass(frozen=True, kw_only=True)
class BaseLevels:
    """One base on the problems of a version."""

    checkpoint_id: int
    checkpoint: str
    runs: int
    samples: int
    """Scored drafts."""
    rates: tuple[LevelRate, ...]


def read_level_rates(session: Session, version_id: int) -> tuple[BaseLevels, ...]:
    """Each base that drafted for problems of the version, by name; empty for sets without labels."""
    rows = session.execute(
        select(
            *(Checkpoint.id, Checkpoint.name, RunProblemCount.run_id, RunProblemCount.problem_id),
            *(GeneratedProblem.difficulty, func.sum(RunProblemCount.n), func.sum(RunProblemCount.c)),
        )
        .select_from(ProblemSetMember)
        .join(GeneratedProblem, GeneratedProblem.problem_id == ProblemSetMember.problem_id)
        .join(RunProblemCount, RunProblemCount.problem_id == ProblemSetMember.problem_id)
        .join(Arm, Arm.id == RunProblemCount.arm_id)
        .join(Run, Run.id == RunProblemCount.run_id)
        .join(Checkpoint, Checkpoint.id == Run.base_checkpoint_id)
        .where(
            ProblemSetMember.version_id == version_id, Arm.kind == ArmKind.BASE, Run.kind == RunKind.EXPERIMENT,
            RunProblemCount.n > 0,
        )
        .group_by(
            *(Checkpoint.id, Checkpoint.name, RunProblemCount.run_id, RunProblemCount.problem_id),
            GeneratedProblem.difficulty,
        )
    ).all()  # fmt: skip
    counts: dict[tuple[int, str], dict[tuple[str, int], list[int]]] = defaultdict(dict)
    runs: dict[tuple[int, str], set[int]] = defaultdict(set)
    for checkpoint_id, name, run_id, problem_id, level, n, c in rows:
        runs[checkpoint_id, name].add(run_id)
        both = counts[checkpoint_id, name].setdefault((level, problem_id), [0, 0])
        both[0] += int(n)
        both[1] += int(c)
    return tuple(
        _levels(base, len(runs[base]), counts[base])
        for base in sorted(counts, key=lambda base: (base[1], base[0]))
    )


def _levels(base: tuple[int, str], runs: int, counts: dict[tuple[str, int], list[int]]) -> BaseLevels:
    by_level: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (level, _), (n, c) in sorted(counts.items()):
        by_level[level].append((n, c))
    return BaseLevels(
        checkpoint_id=base[0],
        checkpoint=base[1],
        runs=runs,
        samples=sum(n for n, _ in counts.values()),
        rates=rates_of_counts(base[1], by_level),
    )
