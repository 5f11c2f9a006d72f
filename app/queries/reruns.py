"""The history of one problem's re-runs: small runs whose parent is the run that is being read.

In: a session, the parent and the problem. Out: one frozen row a re-run, the newest first, by the derived counts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Arm, Checkpoint, Run, RunProblemCount
from models.enums import RunKind, RunState

LISTED = 20


@dataclass(frozen=True, kw_only=True)
class Rerun:
    """One more try of a critic at one problem."""

    run_id: int
    state: RunState
    arm: str
    """The repairing arm's name; empty before it has results."""
    critic: str
    """Its checkpoint; empty where it has none."""
    marks: str
    draft_marks: str
    fixed: int
    created_at: datetime
    error: str


def find_reruns(session: Session, parent_id: int, problem_id: int) -> tuple[Rerun, ...]:
    rows = session.execute(
        select(Run, Arm, Checkpoint.name, RunProblemCount)
        .join(RunProblemCount, RunProblemCount.run_id == Run.id)
        .join(Arm, Arm.id == RunProblemCount.arm_id)
        .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
        .where(
            Run.parent_id == parent_id,
            Run.kind == RunKind.RERUN,
            RunProblemCount.problem_id == problem_id,
        )
        .order_by(Run.id.desc(), Arm.position)
        .limit(LISTED * 2)
    )
    found = [
        Rerun(
            run_id=run.id,
            state=run.state,
            arm=arm.name,
            critic=critic or "",
            marks=count.marks,
            draft_marks=count.draft_marks,
            fixed=count.fixed,
            created_at=run.created_at,
            error=run.error,
        )
        for run, arm, critic, count in rows
        if arm.kind.repairs
    ]
    return tuple(found[:LISTED])
