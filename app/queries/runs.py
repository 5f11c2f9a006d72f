"""Runs: the head of one run's pages, the list of all runs, and the ids that can be named on the command line.

In: a session. Out: frozen rows without results. Re-runs of single problems are not listed: they belong to a problem.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries import PAGE_ROWS, row_of
from models import Arm, Checkpoint, Problem, ProblemSet, ProblemSetVersion, Run, RunProblem
from models.arm_kinds import ArmKind
from models.enums import BudgetRule, RunKind, RunState, TestsKind


@dataclass(frozen=True, kw_only=True)
class ArmHead:
    """One arm of a run, without its results."""

    id: int
    name: str
    kind: ArmKind
    checkpoint: str
    """The checkpoint's name; empty if the arm has none."""


@dataclass(frozen=True, kw_only=True)
class SetHead:
    """A version of a problem set."""

    version_id: int
    name: str
    number: int


class _Versioned:
    """A run whose derived values can be cached."""

    created_at: datetime
    state: RunState
    revision_number: int

    @property
    def version(self) -> str:
        """Changes whenever the run does. A store that took the place of this one has other runs of the same ids."""
        return f"{self.created_at.isoformat()} {self.state} {self.revision_number}"


@dataclass(frozen=True, kw_only=True)
class RunHead(_Versioned):
    """A run without its results."""

    id: int
    name: str
    kind: RunKind
    state: RunState
    parent_id: int | None
    samples: int
    gated: bool
    token_confidence: bool
    gate: TestsKind
    feedback: TestsKind
    rounds: int
    budget: BudgetRule
    seed: int
    sampling: dict[str, Any]
    engine_notes: dict[str, str]
    """What the engine that drafted found out while writing, by what it is about: `bos`, `temperature`, …"""
    note: str
    """What people say the run is for."""
    pinned: bool
    tags: list[str]
    error: str
    base: str
    """The base checkpoint's name; empty if unknown."""
    revision_number: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    arms: tuple[ArmHead, ...]
    sets: tuple[SetHead, ...]

    @property
    def base_arm(self) -> ArmHead | None:
        """The arm whose drafts are repaired."""
        return next((arm for arm in self.arms if arm.kind == ArmKind.BASE), self.arms[0] if self.arms else None)

    @property
    def critic_arm(self) -> ArmHead | None:
        """The arm whose changes are shown in lists: the first critic, or resampling in a run without one."""
        repairing = [arm for arm in self.arms if arm.kind.repairs]
        critics = [arm for arm in repairing if arm.kind != ArmKind.RESAMPLE]
        return next(iter(critics or repairing), None)

    def arm_named(self, name: str) -> ArmHead | None:
        return next((arm for arm in self.arms if arm.name == name), None)


@dataclass(frozen=True, kw_only=True)
class ListedRun(_Versioned):
    """One run in a list."""

    id: int
    name: str
    kind: RunKind
    state: RunState
    base: str
    """The base checkpoint's name; empty if unknown."""
    samples: int
    gated: bool
    gate: TestsKind
    pinned: bool
    """Pinned runs stand above the others."""
    tags: list[str]
    error: str
    revision_number: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """One page of the list of runs."""

    rows: tuple[ListedRun, ...]
    next_before: int | None
    """The next page holds runs with ids below this one; None on the last page."""


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
        raise NotFound(f"There is no run {run_id}.", advice="The list of runs shows every run in this store.")
    run, base = row
    return row_of(RunHead, run, base=base or "", arms=find_arms(session, run_id), sets=find_sets(session, run_id))


def find_arms(session: Session, run_id: int) -> tuple[ArmHead, ...]:
    """The arms of a run in its order."""
    rows = session.execute(
        select(Arm.id, Arm.name, Arm.kind, Checkpoint.name)
        .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
        .where(Arm.run_id == run_id)
        .order_by(Arm.position, Arm.id)
    )
    return tuple(ArmHead(id=i, name=name, kind=kind, checkpoint=of or "") for i, name, kind, of in rows)


def find_sets(session: Session, run_id: int) -> tuple[SetHead, ...]:
    """The versions of problem sets that a run takes problems from."""
    versions = select(RunProblem.version_id).where(RunProblem.run_id == run_id).distinct()
    rows = session.execute(
        select(ProblemSetVersion.id, ProblemSet.name, ProblemSetVersion.number)
        .join(ProblemSet)
        .where(ProblemSetVersion.id.in_(versions))
        .order_by(ProblemSet.name, ProblemSetVersion.number)
    )
    return tuple(SetHead(version_id=i, name=name, number=number) for i, name, number in rows)


_LISTED = (
    select(Run, Checkpoint.name)
    .outerjoin(Checkpoint, Run.base_checkpoint_id == Checkpoint.id)
    .where(Run.kind != RunKind.RERUN)
    .order_by(Run.id.desc())
)


def list_runs(session: Session, *, before: int | None = None, rows: int = PAGE_ROWS, tag: str = "") -> RunPage:
    """Runs with an id below `before`, the newest first; with `tag`, only those that have it."""
    statement = _LISTED.limit(rows + 1)
    if tag:
        statement = statement.where(cast(Run.tags, String).contains(json.dumps(tag), autoescape=True))
    if before is not None:
        statement = statement.where(Run.id < before)
    found = [row_of(ListedRun, run, base=base or "") for run, base in session.execute(statement)]
    return RunPage(rows=tuple(found[:rows]), next_before=found[rows - 1].id if len(found) > rows else None)


def list_pinned(session: Session) -> tuple[ListedRun, ...]:
    """The newest pinned runs."""
    rows = session.execute(_LISTED.where(Run.pinned).limit(PAGE_ROWS))
    return tuple(row_of(ListedRun, run, base=base or "") for run, base in rows)


def listed_runs(session: Session, run_ids: Collection[int]) -> tuple[ListedRun, ...]:
    """Those of the runs that still exist, the newest first."""
    rows = session.execute(_LISTED.where(Run.id.in_(run_ids)))
    return tuple(row_of(ListedRun, run, base=base or "") for run, base in rows)


def count_newer_runs(session: Session, run_id: int) -> int:
    """How many listed runs were created after this one."""
    return session.scalar(select(func.count()).where(Run.id > run_id, Run.kind != RunKind.RERUN)) or 0


def list_run_ids(session: Session) -> list[int]:
    """The ids of all listed runs, the newest first."""
    return list(session.scalars(select(Run.id).where(Run.kind != RunKind.RERUN).order_by(Run.id.desc())))


def count_problems(session: Session, run_id: int) -> tuple[int, int]:
    """How many problems the run has, and how many twins beside them; a run of twins alone has problems only."""
    everything, twins = session.execute(
        select(func.count(), func.count(Problem.twin_of))
        .select_from(RunProblem)
        .join(Problem, Problem.id == RunProblem.problem_id)
        .where(RunProblem.run_id == run_id)
    ).one()
    return (everything, 0) if everything == twins else (everything - twins, twins)
