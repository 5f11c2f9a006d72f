"""The queue of a reviewer: how many failures of each arm are labelled, and the next one that is not.

In: a session, a run and a reviewer's name; without a name, what anybody labelled counts. Out: counts, or a problem and
a sample. Failures come from the derived counts: no attempt is read.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.queries.run_facts import ProblemFacts
from app.queries.runs import ArmHead, RunHead
from models import FailureCount, Review, ReviewLabel
from models.failures import samples_of


@dataclass(frozen=True, kw_only=True)
class ArmQueue:
    """How far an arm's failures are labelled."""

    arm: ArmHead
    failures: int
    labelled: int
    """Of those, by this reviewer or, where nobody is named, by anybody."""


def queues(session: Session, run: RunHead, reviewer: str) -> tuple[ArmQueue, ...]:
    """How many failures each arm has, and how many of them are labelled."""
    failures = dict(
        session.execute(
            select(FailureCount.arm_id, func.sum(FailureCount.failed))
            .where(FailureCount.run_id == run.id)
            .group_by(FailureCount.arm_id)
        ).all()
    )
    labelled = _labelled(session, run.id, reviewer)
    # Only what somebody reviewed is taken apart: a run may have a million failures.
    reviewed = select(Review.problem_id).where(
        Review.run_id == FailureCount.run_id, Review.problem_id == FailureCount.problem_id,
        Review.arm_id == FailureCount.arm_id,
    )  # fmt: skip
    rows = session.execute(
        select(FailureCount.arm_id, FailureCount.problem_id, FailureCount.samples).where(
            FailureCount.run_id == run.id, FailureCount.failed > 0, reviewed.exists()
        )
    )
    done = Counter(
        arm_id
        for arm_id, problem_id, samples in rows
        for sample in samples_of(samples)
        if (problem_id, arm_id, sample) in labelled
    )
    return tuple(
        ArmQueue(arm=arm, failures=failures[arm.id], labelled=done[arm.id])
        for arm in run.arms
        if failures.get(arm.id)
    )


def next_unlabelled(
    session: Session,
    run: RunHead,
    problems: Sequence[ProblemFacts],
    arm: ArmHead,
    reviewer: str,
    after: tuple[int, int] | None,
) -> tuple[ProblemFacts, int] | None:
    """The next failure of an arm that has no label yet: the problem and the sample.

    Args:
        problems: the problems to look through, in the order in which they are read.
        after: problem and sample that are shown now; the search goes on behind them and begins again at the end.
    """
    labelled = _labelled(session, run.id, reviewer)
    failed: dict[int, list[str]] = defaultdict(list)
    for problem_id, samples in session.execute(
        select(FailureCount.problem_id, FailureCount.samples).where(
            FailureCount.run_id == run.id, FailureCount.arm_id == arm.id, FailureCount.failed > 0
        )
    ):
        failed[problem_id].append(samples)
    here, sample_here = after or (0, -1)
    start = next((number for number, row in enumerate(problems) if row.problem_id == here), 0)
    # The shown problem comes first with its later samples, and last with its earlier ones.
    order = [*problems[start:], *problems[: start + 1]] if after else list(problems)
    for number, row in enumerate(order):
        for sample in sorted(one for samples in failed.get(row.problem_id, ()) for one in samples_of(samples)):
            is_behind = number > 0 or row.problem_id != here or sample > sample_here
            if is_behind and (row.problem_id, arm.id, sample) not in labelled:
                return row, sample
    return None


def _labelled(session: Session, run_id: int, reviewer: str) -> set[tuple[int, int, int]]:
    wanted = (
        select(Review.problem_id, Review.arm_id, Review.sample)
        .join(ReviewLabel, ReviewLabel.review_id == Review.id)
        .where(Review.run_id == run_id)
        .distinct()
    )
    if reviewer:
        wanted = wanted.where(Review.reviewer == reviewer)
    return {(problem_id, arm_id, sample) for problem_id, arm_id, sample in session.execute(wanted)}
