"""The store's traces as a verdict cache: the same program, tests and ruler get the same verdict without execution.

`find` answers with reusable verdicts only: flaky and unscored ones are taken anew each time. Nothing here executes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from models import Attempt, Program, Revision, RulerIdentity, Store, Trace
from models.enums import Rule
from worker.ruler import RulerFingerprint, RulerTrace
from worker.verdicts.traces import TraceKey, ruler_row, write_trace

_AT_ONCE = 500
"""Keys in one query: SQLite allows 32,766 variables, and queries with long lists get slow."""


class VerdictStore:
    """One store as the cache of one ruler."""

    def __init__(self, store: Store, ruler: RulerFingerprint) -> None:
        self._store = store
        self._ruler = ruler

    def find(self, keys: Iterable[TraceKey]) -> dict[TraceKey, RulerTrace]:
        """The reusable verdicts among `keys`."""
        wanted = set(keys)
        hashes = sorted({key.program_hash for key in wanted})
        found: dict[TraceKey, RulerTrace] = {}
        with self._store.reader() as session:
            for start in range(0, len(hashes), _AT_ONCE):
                for program, trace in session.execute(self._select(hashes[start : start + _AT_ONCE])):
                    key = TraceKey(program_hash=program.content_hash, tests_hash=trace.tests_hash)
                    if key in wanted and trace.verdict.reusable:
                        found[key] = _result(program, trace)
        return found

    def _select(self, hashes: Sequence[str]) -> Select[Program, Trace]:
        return (
            select(Program, Trace)
            .join(Trace, Trace.program_id == Program.id)
            .join(RulerIdentity, Trace.ruler_id == RulerIdentity.id)
            .where(RulerIdentity.digest == self._ruler.digest, Program.content_hash.in_(hashes))
        )

    def write(self, traces: Mapping[TraceKey, RulerTrace]) -> None:
        """Write the reusable ones; what is stored already stays."""
        reusable = {key: trace for key, trace in traces.items() if trace.verdict.reusable}
        if not reusable:
            return
        with self._store.writer() as session:
            ruler = ruler_row(session, self._ruler)
            for key, trace in reusable.items():
                write_trace(session, ruler, key, trace)


def _result(program: Program, trace: Trace) -> RulerTrace:
    return RulerTrace(
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
class ClearedCache:
    """What clearing the cache removed."""

    forgotten: int
    kept_for_runs: int


def clear(store: Store) -> ClearedCache:
    """Delete every trace that no run refers to, and the programs that only those traces named."""
    with store.writer() as session:
        before = _count_traces(session)
        session.execute(delete(Trace).where(*(Trace.id.not_in(used) for used in _used_traces())))
        session.execute(delete(Program).where(Program.id.not_in(select(Trace.program_id))))
        kept = _count_traces(session)
    return ClearedCache(forgotten=before - kept, kept_for_runs=kept)


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
