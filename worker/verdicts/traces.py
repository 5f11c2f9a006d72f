"""Traces as they are written, wherever a verdict was taken: programs by content, one trace a program, tests and ruler.

A verdict that speaks of lines of the completion is true of that completion only, because equal programs can come from
texts that begin elsewhere: its key holds the completion as well. Everything here may be repeated.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Program, RulerIdentity, Trace
from models.base import content_hash, now
from models.enums import Verdict
from worker.ruler import RulerFingerprint, RulerTrace, Tests
from worker.storable import storable

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


def key_of(result: RulerTrace, tests: Tests, completion: str) -> TraceKey:
    """The key under which a verdict on `completion` is kept and may be answered."""
    if result.line is not None or OWN_LINES in result.message:
        return key_for_one(result.program_hash, tests, completion)
    return key_for_all(result.program_hash, tests)


def _hash(tests: Tests, *completion: str) -> str:
    return content_hash(tests.harness, tests.setup, tests.source, *completion)


def keep_trace(session: Session, ruler: RulerIdentity, key: TraceKey, result: RulerTrace) -> Trace:
    """The stored trace of a verdict, made if it is new.

    What is settled stays as it was first taken, and so does what was found flaky; only what could not be scored gives
    way to a new verdict. Two workers may arrive with the same trace: the later one yields.
    """
    program = {"content_hash": key.program_hash, "source": storable(result.program)}
    _insert_once(session, Program, program)
    program_id = session.scalars(select(Program.id).where(Program.content_hash == key.program_hash)).one()
    named = {"program_id": program_id, "tests_hash": key.tests_hash, "ruler_id": ruler.id}
    evidence = _evidence(result)
    _insert_once(session, Trace, {**named, **evidence, "executed_at": now()})
    row = session.scalars(select(Trace).filter_by(**named)).one()
    if row.verdict is Verdict.SANDBOX_ERROR:
        for column, value in evidence.items():
            setattr(row, column, value)
    return row


def ruler_row(session: Session, identity: RulerFingerprint) -> RulerIdentity:
    """The stored row of a ruler, made if it is new."""
    values = {
        "digest": identity.digest,
        "go_version": identity.go,
        "details": identity.as_dict(),
        "created_at": now(),
    }
    _insert_once(session, RulerIdentity, values)
    return session.scalars(select(RulerIdentity).where(RulerIdentity.digest == identity.digest)).one()


def _insert_once(
    session: Session, table: type[Program] | type[Trace] | type[RulerIdentity], values: dict[str, Any]
) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing())


def _evidence(result: RulerTrace) -> dict[str, Any]:
    return {
        "verdict": result.verdict,
        "stage": result.stage,
        "message": storable(result.message),
        "line": result.line,
        "column": result.column,
        "tests_completed": list(result.tests_completed),
        "tests_named": list(result.tests_named),
        "cpu_seconds": result.cpu_seconds,
        "wall_seconds": result.wall_seconds,
        "memory_bytes": result.memory_bytes,
    }
