"""Packing a run: its rows, and what they refer to, read from the store for an archive.

In: a session and a run. Out: the archive's head and rows. The re-runs of a run are not packed.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import (
    Arm,
    Attempt,
    Checkpoint,
    Problem,
    ProblemOrigin,
    ProblemSet,
    ProblemSetVersion,
    Program,
    Reflection,
    Revision,
    RulerIdentity,
    Run,
    RunProblem,
    Trace,
)
from models.base import Base
from models.origins import read_lineage
from worker.archives.archive import TABLES, ArchivedRow, ArchiveHead
from worker.archives.errors import NothingToPack

_KEPT_OF_A_CHECKPOINT = (
    "name", "kind", "content_hash", "layers", "parameters", "base_id", "parent_id", "reads_recorded", "cut_off",
    "cut_off_evidence",
)  # fmt: skip


def pack_head(session: Session, run_id: int) -> ArchiveHead:
    """What the run's rows refer to.

    Raises:
        NothingToPack: there is no such run.
    """
    run = session.get(Run, run_id)
    if run is None or run.parent_id is not None:
        raise NothingToPack(
            f"There is no run {run_id} to pack: name a run of the list, not a re-run of one problem."
        )
    mine = RunProblem.run_id == run_id
    problems = select(Problem.id, Problem.content_hash).join(RunProblem).where(mine)
    versions = (
        select(ProblemSetVersion.id, ProblemSet.name, ProblemSetVersion.content_hash)
        .join(ProblemSet)
        .where(ProblemSetVersion.id.in_(select(RunProblem.version_id).where(mine)))
    )
    used = read_lineage(session, {run.base_checkpoint_id, *(arm.checkpoint_id for arm in run.arms)})
    checkpoints = session.scalars(select(Checkpoint).where(Checkpoint.id.in_(used)).order_by(Checkpoint.id))
    return ArchiveHead(
        problems={row.id: row.content_hash for row in session.execute(problems.order_by(Problem.id))},
        versions={number: (name, content) for number, name, content in session.execute(versions)},
        checkpoints={row.id: _checkpoint(session, row, run_id) for row in checkpoints},
    )


def _checkpoint(session: Session, checkpoint: Checkpoint, run_id: int) -> ArchivedRow:
    """What identifies a checkpoint, what it comes from, and what it saw itself: of the run's problems, and by text of
    all, because a twin of the run's problems, or a later run of the same checkpoint, may be among them."""
    row_of = ProblemOrigin
    told = (row_of.origin, row_of.known_by, row_of.evidence)
    rows = session.execute(
        select(Problem.id, *told)
        .join(ProblemOrigin, ProblemOrigin.text_hash == Problem.text_hash)
        .join(RunProblem, RunProblem.problem_id == Problem.id)
        .where(row_of.checkpoint_id == checkpoint.id, RunProblem.run_id == run_id)
        .order_by(Problem.id)
    )
    every = select(row_of.text_hash, *told).where(row_of.checkpoint_id == checkpoint.id).order_by(row_of.text_hash)
    row = {key: _plain(getattr(checkpoint, key)) for key in _KEPT_OF_A_CHECKPOINT}
    return {
        **row,
        # Until Tekhne knew origins problem by problem, they stood here by set; such readers still want the field.
        "origins": [],
        "problem_origins": [[_plain(value) for value in values] for values in rows],
        "text_origins": [[_plain(value) for value in values] for values in session.execute(every)],
        "forced": checkpoint.training.get("forced", []),
    }


def pack_rows(session: Session, run_id: int) -> Iterator[tuple[str, ArchivedRow]]:
    """(table, row) of everything that the run wrote, in the order of `TABLES`."""
    for table in TABLES:
        for row in session.scalars(_wanted(table, run_id)).yield_per(1_000):
            yield table.__tablename__, {name: _plain(getattr(row, name)) for name in _columns(table)}


def _wanted(table: type[Base], run_id: int) -> Select[Any]:
    traces = select(Trace.id).where(Trace.id.in_(_trace_ids(run_id)))
    if table is Run:
        return select(Run).where(Run.id == run_id)
    if table is Trace:
        return select(Trace).where(Trace.id.in_(traces)).order_by(Trace.id)
    if table is Program:
        return select(Program).where(Program.id.in_(_of_traces(Trace.program_id, traces))).order_by(Program.id)
    if table is RulerIdentity:
        named = select(Run.ruler_id).where(Run.id == run_id, Run.ruler_id.is_not(None))
        used = _of_traces(Trace.ruler_id, traces)
        return select(RulerIdentity).where(RulerIdentity.id.in_(used) | RulerIdentity.id.in_(named))
    if table is RunProblem:
        return select(RunProblem).where(RunProblem.run_id == run_id).order_by(RunProblem.position)
    written: dict[type[Base], Any] = {one: one for one in (Arm, Attempt, Reflection, Revision)}
    return select(written[table]).filter_by(run_id=run_id).order_by(written[table].id)


def _trace_ids(run_id: int) -> Any:
    columns = (
        column
        for table in (Attempt, Revision)
        for column in (
            select(table.trace_id).where(table.run_id == run_id, table.trace_id.is_not(None)),
            select(table.raw_trace_id).where(table.run_id == run_id, table.raw_trace_id.is_not(None)),
            select(table.example_trace_id).where(table.run_id == run_id, table.example_trace_id.is_not(None)),
        )
    )
    first, *rest = columns
    return first.union(*rest)


def _of_traces(column: Any, traces: Select[Any]) -> Select[Any]:
    return select(column).where(Trace.id.in_(traces))


def _columns(table: type[Base]) -> Iterable[str]:
    return [column.key for column in table.__mapper__.column_attrs]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
