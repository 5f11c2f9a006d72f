"""Runs: the head of one run's pages, the list of all runs, and the ids that can be named on the command line.

In: a session. Out: frozen rows without results. Re-runs of single problems are not listed: they belong to a problem.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from models import Arm, Checkpoint, ProblemSet, ProblemSetVersion, Run, RunProblem
from models.arm_kinds import ArmKind
from models.enums import BudgetRule, RunKind, RunState, TestsKind


@dataclass(frozen=True, kw_only=True)
class ArmHead:
    """One arm of a run."""

    id: int
    name: str
    kind: ArmKind
    checkpoint: str
    """The checkpoint's name; empty where there is none."""


@dataclass(frozen=True, kw_only=True)
class SetHead:
    """A version of a problem set."""

    version_id: int
    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class RunHead:
    """A run without its results."""

    id: int
    name: str
    kind: RunKind
    state: RunState
    parent_id: int | None
    samples: int
    gated: bool
    feedback: TestsKind
    rounds: int
    budget: BudgetRule
    seed: int
    sampling: dict[str, Any]
    note: str
    error: str
    base: str
    """The base checkpoint's name; empty where unknown."""
    revision_number: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    arms: tuple[ArmHead, ...]
    sets: tuple[SetHead, ...]

    @property
    def version(self) -> str:
        """Differs whenever the run does: SQLite gives a deleted run's id to the next one, and numbers begin anew."""
        return f"{self.created_at.isoformat()} {self.state} {self.revision_number}"

    @property
    def base_arm(self) -> ArmHead | None:
        """The arm whose drafts are repaired."""
        return next((arm for arm in self.arms if arm.kind == ArmKind.BASE), self.arms[0] if self.arms else None)

    @property
    def critic_arm(self) -> ArmHead | None:
        """The first arm that repairs, resampling only where there is no critic: its changes stand in lists."""
        repairing = [arm for arm in self.arms if arm.kind.repairs]
        critics = [arm for arm in repairing if arm.kind != ArmKind.RESAMPLE]
        return next(iter(critics or repairing), None)

    def arm_named(self, name: str) -> ArmHead | None:
        return next((arm for arm in self.arms if arm.name == name), None)


def find_run(session: Session, run_id: int) -> RunHead:
    """The run's head.

    Raises:
        NotFound: there is no such run.
    """
    row = session.execute(
        select(Run, Checkpoint.name)
        .outerjoin(Checkpoint, Run.base_checkpoint_id == Checkpoint.id)
        .where(Run.id == run_id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no run {run_id}.", advice="The list of runs shows all that are in this store.")
    run, base = row
    return RunHead(
        id=run.id,
        name=run.name,
        kind=run.kind,
        state=run.state,
        parent_id=run.parent_id,
        samples=run.samples,
        gated=run.gated,
        feedback=run.feedback,
        rounds=run.rounds,
        budget=run.budget,
        seed=run.seed,
        sampling=run.sampling,
        note=run.note,
        error=run.error,
        base=base or "",
        revision_number=run.revision_number,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        arms=_arms(session, run_id),
        sets=_sets(session, run_id),
    )


def _arms(session: Session, run_id: int) -> tuple[ArmHead, ...]:
    rows = session.execute(
        select(Arm.id, Arm.name, Arm.kind, Checkpoint.name)
        .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
        .where(Arm.run_id == run_id)
        .order_by(Arm.position, Arm.id)
    )
    return tuple(ArmHead(id=i, name=name, kind=kind, checkpoint=of or "") for i, name, kind, of in rows)


def _sets(session: Session, run_id: int) -> tuple[SetHead, ...]:
    versions = select(RunProblem.version_id).where(RunProblem.run_id == run_id).distinct()
    rows = session.execute(
        select(ProblemSetVersion.id, ProblemSet.name, ProblemSetVersion.number)
        .join(ProblemSet)
        .where(ProblemSetVersion.id.in_(versions))
        .order_by(ProblemSet.name)
    )
    return tuple(SetHead(version_id=i, name=name, number=number) for i, name, number in rows)


PAGE_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class ListedRun:
    """One run in a list."""

    id: int
    name: str
    kind: RunKind
    state: RunState
    base: str
    samples: int
    gated: bool
    error: str
    revision_number: int
    created_at: datetime

    @property
    def version(self) -> str:
        """Differs whenever the run does: SQLite gives a deleted run's id to the next one, and numbers begin anew."""
        return f"{self.created_at.isoformat()} {self.state} {self.revision_number}"


@dataclass(frozen=True, kw_only=True)
class RunPage:
    rows: tuple[ListedRun, ...]
    next_before: int | None
    """The id that the next page goes on below; None on the last page."""


def list_runs(session: Session, *, before: int | None = None, rows: int = PAGE_ROWS) -> RunPage:
    """Runs with an id below `before`, the newest first."""
    statement = _RUNS.order_by(Run.id.desc()).limit(rows + 1)
    if before is not None:
        statement = statement.where(Run.id < before)
    found = [_listed(run, base) for run, base in session.execute(statement)]
    return RunPage(rows=tuple(found[:rows]), next_before=found[rows - 1].id if len(found) > rows else None)


def listed_runs(session: Session, run_ids: Collection[int]) -> tuple[ListedRun, ...]:
    """Those of the runs that are still there, the newest first."""
    rows = session.execute(_RUNS.where(Run.id.in_(run_ids)).order_by(Run.id.desc()))
    return tuple(_listed(run, base) for run, base in rows)


def newer_runs(session: Session, run_id: int) -> int:
    """How many runs came after this one."""
    return session.scalar(select(func.count()).where(Run.id > run_id, Run.kind != RunKind.RERUN)) or 0


_RUNS = (
    select(Run, Checkpoint.name)
    .outerjoin(Checkpoint, Run.base_checkpoint_id == Checkpoint.id)
    .where(Run.kind != RunKind.RERUN)
)


def _listed(run: Run, base: str | None) -> ListedRun:
    return ListedRun(
        id=run.id,
        name=run.name,
        kind=run.kind,
        state=run.state,
        base=base or "",
        samples=run.samples,
        gated=run.gated,
        error=run.error,
        revision_number=run.revision_number,
        created_at=run.created_at,
    )


def known_runs(session: Session) -> list[int]:
    """Numbers of all published and imported runs, newest first."""
    return list(session.scalars(select(Run.id).where(Run.kind != RunKind.RERUN).order_by(Run.id.desc())))
