"""The history of one problem's re-runs: small runs whose parent is the run that is being read.

In: a session, the parent and the problem. Out: one frozen row a re-run, the newest first, by the derived counts
where there are any yet: a re-run that waits, failed or was cancelled stands there as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import Arm, Checkpoint, Run, RunProblem, RunProblemCount
from models.enums import RunKind, RunState

LISTED = 20


@dataclass(frozen=True, kw_only=True)
class Rerun:
    """One more try of a critic at one problem."""

    run_id: int
    state: RunState
    arm: str
    """The repairing arm's name."""
    critic: str
    """Its checkpoint; empty where it has none."""
    options: str
    """What was asked for in words: `temperature 0.8, seed 12, edited trace`."""
    marks: str
    draft_marks: str
    fixed: int
    created_at: datetime
    error: str


def find_reruns(session: Session, parent_id: int, problem_id: int) -> tuple[Rerun, ...]:
    rows = session.execute(
        select(Run, Arm, Checkpoint.name, RunProblemCount)
        .join(RunProblem, RunProblem.run_id == Run.id)
        .join(Arm, Arm.run_id == Run.id)
        .outerjoin(
            RunProblemCount,
            and_(RunProblemCount.arm_id == Arm.id, RunProblemCount.problem_id == RunProblem.problem_id),
        )
        .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
        .where(
            Run.parent_id == parent_id,
            Run.kind == RunKind.RERUN,
            RunProblem.problem_id == problem_id,
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
            options=_in_words(run.seed, arm.settings),
            marks=count.marks if count else "",
            draft_marks=count.draft_marks if count else "",
            fixed=count.fixed if count else 0,
            created_at=run.created_at,
            error=run.error,
        )
        for run, arm, critic, count in rows
        if arm.kind.repairs
    ]
    return tuple(found[:LISTED])


def edited_prompt(session: Session, arm_id: int) -> str:
    """What a re-run's critic was shown instead of the problem's prompt; empty where that was not changed."""
    settings: Mapping[str, Any] = session.get_one(Arm, arm_id).settings
    return settings.get("edited_prompt") or ""


def _in_words(seed: int, settings: Mapping[str, Any]) -> str:
    drawn = [f"temperature {settings['temperature']:g}"] if "temperature" in settings else []
    edited = [f"edited {part}" for part in ("trace", "prompt") if settings.get(f"edited_{part}") is not None]
    return ", ".join([*drawn, f"seed {seed}", *edited])
