"""Finding verdicts that were taken while compiled packages were missing or damaged, and taking them back.

Such verdicts are known by their words: a package that every program may import could not be imported, the linker could
not read a package, or the disk was full. In: a store and the packages of the ruler. Out: what was found, by run.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from models import Attempt, Revision, Run, Store, Trace
from models.enums import Stage
from models.unscored import take_again

BEFORE_RUNNING = (Stage.IMPORTS, Stage.PARSE, Stage.CHECK, Stage.VET, Stage.COMPILE, Stage.LINK)
_NOT_FOUND = re.compile(
    r"(?m)^\S+\.go:\d+(?::\d+)?: (?:package (\S+) is not in std|could not import (\S+) \((.*)\))"
)
_OF_TOOLS = re.compile(
    r"(?m)^(?:link|compile): .*(?:cannot (?:read|open) |unexpected EOF|not an object file|fingerprint mismatch)"
    r"|^(?!\S+\.go:\d).*: (?:no space left on device|input/output error)$"
)
_HINTS = ("%is not in std%", "%could not import%", "link: %", "compile: %", "%no space left%", "%input/output%")
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class DamagedVerdicts:
    """What was taken under damage."""

    traces: tuple[int, ...]
    runs: tuple[int, ...]
    """Numbers of the runs that have samples with such a verdict."""


def was_taken_under_damage(message: str, packages: Collection[str]) -> bool:
    """Whether a verdict before the program ran has words that only damage explains."""
    for missing, unreadable, why in _NOT_FOUND.findall(message):
        if missing in packages or (unreadable in packages and why):
            return True
    return _OF_TOOLS.search(message) is not None


def find_damaged(session: Session, packages: Collection[str]) -> DamagedVerdicts:
    """Every trace of the store that was taken under damage."""
    hinted = or_(*(Trace.message.like(hint) for hint in _HINTS))
    rows = session.execute(select(Trace.id, Trace.message).where(Trace.stage.in_(BEFORE_RUNNING), hinted))
    traces = tuple(trace for trace, message in rows if was_taken_under_damage(message, packages))
    runs = {
        run
        for some in _in_parts(traces)
        for table in (Attempt, Revision)
        for run in session.scalars(select(table.run_id).where(_refers_to(table, some)).distinct())
    }
    return DamagedVerdicts(traces=traces, runs=tuple(sorted(runs)))


def remove_damaged(store: Store, packages: Collection[str]) -> DamagedVerdicts:
    """Forget those verdicts. Samples that had one are unscored, and can be executed again."""
    with store.writer() as session:
        found = find_damaged(session, packages)
        for some in _in_parts(found.traces):
            drafts, revisions = (
                session.scalars(select(table.id).where(_refers_to(table, some))).all()
                for table in (Attempt, Revision)
            )
            take_again(session, drafts, revisions)
            session.execute(delete(Trace).where(Trace.id.in_(some)))
        session.execute(update(Run).where(Run.id.in_(found.runs)).values(revision_number=Run.revision_number + 1))
    return found


def _refers_to(table: type[Attempt] | type[Revision], traces: Collection[int]) -> ColumnElement[bool]:
    return or_(*(column.in_(traces) for column in (table.trace_id, table.raw_trace_id, table.example_trace_id)))


def _in_parts(ids: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
