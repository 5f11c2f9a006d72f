"""The store's traces as a verdict cache: same program, same tests, same ruler, same verdict, no execution.

`find` answers with settled verdicts only: flaky and unscored ones are taken anew each time, and so is whatever fell
before the program ran, because parsing and type-checking cost less than asking and their positions belong to one
text. `keep` writes new verdicts. Nothing here executes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Attempt, Program, Revision, Store, Trace
from models import RulerIdentity as RulerRow
from models.enums import Rule, Stage
from worker.ruler import RuleResult, RulerIdentity

_AT_ONCE = 500
"""Keys a query may name: SQLite takes 32,766 variables, and the plans of long lists get slow."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a verdict depends on, besides the ruler."""

    program_hash: str
    tests_hash: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A verdict to keep under its key."""

    key: Key
    result: RuleResult


class VerdictStore:
    """One store, seen as a cache by one ruler."""

    def __init__(self, store: Store, ruler: RulerIdentity) -> None:
        self._store = store
        self._ruler = ruler

    def find(self, keys: Iterable[Key]) -> dict[Key, RuleResult]:
        """The settled verdicts among `keys`."""
        wanted = set(keys)
        hashes = sorted({key.program_hash for key in wanted})
        found: dict[Key, RuleResult] = {}
        with self._store.reader() as session:
            for start in range(0, len(hashes), _AT_ONCE):
                for program, trace in session.execute(self._select(hashes[start : start + _AT_ONCE])):
                    key = Key(program_hash=program.content_hash, tests_hash=trace.tests_hash)
                    if key in wanted and trace.verdict.settled:
                        found[key] = _result(program, trace)
        return found

    def _select(self, hashes: Sequence[str]) -> Select[Program, Trace]:
        return (
            select(Program, Trace)
            .join(Trace, Trace.program_id == Program.id)
            .join(RulerRow, Trace.ruler_id == RulerRow.id)
            .where(
                RulerRow.digest == self._ruler.digest,
                Program.content_hash.in_(hashes),
                Trace.stage == Stage.RUN,
            )
        )

    def keep(self, verdicts: Iterable[Kept]) -> None:
        """Write the settled verdicts that ran; what is there already stays."""
        new = {kept.key: kept.result for kept in verdicts if _worth_keeping(kept.result)}
        if not new:
            return
        with self._store.writer() as session:
            ruler_id = self._ruler_id(session)
            for key, result in new.items():
                _keep_one(session, ruler_id, key, result)

    def _ruler_id(self, session: Session) -> int:
        row = session.scalar(select(RulerRow).where(RulerRow.digest == self._ruler.digest))
        if row is None:
            row = RulerRow(digest=self._ruler.digest, go_version=self._ruler.go, details=self._ruler.as_dict())
            session.add(row)
            session.flush()
        return row.id


def _worth_keeping(result: RuleResult) -> bool:
    return result.verdict.settled and result.stage is Stage.RUN and bool(result.program_hash)


def _keep_one(session: Session, ruler_id: int, key: Key, result: RuleResult) -> None:
    """Two workers may arrive with the same verdict: each insert yields to whoever was first."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    program = {"content_hash": key.program_hash, "source": _storable(result.program)}
    session.execute(insert(Program).values(**program).on_conflict_do_nothing())
    program_id = session.scalars(select(Program.id).where(Program.content_hash == key.program_hash)).one()
    values = {"program_id": program_id, "tests_hash": key.tests_hash, "ruler_id": ruler_id, **_evidence(result)}
    session.execute(insert(Trace).values(**values).on_conflict_do_nothing())


def _evidence(result: RuleResult) -> dict[str, Any]:
    return {
        "verdict": result.verdict,
        "stage": result.stage,
        "message": _storable(result.message),
        "line": result.line,
        "column": result.column,
        "tests_completed": list(result.tests_completed),
        "tests_named": list(result.tests_named),
        "cpu_seconds": result.cpu_seconds,
        "wall_seconds": result.wall_seconds,
        "memory_bytes": result.memory_bytes,
    }


def _storable(text: str) -> str:
    """Text that both databases hold: NULs and lone surrogates become visible escapes."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


def _result(program: Program, trace: Trace) -> RuleResult:
    return RuleResult(
        rule=Rule.GOIMPORTS,
        verdict=trace.verdict,
        stage=trace.stage,
        tests_completed=tuple(trace.tests_completed),
        tests_named=tuple(trace.tests_named),
        message=trace.message,
        line=trace.line,
        column=trace.column,
        program=program.source,
        program_hash=program.content_hash,
        cpu_seconds=trace.cpu_seconds,
        wall_seconds=trace.wall_seconds,
        memory_bytes=trace.memory_bytes,
    )


@dataclass(frozen=True, kw_only=True)
class Cleared:
    """What clearing the cache removed."""

    forgotten: int
    kept_for_runs: int


def clear(store: Store) -> Cleared:
    """Forget every verdict that no run rests on, and the programs that only those verdicts named."""
    with store.writer() as session:
        before = _count_traces(session)
        session.execute(delete(Trace).where(*(Trace.id.not_in(used) for used in _used_traces())))
        session.execute(delete(Program).where(Program.id.not_in(select(Trace.program_id))))
        kept = _count_traces(session)
    return Cleared(forgotten=before - kept, kept_for_runs=kept)


def _count_traces(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Trace)) or 0


def _used_traces() -> list[Select[int | None]]:
    """The traces that drafts and revisions point at, a column each."""
    columns = [
        column
        for table in (Attempt, Revision)
        for column in (table.trace_id, table.raw_trace_id, table.example_trace_id)
    ]
    return [select(column).where(column.is_not(None)) for column in columns]
