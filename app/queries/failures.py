"""The failure groups of a run, summed from the derived counts: no attempt, revision or trace is read.

In: a session and a run's head. Out: `Failures`, which the web process caches by the run's version.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.queries.runs import ArmHead, RunHead, find_run
from app.reports.failures import (
    NO_PROBLEMS,
    ArmFailures,
    FailureArm,
    FailureGroup,
    Failures,
    ProblemIds,
)
from models import FailureCount, Run
from models.enums import RunKind
from models.failures import samples_of
from models.fingerprints import verdict_of

MOST_RUNS = 100
"""The newest so many are put together on the page across runs."""


def read_failures(session: Session, run: RunHead) -> Failures:
    """Every group of one run."""
    sums = _sums(session, run.id)
    problems, samples = _problems(session, run.id), _samples(session, run.id)
    by_fingerprint: dict[str, dict[int, Any]] = defaultdict(dict)
    for row in sums:
        by_fingerprint[row.fingerprint][row.arm_id] = row
    groups = [
        _group(run, fingerprint, rows, problems.get(fingerprint, NO_PROBLEMS), samples[fingerprint])
        for fingerprint, rows in by_fingerprint.items()
        if any(row.failed for row in rows.values())
    ]
    return Failures(
        arms=tuple(FailureArm(name=arm.name, kind=arm.kind) for arm in run.arms),
        groups=tuple(sorted(groups, key=lambda group: (-group.failed, group.fingerprint))),
        samples=run.samples,
    )


def runs_with_failures(session: Session) -> tuple[list[RunHead], int]:
    """The newest runs that are put together, re-runs apart, and how many older ones are left out."""
    listed = select(Run.id).where(Run.kind != RunKind.RERUN).order_by(Run.id.desc())
    ids = session.scalars(listed).all()
    return [find_run(session, run_id) for run_id in ids[:MOST_RUNS]], max(0, len(ids) - MOST_RUNS)


def _group(
    run: RunHead, fingerprint: str, rows: dict[int, Any], problems: ProblemIds, samples: Iterable[str]
) -> FailureGroup:
    verdict = verdict_of(fingerprint)
    if verdict is None:
        raise ValueError(f"{fingerprint!r} of run {run.id} is no fingerprint: `tekhne recount` counts it anew")
    return FailureGroup(
        fingerprint=fingerprint,
        verdict=verdict,
        arms=tuple(_of_arm(arm, rows) for arm in run.arms),
        problem_ids=problems,
        by_sample=_by_sample(samples),
        first_at=min(row.first_at for row in rows.values() if row.first_at),
        last_at=max(row.last_at for row in rows.values() if row.last_at),
        first_run=run.id,
        last_run=run.id,
    )


def _of_arm(arm: ArmHead, rows: dict[int, Any]) -> ArmFailures:
    row = rows.get(arm.id)
    return ArmFailures(failed=row.failed, revised=row.revised, repaired=row.repaired) if row else ArmFailures()


def _sums(session: Session, run_id: int) -> list[Any]:
    table = FailureCount
    return list(
        session.execute(
            select(
                *(table.fingerprint, table.arm_id),
                func.sum(table.failed).label("failed"),
                func.sum(table.revised).label("revised"),
                func.sum(table.repaired).label("repaired"),
                func.min(table.first_at).label("first_at"),
                func.max(table.last_at).label("last_at"),
            )
            .where(table.run_id == run_id)
            .group_by(table.fingerprint, table.arm_id)
        )
    )


def _problems(session: Session, run_id: int) -> dict[str, ProblemIds]:
    mine = select(FailureCount.fingerprint, FailureCount.problem_id).where(FailureCount.run_id == run_id)
    found: dict[str, set[int]] = defaultdict(set)
    for fingerprint, problem_id in session.execute(mine.where(FailureCount.failed > 0)):
        found[fingerprint].add(problem_id)
    return {fingerprint: np.array(sorted(ids), dtype=np.int64) for fingerprint, ids in found.items()}


def _samples(session: Session, run_id: int) -> dict[str, list[str]]:
    """The lists of sample numbers of each fingerprint, as they are stored."""
    mine = select(FailureCount.fingerprint, FailureCount.samples).where(FailureCount.run_id == run_id)
    found: dict[str, list[str]] = defaultdict(list)
    for fingerprint, samples in session.execute(mine.where(FailureCount.failed > 0)):
        found[fingerprint].append(samples)
    return found


def _by_sample(samples: Iterable[str]) -> tuple[int, ...]:
    # Few numbers occur many times: they are counted as they are written.
    written = Counter(",".join(samples).split(","))
    counted = {number: times for text, times in written.items() for number in samples_of(text)}
    return tuple(counted.get(number, 0) for number in range(max(counted, default=-1) + 1))
