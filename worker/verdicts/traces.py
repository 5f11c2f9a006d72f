"""The keys of traces, and the only code that writes them: one trace a program, group of tests and ruler.

A verdict that names lines of the completion is true of that completion only, because equal programs can come from
texts that begin elsewhere: its key covers the completion as well. Every write may be repeated.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Program, RulerIdentity, Trace
from models.base import content_hash, now
from models.enums import Rule, Verdict
from models.fingerprints import fingerprint_of
from models.text_index import IndexedText, reindex
from worker.ruler import Judgement, RulerFingerprint, RulerTrace, Submission, Tests
from worker.store import storable

OWN_LINES = "candidate.go:"
"""How messages name a place in the completion."""


@dataclass(frozen=True, kw_only=True)
class TraceKey:
    """What a verdict depends on, besides the ruler."""

    program_hash: str
    tests_hash: str
    """Of the tests, and of the completion where the verdict speaks of its lines."""


def key_for_all(program_hash: str, tests: Tests) -> TraceKey:
    """The key of a verdict that is true of the program, whichever completion it came from."""
    return TraceKey(program_hash=program_hash, tests_hash=_hash(tests))


def key_for_one(program_hash: str, tests: Tests, completion: str) -> TraceKey:
    """The key of a verdict that is true of the program as it came from one completion."""
    return TraceKey(program_hash=program_hash, tests_hash=_hash(tests, storable(completion)))


def key_of(trace: RulerTrace, tests: Tests, completion: str) -> TraceKey:
    """The key under which a trace of `completion` is stored and found."""
    if trace.line is not None or OWN_LINES in trace.message:
        return key_for_one(trace.program_hash, tests, completion)
    return key_for_all(trace.program_hash, tests)


def _hash(tests: Tests, *completion: str) -> str:
    return content_hash(tests.harness, tests.setup, tests.source, *completion)


def reusable_traces(judgement: Judgement, submission: Submission) -> dict[TraceKey, RulerTrace]:
    """The judgement's reusable traces, each under the key for the completions that it is true of."""
    keyed = {key_of(trace, submission.tests, submission.completion): trace for trace in judgement.traces}
    return {key: trace for key, trace in keyed.items() if trace.verdict.reusable}


def write_traces(
    session: Session, ruler: RulerIdentity, judgement: Judgement, tests: Tests, completion: str
) -> dict[Rule, int]:
    """The ids of the judgement's traces by rule; those that are not stored yet are written."""
    keyed = {trace.rule: (key_of(trace, tests, completion), trace) for trace in judgement.traces}
    written = {key: write_trace(session, ruler, key, trace) for key, trace in dict(keyed.values()).items()}
    return {rule: written[key] for rule, (key, _) in keyed.items()}


def write_trace(session: Session, ruler: RulerIdentity, key: TraceKey, trace: RulerTrace) -> int:
    """The id of the stored trace, written if it is new.

    What is reusable or was found flaky stays as it was first taken; only what could not be scored gives way to a new
    verdict. Two workers may arrive with the same trace: the later one yields.
    """
    found = _find(session, ruler, key)
    if found is None:
        program = {"content_hash": key.program_hash, "source": storable(trace.program)}
        program_id = (
            _insert(session, Program, program)
            or session.scalars(select(Program.id).where(Program.content_hash == key.program_hash)).one()
        )
        named = {"program_id": program_id, "tests_hash": key.tests_hash, "ruler_id": ruler.id}
        new = _insert(session, Trace, {**named, **_evidence(trace), "executed_at": now()})
        if new is not None:
            return new
        found = _find(session, ruler, key)
    if found is None:
        raise RuntimeError(f"the trace of program {key.program_hash} was neither found nor written")
    trace_id, verdict = found
    if verdict is Verdict.SANDBOX_ERROR:
        old = session.scalars(select(Trace.message).where(Trace.id == trace_id)).one()
        reindex(session, IndexedText.TRACE, trace_id, old=old, new=storable(trace.message))
        session.execute(update(Trace).where(Trace.id == trace_id).values(**_evidence(trace)))
    return trace_id


def _find(session: Session, ruler: RulerIdentity, key: TraceKey) -> tuple[int, Verdict] | None:
    row = session.execute(
        select(Trace.id, Trace.verdict)
        .join(Program)
        .where(Program.content_hash == key.program_hash)
        .where(Trace.tests_hash == key.tests_hash, Trace.ruler_id == ruler.id)
    ).first()
    return None if row is None else (row.id, row.verdict)


def ruler_row(session: Session, fingerprint: RulerFingerprint) -> RulerIdentity:
    """The stored row of a ruler, written if it is new."""
    same = select(RulerIdentity).where(RulerIdentity.digest == fingerprint.digest)
    found = session.scalars(same).first()
    if found is None:
        values = {
            "digest": fingerprint.digest,
            "go_version": fingerprint.go,
            "details": fingerprint.as_dict(),
            "created_at": now(),
        }
        _insert(session, RulerIdentity, values)
        found = session.scalars(same).one()
    return found


def _insert(
    session: Session, table: type[Program] | type[Trace] | type[RulerIdentity], values: dict[str, Any]
) -> int | None:
    """The new row's id; None where an equal row is there already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return session.scalar(insert(table).values(**values).on_conflict_do_nothing().returning(table.id))


def _evidence(trace: RulerTrace) -> dict[str, Any]:
    return {
        "verdict": trace.verdict,
        "stage": trace.stage,
        "message": storable(trace.message),
        "fingerprint": fingerprint_of(trace.verdict, trace.stage, storable(trace.message)),
        "line": trace.line,
        "column": trace.column,
        "tests_completed": list(trace.tests_completed),
        "tests_named": list(trace.tests_named),
        "cpu_seconds": trace.cpu_seconds,
        "wall_seconds": trace.wall_seconds,
        "memory_bytes": trace.memory_bytes,
    }
