"""A run in a handful of numbers an arm, for lists of runs.

In: a session, a run's id and its arms. Out: sums over the derived counts, by one grouped select.
"""

from dataclasses import dataclass, replace

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.queries.problem_sets import count_origins
from app.queries.runs import ArmHead
from models import Arm, Checkpoint, Run, RunProblem, RunProblemCount
from models.arm_kinds import ArmKind
from models.enums import Origin, RunState


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
    unscored: int
    new_tokens: int
    owes: bool = False
    """The run goes on or stopped short, and drafts wait for this arm: what it has is mostly what needs no repair."""

    @property
    def pass_share(self) -> float | None:
        """Share of scored samples that passed; None where none is scored, or some are still owed."""
        return self.c / self.n if self.n and not self.owes else None


@dataclass(frozen=True, kw_only=True)
class RunSums:
    problems: int
    """Problems the run covers, with results or not."""
    arms: tuple[ArmSums, ...]
    origins: dict[Origin, int]
    """How many of the problems were seen in training, were not, or nobody knows."""

    @property
    def base(self) -> ArmSums | None:
        return next((arm for arm in self.arms if arm.arm.kind == ArmKind.BASE), None)


def read_sums(session: Session, run_id: int) -> RunSums:
    """One grouped select over the run's counts, and one over its problems."""
    table = RunProblemCount
    rows = session.execute(
        select(
            Arm.id,
            Arm.name,
            Arm.kind,
            Checkpoint.name,
            func.count(table.problem_id),
            func.coalesce(func.sum(table.n), 0),
            func.coalesce(func.sum(table.c), 0),
            func.coalesce(func.sum(case((table.c < table.n, 1), else_=0)), 0),
            func.coalesce(func.sum(table.fixed), 0),
            func.coalesce(func.sum(case((table.fixed > 0, 1), else_=0)), 0),
            func.coalesce(func.sum(table.broken), 0),
            func.coalesce(func.sum(table.unscored), 0),
            func.coalesce(func.sum(table.new_tokens), 0),
        )
        .outerjoin(table, (table.arm_id == Arm.id) & (table.run_id == run_id))
        .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
        .where(Arm.run_id == run_id)
        .group_by(Arm.id, Checkpoint.name)
        .order_by(Arm.position, Arm.id)
    )
    problems = session.scalar(select(func.count()).where(RunProblem.run_id == run_id)) or 0
    finished = session.scalar(select(Run.state).where(Run.id == run_id)) is RunState.DONE
    arms = tuple(_arm(*row) for row in rows)
    if not finished:
        unscored_drafts = sum(arm.unscored for arm in arms if not arm.arm.kind.repairs)
        arms = tuple(replace(arm, owes=arm.arm.kind.repairs and arm.unscored > unscored_drafts) for arm in arms)
    return RunSums(problems=problems, arms=arms, origins=count_origins(session, run_id))


def _arm(arm_id: int, name: str, kind: ArmKind, checkpoint: str | None, *sums: int) -> ArmSums:
    head = ArmHead(id=arm_id, name=name, kind=kind, checkpoint=checkpoint or "")
    problems, n, c, failed, fixed, fixed_problems, broken, unscored, tokens = sums
    return ArmSums(
        arm=head,
        problems=problems,
        n=n,
        c=c,
        failed_problems=failed,
        fixed=fixed,
        fixed_problems=fixed_problems,
        broken=broken,
        unscored=unscored,
        new_tokens=tokens,
    )
