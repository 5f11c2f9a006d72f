"""The sums that a run shows in lists: a handful of numbers for each arm.

In: a session and a run's id. Out: one frozen `RunSums`, by one grouped select over the derived counts.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Label, case, func, select
from sqlalchemy.orm import Session

from app.queries.origins import count_origins
from app.queries.runs import ArmHead, count_problems
from models import Arm, Checkpoint, Problem, Run, RunProblemCount
from models.arm_kinds import ArmKind
from models.counts import ABSENT, VERDICT_OF
from models.enums import Origin, RunState, TestsKind
from models.turns import owes_revision


@dataclass(frozen=True, kw_only=True)
class ArmSums:
    """One arm over all problems of its run."""

    arm: ArmHead
    problems: int
    """Problems that have results."""
    n: int
    """Scored samples."""
    c: int
    """Samples that passed."""
    failed_problems: int
    """Problems with a sample that did not pass."""
    fixed: int
    fixed_problems: int
    broken: int
    broken_problems: int
    unscored: int
    new_tokens: int
    owes_revision: bool
    """Some drafts still wait for this arm: most of its scored samples are drafts that needed no repair."""

    @property
    def pass_share(self) -> float | None:
        """Share of scored samples that passed; None if none is scored, or a revision is still owed."""
        return self.c / self.n if self.n and not self.owes_revision else None


@dataclass(frozen=True, kw_only=True)
class RunSums:
    problems: int
    """Problems that the run covers, with results or without; without the twins beside them."""
    twins: int
    arms: tuple[ArmSums, ...]
    origins: dict[Origin, int]
    """How many of the problems were seen in training, were not, or are of unknown origin."""

    @property
    def base(self) -> ArmSums | None:
        return next((arm for arm in self.arms if arm.arm.kind == ArmKind.BASE), None)


def read_sums(session: Session, run_id: int) -> RunSums:
    """The sums as the store holds them now."""
    problems, twins = count_problems(session, run_id)
    counted = (_COUNT.arm_id == Arm.id) & (_COUNT.run_id == run_id)
    if twins:
        # A twin is no further problem: it counts nowhere but in pairs with its original.
        counted &= _COUNT.problem_id.not_in(select(Problem.id).where(Problem.twin_of.is_not(None)))
    owing = _owing_arms(session, run_id)
    names = [column.name for column in _SUMS]
    arms = tuple(
        ArmSums(
            arm=ArmHead(id=arm_id, name=name, kind=kind, checkpoint=checkpoint or ""),
            owes_revision=arm_id in owing,
            **dict(zip(names, sums, strict=True)),
        )
        for arm_id, name, kind, checkpoint, *sums in session.execute(
            select(Arm.id, Arm.name, Arm.kind, Checkpoint.name, *_SUMS)
            .select_from(Arm)
            .outerjoin(RunProblemCount, counted)
            .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
            .where(Arm.run_id == run_id)
            .group_by(Arm.id, Checkpoint.name)
            .order_by(Arm.position, Arm.id)
        )
    )
    return RunSums(problems=problems, twins=twins, arms=arms, origins=count_origins(session, run_id))


def _sum(value: Any, name: str) -> Label[int]:
    return func.coalesce(func.sum(value), 0).label(name)


_COUNT = RunProblemCount
_SUMS = (
    func.count(_COUNT.problem_id).label("problems"),
    _sum(_COUNT.n, "n"),
    _sum(_COUNT.c, "c"),
    _sum(case((_COUNT.c < _COUNT.n, 1), else_=0), "failed_problems"),
    _sum(_COUNT.fixed, "fixed"),
    _sum(case((_COUNT.fixed > 0, 1), else_=0), "fixed_problems"),
    _sum(_COUNT.broken, "broken"),
    _sum(case((_COUNT.broken > 0, 1), else_=0), "broken_problems"),
    _sum(_COUNT.unscored, "unscored"),
    _sum(_COUNT.new_tokens, "new_tokens"),
)


def _owing_arms(session: Session, run_id: int) -> set[int]:
    """The arms of an unfinished run that still owe a revision: a sample without a verdict, whose draft needs one."""
    run = session.execute(select(Run.state, Run.gated, Run.rounds, Run.gate).where(Run.id == run_id)).one()
    if run.state is RunState.DONE:
        return set()
    # A draft's verdict on the example tests is in no strip: where they gate, a sample without a verdict waits for one.
    owed_after = {
        mark
        for mark, verdict in VERDICT_OF.items()
        if run.gate is TestsKind.EXAMPLE or owes_revision(verdict, gated=run.gated, rounds=run.rounds)
    }
    rows = session.execute(
        select(Arm.id, Arm.kind, _COUNT.draft_marks, _COUNT.marks)
        .join(Arm, _COUNT.arm_id == Arm.id)
        .where(_COUNT.run_id == run_id, _COUNT.marks.contains(ABSENT, autoescape=True))
    )
    return {
        arm_id
        for arm_id, kind, drafts, finals in rows
        if kind.repairs
        and any(final == ABSENT and draft in owed_after for draft, final in zip(drafts, finals, strict=False))
    }
