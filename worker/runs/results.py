"""Writing what a run produced: drafts and revisions by key with the traces of their verdicts, counts beside them.

Everything here may be repeated: a sample that is stored already is left as it is.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Arm, Attempt, Reflection, Revision, Run
from models.enums import FinishReason, Rule, Verdict
from worker.ruler import Judgement, Tests
from worker.runs.counting import count
from worker.storable import storable
from worker.verdicts.traces import ruler_row, write_traces


@dataclass(frozen=True, kw_only=True)
class WrittenProgram:
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
class JudgedProgram:
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


def keep_attempt(session: Session, key: SampleKey, written: WrittenProgram, judged: JudgedProgram | None) -> int:
    """Store a draft with its verdicts; the id of its row, which may have been there already."""
    found = session.scalars(select(Attempt.id).filter_by(**key.columns())).first()
    if found is not None:
        return found
    row = Attempt(**key.columns(), **_written(written), **_verdicts(session, written, judged))
    session.add(row)
    session.flush()
    return row.id


@dataclass(frozen=True, kw_only=True)
class RepairRound:
    """One round of repair: what the critic saw, said and wrote."""

    attempt_id: int
    round: int
    shown_trace: str
    reflection: str
    reflection_tokens: int
    reflection_seconds: float
    revision: WrittenProgram
    copied: bool
    edit_size: int


def keep_repair(session: Session, key: SampleKey, repaired: RepairRound, judged: JudgedProgram | None) -> int:
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


def _written(written: WrittenProgram) -> dict[str, Any]:
    return {
        "text": storable(written.text),
        "finish_reason": written.finish_reason,
        "seed": written.seed,
        "prompt_tokens": written.prompt_tokens,
        "new_tokens": written.new_tokens,
        "seconds": written.seconds,
        "logprob": written.logprob,
    }


def _verdicts(session: Session, written: WrittenProgram, judged: JudgedProgram | None) -> dict[str, Any]:
    if judged is None:
        # Ours, not the program's: an engine that failed leaves a sample without a score.
        reason = written.error or "The sample was never executed."
        return {"verdict": Verdict.SANDBOX_ERROR, "unscored_reason": reason}
    hidden, example, examples = judged.hidden, judged.example, judged.example_tests
    ruler = ruler_row(session, hidden.ruler)
    ids = write_traces(session, ruler, hidden, judged.hidden_tests, written.text)
    example_ids = write_traces(session, ruler, example, examples, written.text) if example and examples else {}
    return {
        "shape": hidden.assembly.shape,
        "notes": list(hidden.assembly.notes),
        "import_delta": {"added": list(hidden.import_delta.added), "removed": list(hidden.import_delta.removed)},
        "verdict": hidden.fixed.verdict,
        "verdict_raw": hidden.raw.verdict,
        "verdict_legacy": hidden.legacy.verdict if hidden.legacy else None,
        "example_verdict": example.fixed.verdict if example else None,
        "unscored_reason": "" if hidden.fixed.verdict.scored else hidden.fixed.message,
        "trace_id": ids[Rule.GOIMPORTS],
        "raw_trace_id": ids[Rule.RAW],
        "example_trace_id": example_ids.get(Rule.GOIMPORTS),
        "program_hash": hidden.fixed.program_hash,
    }
