"""One problem of one run in full: its text and tests, and one sample's draft, reflections and revisions.

In: a session, a run, a problem and one sample of one arm. Out: frozen rows, by a few selects that each use a unique
key. Nothing is counted here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.queries.runs import ArmHead, RunHead
from models import Attempt, Problem, Reflection, Revision, RulerIdentity, Trace
from models.enums import FinishReason, Harness, RunKind, Shape, Stage, Verdict


@dataclass(frozen=True, kw_only=True)
class TraceView:
    """What the ruler saw."""

    verdict: Verdict
    stage: Stage
    message: str
    line: int | None
    column: int | None
    tests_completed: tuple[str, ...]
    tests_named: tuple[str, ...]
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int
    executed_at: datetime
    go_version: str
    ruler_digest: str


@dataclass(frozen=True, kw_only=True)
class ProgramView:
    """A draft or a revision with its verdicts."""

    kind: str
    """`attempt` or `revision`: with the id it names the plain text."""
    id: int
    round: int
    """0 for a draft."""
    text: str
    finish_reason: FinishReason
    shape: Shape | None
    notes: tuple[str, ...]
    imports_added: tuple[str, ...]
    imports_removed: tuple[str, ...]
    verdict: Verdict | None
    verdict_raw: Verdict | None
    verdict_legacy: Verdict | None
    example_verdict: Verdict | None
    unscored_reason: str
    prompt_tokens: int
    new_tokens: int
    seconds: float
    seed: int | None
    created_at: datetime
    copied: bool
    trace: TraceView | None
    raw_message: str
    """What was said under the raw rule, where it differs from the trace."""
    reflection: str
    """Empty for a draft, and for an arm that writes none."""
    shown_trace: str
    """The trace as the critic read it."""

    @property
    def note(self) -> tuple[int, str] | None:
        """The line that the ruler named and the first line of what it said there."""
        if self.trace is None or self.trace.line is None:
            return None
        return self.trace.line, self.trace.message.split("\n", 1)[0]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The problem itself."""

    id: int
    task_id: str
    entry_point: str
    description: str
    prompt: str
    harness: Harness
    test_setup: str
    example_tests: str
    """Empty where the problem has none."""
    hidden_tests: str
    canonical_solution: str


def find_statement(session: Session, problem_id: int) -> Statement:
    row = session.get_one(Problem, problem_id)
    return Statement(
        id=row.id,
        task_id=row.task_id,
        entry_point=row.entry_point or "",
        description=row.description,
        prompt=row.prompt,
        harness=row.harness,
        test_setup=row.test_setup,
        example_tests=row.example_tests or "",
        hidden_tests=row.hidden_tests,
        canonical_solution=row.canonical_solution or "",
    )


def find_samples(session: Session, run: RunHead, problem_id: int, arm: ArmHead) -> tuple[int, ...]:
    """The numbers of the samples that an arm's strip of marks stands for, in its order.

    An interrupted run has gaps: the strip's third mark need not be sample 2.
    """
    drafting = run.base_arm if arm.kind.repairs else arm
    table = Revision if run.kind is RunKind.RERUN else Attempt
    own = arm if run.kind is RunKind.RERUN else drafting
    if own is None:
        return ()
    wanted = select(table.sample).where(
        table.run_id == run.id, table.problem_id == problem_id, table.arm_id == own.id
    )
    return tuple(session.scalars(wanted.distinct().order_by(table.sample)))


def find_draft(session: Session, run: RunHead, problem_id: int, arm: ArmHead, sample: int) -> ProgramView | None:
    """The draft that a sample began with: the arm's own, or the base's for an arm that repairs."""
    if run.kind is RunKind.RERUN:
        return _repaired_draft(session, run, problem_id, arm, sample)
    drafting = run.base_arm if arm.kind.repairs else arm
    if drafting is None:
        return None
    row = session.execute(
        _with_traces(select(Attempt), Attempt).where(
            Attempt.run_id == run.id,
            Attempt.problem_id == problem_id,
            Attempt.arm_id == drafting.id,
            Attempt.sample == sample,
        )
    ).one_or_none()
    return _program("attempt", *row) if row else None


def _repaired_draft(
    session: Session, run: RunHead, problem_id: int, arm: ArmHead, sample: int
) -> ProgramView | None:
    """A re-run repairs a draft of its parent, which its revisions name."""
    row = session.execute(
        _with_traces(select(Attempt), Attempt)
        .join(Revision, Revision.attempt_id == Attempt.id)
        .where(
            Revision.run_id == run.id,
            Revision.problem_id == problem_id,
            Revision.arm_id == arm.id,
            Revision.sample == sample,
        )
        .limit(1)
    ).one_or_none()
    return _program("attempt", *row) if row else None


def find_revisions(
    session: Session, run: RunHead, problem_id: int, arm: ArmHead, sample: int
) -> tuple[ProgramView, ...]:
    """Every round of repair of one sample, the first round first; empty for an arm that does not repair."""
    if not arm.kind.repairs:
        return ()
    rows = session.execute(
        _with_traces(select(Revision), Revision)
        .add_columns(Reflection)
        .outerjoin(Reflection, Revision.reflection_id == Reflection.id)
        .where(
            Revision.run_id == run.id,
            Revision.problem_id == problem_id,
            Revision.arm_id == arm.id,
            Revision.sample == sample,
        )
        .order_by(Revision.round)
    )
    return tuple(_program("revision", *row) for row in rows)


def _with_traces(statement: Select[Any], table: type[Attempt] | type[Revision]) -> Select[Any]:
    raw = aliased(Trace)
    return (
        statement.add_columns(Trace, RulerIdentity, raw)
        .outerjoin(Trace, table.trace_id == Trace.id)
        .outerjoin(RulerIdentity, Trace.ruler_id == RulerIdentity.id)
        .outerjoin(raw, table.raw_trace_id == raw.id)
    )


def _program(
    kind: str,
    row: Attempt | Revision,
    trace: Trace | None,
    ruler: RulerIdentity | None,
    raw: Trace | None,
    reflection: Reflection | None = None,
) -> ProgramView:
    seen = _trace(trace, ruler) if trace and ruler else None
    return ProgramView(
        kind=kind,
        id=row.id,
        round=row.round if isinstance(row, Revision) else 0,
        text=row.text,
        finish_reason=row.finish_reason,
        shape=row.shape,
        notes=tuple(row.notes),
        imports_added=tuple(row.import_delta.get("added", ())),
        imports_removed=tuple(row.import_delta.get("removed", ())),
        verdict=row.verdict,
        verdict_raw=row.verdict_raw,
        verdict_legacy=row.verdict_legacy,
        example_verdict=row.example_verdict,
        unscored_reason=row.unscored_reason,
        prompt_tokens=row.prompt_tokens,
        new_tokens=row.new_tokens,
        seconds=row.seconds,
        seed=row.seed,
        created_at=row.created_at,
        copied=isinstance(row, Revision) and row.copied,
        trace=seen,
        raw_message=raw.message if raw and (seen is None or raw.message != seen.message) else "",
        reflection=reflection.text if reflection else "",
        shown_trace=reflection.shown_trace if reflection else "",
    )


def _trace(row: Trace, ruler: RulerIdentity) -> TraceView:
    return TraceView(
        verdict=row.verdict,
        stage=row.stage,
        message=row.message,
        line=row.line,
        column=row.column,
        tests_completed=tuple(row.tests_completed),
        tests_named=tuple(row.tests_named),
        cpu_seconds=row.cpu_seconds,
        wall_seconds=row.wall_seconds,
        memory_bytes=row.memory_bytes,
        executed_at=row.executed_at,
        go_version=ruler.go_version,
        ruler_digest=ruler.digest,
    )


def program_text(session: Session, kind: Literal["attempt", "revision"], row_id: int) -> str:
    """A draft or a revision as the model wrote it.

    Raises:
        NotFound: there is no such row.
    """
    row = session.get(Attempt, row_id) if kind == "attempt" else session.get(Revision, row_id)
    if row is None:
        raise NotFound(f"There is no {kind} {row_id}.")
    return row.text
