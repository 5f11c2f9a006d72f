"""The last re-run of each problem of a run, for the problem list and its filter.

In: a session and a run. Out: one `LastRerun` for each problem that was ever re-run, by the problem's row. Re-runs
change nothing of their parent, so they are read on each request and never cached with its facts.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import Run, RunProblem, RunProblemCount
from models.enums import RunKind, RunState


class RerunState(StrEnum):
    """How the last re-run of a problem ended, as the filter of the problem list asks for it."""

    ANY = "any"
    """There is one."""
    NONE = "none"
    """There is none."""
    PASSED = "passed"
    """A revision of it passed."""
    FAILED = "failed"
    """It is over, and none of its revisions passed."""
    UNDER_WAY = "under-way"


@dataclass(frozen=True, kw_only=True)
class LastRerun:
    """The newest re-run of one problem."""

    run_id: int
    run_state: RunState
    passed: int
    scored: int

    @property
    def state(self) -> RerunState:
        if self.run_state in (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED):
            return RerunState.UNDER_WAY
        return RerunState.PASSED if self.passed else RerunState.FAILED

    def is_in(self, wanted: RerunState) -> bool:
        return wanted in (RerunState.ANY, self.state)


def find_last_reruns(session: Session, run_id: int) -> dict[int, LastRerun]:
    """By the problem's row."""
    rows = session.execute(
        select(RunProblem.problem_id, Run.id, Run.state, RunProblemCount.c, RunProblemCount.n)
        .join(RunProblem, RunProblem.run_id == Run.id)
        .outerjoin(
            RunProblemCount,
            and_(RunProblemCount.run_id == Run.id, RunProblemCount.problem_id == RunProblem.problem_id),
        )
        .where(Run.parent_id == run_id, Run.kind == RunKind.RERUN)
        .order_by(Run.id)
    )
    return {
        problem_id: LastRerun(run_id=rerun_id, run_state=state, passed=passed or 0, scored=scored or 0)
        for problem_id, rerun_id, state, passed, scored in rows
    }
