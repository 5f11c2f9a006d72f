"""Writing what a run produced: programs and traces by content, drafts and revisions by key, counts beside them.

Everything here may be repeated: a sample that is stored already is left as it is, and a trace that is settled is
shared by every program that equals it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Arm, Attempt, Program, Reflection, Revision, RulerIdentity, Run, Trace
from models.base import content_hash, now
from models.enums import FinishReason, Verdict
from worker.ruler import Judgement, RuleResult, Tests
from worker.ruler import RulerIdentity as Identity
from worker.runs.counting import count
from worker.runs.storable import storable


@dataclass(frozen=True, kw_only=True)
class Written:
    """One program as an engine or critic wrote it, before any verdict."""

    text: str
    finish_reason: FinishReason
    seed: int | None
    prompt_tokens: int
    new_tokens: int
    seconds: float
    logprob: float | None
    error: str = ""
    """Why the engine could not write it; then it is unscored."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The ruler's word on one program: by the hidden tests and, where the problem has them, by the examples."""

    hidden: Judgement
    hidden_tests: Tests
    example: Judgement | None = None
    example_tests: Tests | None = None

    @property
    def passed(self) -> bool:
        return self.hidden.fixed.verdict is Verdict.PASSED

    @property
    def example_passed(self) -> bool:
        return self.example is not None and self.example.fixed.verdict is Verdict.PASSED


@dataclass(frozen=True, kw_only=True)
class SampleKey:
    """Names one sample of one arm of one run."""

    run_id: int
    problem_id: int
    arm_id: int
    sample: int

    def columns(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("run_id", "problem_id", "arm_id", "sample")}


def keep_attempt(session: Session, key: SampleKey, written: Written, judged: Judged | None) -> int:
    """Store a draft with its verdicts; the id of its row, which may have been there already."""
    found = session.scalars(select(Attempt.id).filter_by(**key.columns())).first()
    if found is not None:
        return found
    row = Attempt(**key.columns(), **_written(written), **_verdicts(session, written, judged))
    session.add(row)
    session.flush()
    return row.id


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """One round of repair: what the critic saw, said and wrote."""

    attempt_id: int
    round: int
    shown_trace: str
    reflection: str
    reflection_tokens: int
    reflection_seconds: float
    revision: Written
    copied: bool
    edit_size: int


def keep_repair(session: Session, key: SampleKey, repaired: Repaired, judged: Judged | None) -> int:
    """Store a reflection and its revision with the verdicts; the revision's id."""
    columns = {**key.columns(), "round": repaired.round}
    found = session.scalars(select(Revision.id).filter_by(**columns)).first()
    if found is not None:
        return found
    reflection = Reflection(
        **columns,
        attempt_id=repaired.attempt_id,
        shown_trace=storable(repaired.shown_trace),
        text=storable(repaired.reflection),
        new_tokens=repaired.reflection_tokens,
        seconds=repaired.reflection_seconds,
    )
    session.add(reflection)
    session.flush()
    row = Revision(
        **columns,
        **_written(repaired.revision),
        **_verdicts(session, repaired.revision, judged),
        attempt_id=repaired.attempt_id,
        reflection_id=reflection.id,
        copied=repaired.copied,
        edit_size=repaired.edit_size,
    )
    session.add(row)
    session.flush()
    return row.id


def keep_counts(session: Session, run_id: int, arm_ids: set[int], problem_ids: set[int]) -> None:
    """Count the touched arms and problems anew, and mark the run as changed."""
    for arm in session.scalars(select(Arm).where(Arm.id.in_(arm_ids))):
        for problem_id in problem_ids:
            count(session, arm, problem_id)
    session.execute(update(Run).where(Run.id == run_id).values(revision_number=Run.revision_number + 1))


def _written(written: Written) -> dict[str, Any]:
    return {
        "text": storable(written.text),
        "finish_reason": written.finish_reason,
        "seed": written.seed,
        "prompt_tokens": written.prompt_tokens,
        "new_tokens": written.new_tokens,
        "seconds": written.seconds,
        "logprob": written.logprob,
    }


def _verdicts(session: Session, written: Written, judged: Judged | None) -> dict[str, Any]:
    if judged is None:
        # Ours, not the program's: an engine that failed leaves a sample without a score.
        reason = written.error or "The sample was never executed."
        return {"verdict": Verdict.SANDBOX_ERROR, "unscored_reason": reason}
    hidden = judged.hidden
    trace = _trace(session, hidden.fixed, judged.hidden_tests, hidden)
    return {
        "shape": hidden.assembly.shape,
        "notes": list(hidden.assembly.notes),
        "import_delta": {"added": list(hidden.import_delta.added), "removed": list(hidden.import_delta.removed)},
        "verdict": hidden.fixed.verdict,
        "verdict_raw": hidden.raw.verdict,
        "verdict_legacy": hidden.legacy.verdict if hidden.legacy else None,
        "example_verdict": judged.example.fixed.verdict if judged.example else None,
        "unscored_reason": "" if hidden.fixed.verdict.scored else hidden.fixed.message,
        "trace_id": trace.id,
        "raw_trace_id": _trace(session, hidden.raw, judged.hidden_tests, hidden).id,
        "example_trace_id": _example_trace(session, judged),
        "program_hash": hidden.fixed.program_hash,
    }


def _example_trace(session: Session, judged: Judged) -> int | None:
    if judged.example is None or judged.example_tests is None:
        return None
    return _trace(session, judged.example.fixed, judged.example_tests, judged.example).id


def _trace(session: Session, result: RuleResult, tests: Tests, judgement: Judgement) -> Trace:
    program = _program(session, result)
    ruler = ruler_row(session, judgement.ruler)
    hashed = tests_hash(tests)
    found = session.scalars(
        select(Trace).filter_by(program_id=program.id, tests_hash=hashed, ruler_id=ruler.id)
    ).first()
    if found is not None and found.verdict.settled:
        return found
    row = found or Trace(program_id=program.id, tests_hash=hashed, ruler_id=ruler.id)
    row.verdict, row.stage, row.message = result.verdict, result.stage, storable(result.message)
    row.line, row.column = result.line, result.column
    row.tests_completed, row.tests_named = list(result.tests_completed), list(result.tests_named)
    row.cpu_seconds, row.wall_seconds = result.cpu_seconds, result.wall_seconds
    row.memory_bytes = result.memory_bytes
    session.add(row)
    session.flush()
    return row


def _program(session: Session, result: RuleResult) -> Program:
    values = {"content_hash": result.program_hash, "source": storable(result.program)}
    _insert_once(session, Program, values)
    return session.scalars(select(Program).where(Program.content_hash == result.program_hash)).one()


def ruler_row(session: Session, identity: Identity) -> RulerIdentity:
    """The stored row of a ruler, made if it is new."""
    values = {
        "digest": identity.digest,
        "go_version": identity.go,
        "details": identity.as_dict(),
        "created_at": now(),
    }
    _insert_once(session, RulerIdentity, values)
    return session.scalars(select(RulerIdentity).where(RulerIdentity.digest == identity.digest)).one()


def _insert_once(session: Session, table: type[Program] | type[RulerIdentity], values: dict[str, Any]) -> None:
    """Two workers may arrive with the same row: the later one yields."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing())


def tests_hash(tests: Tests) -> str:
    """What names a group of tests in a trace's key."""
    return content_hash(tests.harness, tests.setup, tests.source)
