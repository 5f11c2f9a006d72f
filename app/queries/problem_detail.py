"""One problem of one run in full: its text and tests, and one sample's draft, reflections and revisions.

In: a session, a run, a problem and one sample of one arm. Out: frozen rows, by a few selects that each use a unique
key. Nothing is counted here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.queries import row_of
from app.queries.runs import ArmHead, RunHead
from models import Attempt, Problem, Reflection, Revision, RulerIdentity, Trace
from models.enums import FinishReason, Harness, RunKind, Shape, Stage, Verdict
from models.messages import CANDIDATE, deciding_fault, deciding_line


@dataclass(frozen=True, kw_only=True)
class ProblemStatement:
    """The problem itself."""

    id: int
    task_id: str
    entry_point: str
    description: str
    prompt: str
    harness: Harness
    test_setup: str
    example_tests: str
    """Empty if the problem has none."""
    hidden_tests: str
    canonical_solution: str
    """Empty if the problem has none."""


@dataclass(frozen=True, kw_only=True)
class TraceView:
    """A verdict with its evidence."""

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

    @property
    def place(self) -> tuple[int | None, int | None]:
        """Line and column at fault, in the program as the model wrote it; None where the fault lies elsewhere."""
        fault = deciding_fault(self.verdict, self.message)
        if fault is None:
            return self.line, self.column
        return (fault.line, fault.column) if fault.file == CANDIDATE else (None, None)


@dataclass(frozen=True, kw_only=True)
class DroppedText:
    """A piece of an answer that is no part of the program: a thought, prose, a usage example, a test of its own."""

    what: str
    line: int
    """Where it begins in the answer, from 1."""
    text: str


@dataclass(frozen=True, kw_only=True)
class ProgramView:
    """A draft or a revision with its verdicts."""

    kind: Literal["attempt", "revision"]
    """Together with the id it names the program's plain text."""
    called: str
    """`draft`, `revision`, or `new draft` where the arm did not read the draft."""
    id: int
    round: int
    """0 for a draft."""
    text: str
    finish_reason: FinishReason
    shape: Shape | None
    notes: tuple[str, ...]
    dropped: tuple[DroppedText, ...]
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
    """The message under the raw rule, if it differs from the trace's."""
    reflection: str
    """Empty for a draft, and for an arm that writes no reflection."""
    reflection_source: str
    """Who wrote a reflection that was given to the critic; empty for its own."""
    shown_trace: str
    """The trace as the critic read it."""

    @property
    def note(self) -> tuple[int, str] | None:
        """The line at fault, and the line of the message that decided the verdict."""
        line = self.trace.place[0] if self.trace else None
        if self.trace is None or line is None:
            return None
        return line, deciding_line(self.trace.verdict, self.trace.message)


def find_statement(session: Session, problem_id: int) -> ProblemStatement:
    row = session.get_one(Problem, problem_id)
    optional = {name: getattr(row, name) or "" for name in ("entry_point", "example_tests", "canonical_solution")}
    return row_of(ProblemStatement, row, **optional)


def program_text(session: Session, kind: Literal["attempt", "revision"], program_id: int) -> str:
    """The text of a draft or a revision as the model wrote it.

    Raises:
        NotFound: there is no such program.
    """
    table = Attempt if kind == "attempt" else Revision
    text = session.scalar(select(table.text).where(table.id == program_id))
    if text is None:
        raise NotFound(f"There is no {kind} {program_id}.")
    return text


def find_samples(session: Session, run: RunHead, problem_id: int, arm: ArmHead) -> tuple[int, ...]:
    """The sample numbers behind an arm's marks, in their order.

    An interrupted run has gaps: the third mark need not be sample 2.
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
    """The draft that a sample began with: the arm's own, the base's if the arm repairs, the parent's in a re-run."""
    wanted = _with_traces(Attempt)
    if run.kind is RunKind.RERUN:
        # Only the revisions of a re-run name the draft that they repair.
        wanted = wanted.join(Revision, Revision.attempt_id == Attempt.id)
        wanted = wanted.where(*_is_sample(Revision, run, problem_id, arm, sample)).limit(1)
    else:
        drafting = run.base_arm if arm.kind.repairs else arm
        if drafting is None:
            return None
        wanted = wanted.where(*_is_sample(Attempt, run, problem_id, drafting, sample))
    row = session.execute(wanted).one_or_none()
    return _program("attempt", "draft", *row) if row else None


def find_revisions(
    session: Session, run: RunHead, problem_id: int, arm: ArmHead, sample: int
) -> tuple[ProgramView, ...]:
    """Every round of repair of one sample, in order; empty for an arm that does not repair."""
    if not arm.kind.repairs:
        return ()
    rows = session.execute(
        _with_traces(Revision)
        .add_columns(Reflection)
        .outerjoin(Reflection, Revision.reflection_id == Reflection.id)
        .where(*_is_sample(Revision, run, problem_id, arm, sample))
        .order_by(Revision.round)
    )
    return tuple(_program("revision", arm.kind.writes, *row) for row in rows)


def _is_sample(
    table: type[Attempt] | type[Revision], run: RunHead, problem_id: int, arm: ArmHead, sample: int
) -> tuple[ColumnElement[bool], ...]:
    return (
        table.run_id == run.id,
        table.problem_id == problem_id,
        table.arm_id == arm.id,
        table.sample == sample,
    )


def _with_traces(table: type[Attempt] | type[Revision]) -> Select[*tuple[Any, ...]]:
    raw = aliased(Trace)
    return (
        select(table, Trace, RulerIdentity, raw)
        .outerjoin(Trace, table.trace_id == Trace.id)
        .outerjoin(RulerIdentity, Trace.ruler_id == RulerIdentity.id)
        .outerjoin(raw, table.raw_trace_id == raw.id)
    )


def _program(
    kind: Literal["attempt", "revision"],
    called: str,
    row: Attempt | Revision,
    trace: Trace | None,
    ruler: RulerIdentity | None,
    raw: Trace | None,
    reflection: Reflection | None = None,
) -> ProgramView:
    seen = _trace(trace, ruler) if trace and ruler else None
    return row_of(
        ProgramView,
        row,
        kind=kind,
        called=called,
        round=row.round if isinstance(row, Revision) else 0,
        notes=tuple(row.notes),
        dropped=tuple(
            DroppedText(what=what, line=1 + row.text.count("\n", 0, start), text=row.text[start:end])
            for what, start, end in row.dropped
        ),
        imports_added=tuple(row.import_delta.get("added", ())),
        imports_removed=tuple(row.import_delta.get("removed", ())),
        copied=isinstance(row, Revision) and row.copied,
        trace=seen,
        raw_message=raw.message if raw and (seen is None or raw.message != seen.message) else "",
        reflection=reflection.text if reflection else "",
        reflection_source=reflection.source if reflection else "",
        shown_trace=reflection.shown_trace if reflection else "",
    )


def _trace(row: Trace, ruler: RulerIdentity) -> TraceView:
    return row_of(
        TraceView,
        row,
        tests_completed=tuple(row.tests_completed),
        tests_named=tuple(row.tests_named),
        go_version=ruler.go_version,
        ruler_digest=ruler.digest,
    )
