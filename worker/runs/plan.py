"""A stored run as the loop needs it: frozen, with the samples that are still missing.

In: a run's id. Out: a `RunPlan`. Resuming a run is nothing more than planning what the store does not hold yet.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Arm, Attempt, Checkpoint, ProblemSetVersion, Revision, Run, RunProblem
from models import Problem as ProblemRow
from models.arm_kinds import ArmKind
from models.enums import BudgetRule, FinishReason, RunKind, TestsKind, Verdict
from models.specification import Sampling
from worker.problem_sets.problem import ProblemContent
from worker.problem_sets.storing import problem_of_row
from worker.runs.errors import DRAFT_GONE, NothingToRepair, UnknownRun
from worker.runs.lessons import StoredLesson, read_lessons


@dataclass(frozen=True, kw_only=True)
class PlannedProblem:
    """A problem of the run, and the row that results name."""

    id: int
    problem: ProblemContent


@dataclass(frozen=True, kw_only=True)
class PlannedCheckpoint:
    id: int
    name: str
    kind: str
    location: str
    content_hash: str
    tokenizer_hash: str = ""
    training: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    """How it was made."""


@dataclass(frozen=True, kw_only=True)
class RunPart:
    """What one shard does of a run: problems by their row's id, in the run's order."""

    problems: tuple[int, ...]
    postponed: tuple[int, ...] = ()
    """Those of them that are only drafted, because a repair is shown a draft that is not written yet."""
    lent: tuple[int, ...] = ()
    """Problems of other shards whose stored drafts are shown to repairs of this one."""


IDS_AT_ONCE = 500
RERUN_SETTINGS = ("edited_trace", "edited_prompt", "edited_reflection", "reflection_source")


@dataclass(frozen=True, kw_only=True)
class PlannedArm:
    """One arm; the fields of a re-run are None in other runs."""

    id: int
    name: str
    kind: ArmKind
    checkpoint: PlannedCheckpoint | None
    sampling: Sampling
    attempt_ids: tuple[int, ...] = ()
    """The drafts that a re-run repairs, one of each problem."""
    edited_trace: str | None = None
    edited_prompt: str | None = None
    edited_reflection: str | None = None
    reflection_source: str | None = None


@dataclass(frozen=True, kw_only=True)
class StoredAttempt:
    """A draft that is in the store already, as far as repairing it needs it."""

    id: int
    problem_id: int
    arm_id: int
    sample: int
    text: str
    verdict: Verdict | None
    finish_reason: FinishReason


@dataclass(frozen=True, kw_only=True)
class StoredRevision:
    """A revision that is in the store already, as far as the next round needs it."""

    arm_id: int
    problem_id: int
    sample: int
    round: int
    text: str
    verdict: Verdict | None
    new_tokens: int


@dataclass(frozen=True, kw_only=True)
class RunPlan:
    """A run, and what the store holds of it already."""

    run_id: int
    kind: RunKind
    parent_id: int | None
    base: PlannedCheckpoint | None
    arms: tuple[PlannedArm, ...]
    problems: tuple[PlannedProblem, ...]
    order: tuple[int, ...]
    """Row ids of all problems of the run, also of those that another shard does."""
    samples: int
    seed: int
    sampling: Sampling
    feedback: TestsKind
    gated: bool
    gate: TestsKind
    rounds: int
    drafted: dict[tuple[int, int, int], StoredAttempt]
    """By (arm, problem, sample)."""
    revised: dict[tuple[int, int, int, int], StoredRevision]
    """By (arm, problem, sample, round)."""
    budget: BudgetRule
    drafts_to_repair: dict[int, StoredAttempt]
    """Of a re-run, by problem: the draft of its parent that every sample begins with."""
    modules: tuple[str, ...] = ()
    """Go modules that its problem sets need."""
    token_confidence: bool = True
    """Whether the log-probabilities of its revisions' tokens are kept."""
    lessons: dict[int, tuple[StoredLesson, ...]] = field(default_factory=dict)
    """Verified transcripts by problem, where an arm has its reflection given."""

    drafted_only: frozenset[int] = frozenset()
    """Problems whose drafts are not repaired here: those of `RunPart.postponed` and `RunPart.lent`."""
    lent: frozenset[int] = frozenset()

    @property
    def is_interactive(self) -> bool:
        """Whether somebody waits for it: a re-run of one problem."""
        return self.kind is RunKind.RERUN and len(self.order) == 1

    @property
    def base_arm(self) -> PlannedArm | None:
        """The arm that drafts; None in a re-run, which repairs a draft of its parent."""
        return next((arm for arm in self.arms if not arm.kind.repairs), None)

    @property
    def repairing_arms(self) -> tuple[PlannedArm, ...]:
        """In the run's order, resampling last: under an equal-token budget it spends what the others spent."""
        repairing = [arm for arm in self.arms if arm.kind.repairs]
        return tuple(sorted(repairing, key=lambda arm: arm.kind == ArmKind.RESAMPLE))


def read_plan(session: Session, run_id: int, part: RunPart | None = None) -> RunPlan:
    """Everything the loop needs of a run, or of a part of it.

    Raises:
        UnknownRun: it is not in the store.
        NothingToRepair: it is a re-run of a draft that is not in the store.
    """
    run = session.get(Run, run_id)
    if run is None:
        raise UnknownRun(f"Run {run_id} is not in the store: was it deleted?")
    arms = tuple(_arm(session, arm) for arm in run.arms)
    order = problem_order(session, run_id)
    wanted = {*part.problems, *part.lent} if part else None
    return RunPlan(
        run_id=run.id,
        kind=run.kind,
        parent_id=run.parent_id,
        base=planned_checkpoint(session, run.base_checkpoint_id),
        arms=arms,
        problems=_problems(session, run_id, wanted),
        order=order,
        samples=run.samples,
        seed=run.seed,
        sampling=Sampling.stored(run.sampling),
        feedback=run.feedback,
        gated=run.gated,
        gate=run.gate,
        rounds=run.rounds,
        drafted=_drafted(session, run_id, wanted),
        revised=_revised(session, run_id, wanted),
        budget=run.budget,
        drafts_to_repair=_drafts_to_repair(session, arms) if run.kind is RunKind.RERUN else {},
        modules=modules_of(session, run_id),
        token_confidence=run.token_confidence,
        lessons=read_lessons(session, order) if any(arm.kind.reflection.is_given for arm in arms) else {},
        drafted_only=frozenset((*part.postponed, *part.lent)) if part else frozenset(),
        lent=frozenset(part.lent) if part else frozenset(),
    )


def problem_order(session: Session, run_id: int) -> tuple[int, ...]:
    """Row ids of the run's problems."""
    rows = select(RunProblem.problem_id).where(RunProblem.run_id == run_id)
    return tuple(session.scalars(rows.order_by(RunProblem.position)))


def next_problem(order: tuple[int, ...], problem_id: int) -> int:
    """The problem whose trace is shown instead of a problem's own: the next one of the run, the same on every try."""
    return order[(order.index(problem_id) + 1) % len(order)]


def modules_of(session: Session, run_id: int) -> tuple[str, ...]:
    """Go modules that the run's problem sets need."""
    used = select(RunProblem.version_id).where(RunProblem.run_id == run_id)
    named = session.scalars(select(ProblemSetVersion.go_modules).where(ProblemSetVersion.id.in_(used)))
    return tuple(sorted({module for modules in named for module in modules.split()}))


def _problems(session: Session, run_id: int, wanted: Collection[int] | None) -> tuple[PlannedProblem, ...]:
    found = select(ProblemRow).join(RunProblem).where(RunProblem.run_id == run_id)
    if wanted is not None:
        found = found.where(RunProblem.problem_id.in_(wanted))
    rows = session.scalars(found.order_by(RunProblem.position))
    return tuple(PlannedProblem(id=row.id, problem=problem_of_row(row)) for row in rows)


def _arm(session: Session, arm: Arm) -> PlannedArm:
    return PlannedArm(
        id=arm.id,
        name=arm.name,
        kind=arm.kind,
        checkpoint=planned_checkpoint(session, arm.checkpoint_id),
        sampling=Sampling.stored(arm.settings),
        attempt_ids=tuple(arm.settings.get("attempt_ids") or filter(None, [arm.settings.get("attempt_id")])),
        **{name: arm.settings.get(name) for name in RERUN_SETTINGS},
    )


def planned_checkpoint(session: Session, checkpoint_id: int | None) -> PlannedCheckpoint | None:
    row = session.get(Checkpoint, checkpoint_id) if checkpoint_id is not None else None
    if row is None:
        return None
    names = ("id", "name", "kind", "location", "content_hash", "tokenizer_hash", "training")
    return PlannedCheckpoint(**{name: getattr(row, name) for name in names})


def _drafts_to_repair(session: Session, arms: tuple[PlannedArm, ...]) -> dict[int, StoredAttempt]:
    names = list(StoredAttempt.__dataclass_fields__)
    columns = [getattr(Attempt, name) for name in names]
    found: dict[int, StoredAttempt] = {}
    wanted = arms[0].attempt_ids
    for start in range(0, len(wanted), IDS_AT_ONCE):
        for row in session.execute(select(*columns).where(Attempt.id.in_(wanted[start : start + IDS_AT_ONCE]))):
            draft = StoredAttempt(**dict(zip(names, row, strict=True)))
            found[draft.problem_id] = draft
    if not found:
        raise NothingToRepair(DRAFT_GONE)
    return found


def _drafted(
    session: Session, run_id: int, wanted: Collection[int] | None
) -> dict[tuple[int, int, int], StoredAttempt]:
    names = list(StoredAttempt.__dataclass_fields__)
    found = select(*(getattr(Attempt, name) for name in names)).where(Attempt.run_id == run_id)
    if wanted is not None:
        found = found.where(Attempt.problem_id.in_(wanted))
    attempts = [StoredAttempt(**dict(zip(names, row, strict=True))) for row in session.execute(found)]
    return {(attempt.arm_id, attempt.problem_id, attempt.sample): attempt for attempt in attempts}


def _revised(
    session: Session, run_id: int, wanted: Collection[int] | None
) -> dict[tuple[int, int, int, int], StoredRevision]:
    names = list(StoredRevision.__dataclass_fields__)
    found = select(*(getattr(Revision, name) for name in names)).where(Revision.run_id == run_id)
    if wanted is not None:
        found = found.where(Revision.problem_id.in_(wanted))
    revisions = [StoredRevision(**dict(zip(names, row, strict=True))) for row in session.execute(found)]
    return {(one.arm_id, one.problem_id, one.sample, one.round): one for one in revisions}
