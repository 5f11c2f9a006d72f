"""Unpacking an archive: its run in this store, under ids of this store.

In: head and rows. Out: the run's id. A ruler, program or trace that the store has already is used, not written again.
A checkpoint that it lacks is entered as one whose files are gone: the run can be read but not repeated.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from models import (
    Checkpoint,
    Problem,
    ProblemOrigin,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Program,
    RulerIdentity,
    Run,
    Trace,
)
from models.base import Base, UtcDateTime, content_hash, now
from models.enums import CheckpointKind, Origin, OriginSource, RunState, Stage, Verdict
from models.fingerprints import fingerprint_of
from models.origins import renew_reports
from models.specification import LONGEST_NAME
from models.text_index import index_new
from worker.archives.archive import TABLES, ArchivedRow, ArchiveHead
from worker.archives.errors import BadArchive
from worker.runs.counting import recount

_ROWS_AT_ONCE = 500
_NATURAL_KEYS: dict[type[Base], tuple[str, ...]] = {
    RulerIdentity: ("digest",),
    Program: ("content_hash",),
    Trace: ("program_id", "tests_hash", "ruler_id"),
}
"""Rows that runs share, and what identifies them in every store."""
UNFINISHED = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)

Ids = dict[int, int]


def unpack(session: Session, file: Path, head: ArchiveHead, rows: dict[str, list[ArchivedRow]]) -> int:
    """The id of the archived run, stored now or before. `file` only names the archive in errors.

    Raises:
        BadArchive: the store lacks a problem set that the run used, or a row does not fit the tables.
    """
    known_run = _known_run(session, rows[Run.__tablename__][0])
    if known_run is not None:
        return known_run
    try:
        return _unpack(session, file, head, rows)
    except (IntegrityError, DataError, OverflowError) as error:
        fault = " ".join(str(getattr(error, "orig", error)).split())[:200]
        raise BadArchive(file, 1, f"its rows contradict each other ({fault})") from error


def _unpack(session: Session, file: Path, head: ArchiveHead, rows: dict[str, list[ArchivedRow]]) -> int:
    known: dict[str, Ids] = {
        "problem": _found(session, file, head.problems, _problem),
        "problem_set_version": _found(session, file, head.versions, _version),
    }
    known["checkpoint"] = _checkpoints(session, head, known)
    for table in TABLES:
        try:
            fitted = [_fitted(table, row, known) for row in rows[table.__tablename__]]
        except (KeyError, TypeError, ValueError) as error:
            raise BadArchive(file, 1, f"a row of {table.__tablename__} does not fit: {error!r}") from error
        try:
            known[table.__tablename__] = _stored(session, table, fitted)
        except (IntegrityError, DataError) as error:
            fault = " ".join(str(error.orig).split())[:200]
            raise BadArchive(file, 1, f"rows of {table.__tablename__} contradict each other ({fault})") from error
    run_id = next(iter(known[Run.__tablename__].values()))
    recount(session, run_id)
    index_new(session.connection())
    _end(session, run_id)
    return run_id


def _end(session: Session, run_id: int) -> None:
    """A run that was exported before its end has no job here: it would seem to be under way for ever."""
    run = session.get(Run, run_id)
    if run is not None and run.state in UNFINISHED:
        run.error = f"It was {run.state} when it was exported: what it had done by then is what is here."
        run.state, run.finished_at = RunState.CANCELLED, now()


def _known_run(session: Session, row: ArchivedRow) -> int | None:
    """The same run, unpacked or made here before."""
    same = select(Run.id, Run.created_at).where(Run.specification_hash == row.get("specification_hash"))
    return next((number for number, at in session.execute(same) if at.isoformat() == row.get("created_at")), None)


def _found(
    session: Session, file: Path, wanted: dict[int, Any], find: Callable[[Session, Any], int | None]
) -> Ids:
    ids = {old: find(session, name) for old, name in wanted.items()}
    for old, new in ids.items():
        if new is None:
            raise BadArchive(file, 1, f"this store lacks {_words(wanted[old])}: import that set first")
    return {old: new for old, new in ids.items() if new is not None}


def _words(name: str | Sequence[str]) -> str:
    return f"the problem {name[:12]}" if isinstance(name, str) else f"problem set {name[0]} {name[1][:12]}"


def _problem(session: Session, content_hash: str) -> int | None:
    return session.scalar(select(Problem.id).where(Problem.content_hash == content_hash))


def _version(session: Session, name: tuple[str, str]) -> int | None:
    return session.scalar(
        select(ProblemSetVersion.id)
        .join(ProblemSet)
        .where(ProblemSet.name == name[0], ProblemSetVersion.content_hash == name[1])
    )


def _checkpoints(session: Session, head: ArchiveHead, known: dict[str, Ids]) -> Ids:
    """Old id to new id. What this store itself knows of a checkpoint that it has stays as it is; what it has from
    archives alone grows with each of them."""
    ids: Ids = {}
    told: list[int] = []
    for old, row in head.checkpoints.items():
        found = session.scalar(select(Checkpoint).where(Checkpoint.content_hash == row["content_hash"]))
        ids[old] = _add_checkpoint(session, row) if found is None else found.id
        if found is None or found.is_only_archived:
            told.append(old)
    for old in told:
        row, here = head.checkpoints[old], session.get_one(Checkpoint, ids[old])
        here.base_id = here.base_id or ids.get(row.get("base_id") or 0)
        here.parent_id = here.parent_id or ids.get(row.get("parent_id") or 0)
        here.reads_recorded = here.reads_recorded or _says_all(row)
        _add_origins(session, here.id, row, known)
        renew_reports(session, here.id)
    session.flush()
    return ids


def _says_all(row: ArchivedRow) -> bool:
    """Whether the archive has everything that the checkpoint's own training read. Older archives have what it read of
    the run's problems: that another problem is not among them says nothing."""
    return bool(row.get("reads_recorded")) and "text_origins" in row


def _add_checkpoint(session: Session, row: ArchivedRow) -> int:
    new = Checkpoint(
        name=_free_name(session, row["name"], row["content_hash"][:8]),
        kind=CheckpointKind(row["kind"]),
        location="",
        content_hash=row["content_hash"],
        layers=row["layers"],
        parameters=row["parameters"],
        training={"forced": row["forced"]} if row.get("forced") else {},
        cut_off=row.get("cut_off"),
        cut_off_evidence=row.get("cut_off_evidence", ""),
        deleted_at=now(),
    )
    session.add(new)
    session.flush()
    return new.id


def _free_name(session: Session, name: str, mark: str) -> str:
    """The name, or where another checkpoint has it, one that begins with it and fits the column."""
    wanted, number = name, 1
    while session.scalar(select(Checkpoint.id).where(Checkpoint.name == wanted)) is not None:
        wanted = f"{name[: LONGEST_NAME - 24]} {mark}" + (f"-{number}" if number > 1 else "")
        number += 1
    return wanted


def _add_origins(session: Session, checkpoint_id: int, row: ArchivedRow, known: dict[str, Ids]) -> None:
    """The archived origins by text; older archives have them by the run's problems, or by set."""
    problems, versions = known["problem"], known["problem_set_version"]
    told: list[tuple[Any, str, str, str]] = [
        (Problem.id == problems[old], origin, source, why)
        for old, origin, source, why in row.get("problem_origins", ())
    ]
    told += [
        (Problem.id.in_(select(ProblemSetMember.problem_id).filter_by(version_id=versions[old])), origin,
         _source_of(evidence), evidence)
        for old, origin, evidence in row["origins"]
    ]  # fmt: skip
    by_text = [
        (text, *what)
        for chosen, *what in told
        for text in session.scalars(select(Problem.text_hash).where(chosen))
    ]
    found = set(session.scalars(select(ProblemOrigin.text_hash).filter_by(checkpoint_id=checkpoint_id)))
    for text, origin, source, evidence in (*row.get("text_origins", ()), *by_text):
        if text not in found:
            entry = ProblemOrigin(checkpoint_id=checkpoint_id, text_hash=text, evidence=evidence)
            entry.origin, entry.known_by = Origin(origin), OriginSource(source)
            session.add(entry)
            found.add(text)


def _source_of(evidence: str) -> OriginSource:
    """What an older archive says of training and of the demo pair's recipe; the rest was declared."""
    if evidence.endswith("trained here"):
        return OriginSource.TRAINED
    return OriginSource.CONSTRUCTION if "recipe" in evidence else OriginSource.DECLARED


def _fitted(table: type[Base], row: ArchivedRow, known: dict[str, Ids]) -> ArchivedRow:
    """The row with datetimes parsed and each id of the other store replaced by this store's."""
    fitted: ArchivedRow = {}
    for column in table.__table__.columns:
        value = row[column.key]
        if value is not None and isinstance(column.type, UtcDateTime):
            value = datetime.fromisoformat(value)
        for key in column.foreign_keys:
            value = None if value is None else known[key.column.table.name][value]
        fitted[column.key] = value
    return fitted


def _stored(session: Session, table: type[Base], rows: list[ArchivedRow]) -> Ids:
    """Old id to new id; empty for a table without ids."""
    if "id" not in table.__table__.columns:
        session.execute(insert(table), rows)
        return {}
    ids = _equal_rows(session, table, rows)
    if table is Trace:
        rows = [_with_fingerprint(row) for row in rows]
        rows = [row if row["id"] in ids else _as_foreign(row) for row in rows]
        ids |= _equal_rows(session, table, rows)
    new = [row for row in rows if row["id"] not in ids]
    for start in range(0, len(new), _ROWS_AT_ONCE):
        part = new[start : start + _ROWS_AT_ONCE]
        values = [{name: value for name, value in row.items() if name != "id"} for row in part]
        statement = insert(table).returning(table.__table__.c.id, sort_by_parameter_order=True)
        ids.update(zip((row["id"] for row in part), session.scalars(statement, values), strict=True))
    return ids


def _with_fingerprint(row: ArchivedRow) -> ArchivedRow:
    """What the message says and not what the file does; this version may tell failures apart otherwise."""
    verdict, stage = Verdict(row["verdict"]), Stage(row["stage"])
    return {**row, "fingerprint": fingerprint_of(verdict, stage, row["message"])}


def _as_foreign(row: ArchivedRow) -> ArchivedRow:
    """The trace under a key that the cache never asks for: only what was executed here may answer for others."""
    return {**row, "tests_hash": content_hash("unpacked", row["tests_hash"])}


def _equal_rows(session: Session, table: type[Base], rows: list[ArchivedRow]) -> Ids:
    """Old id to the id of the equal row that this store has already."""
    key = _NATURAL_KEYS.get(table, ())
    if not key:
        return {}
    columns = [table.__table__.columns[name] for name in key]
    ids: Ids = {}
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = {tuple(row[name] for name in key): row["id"] for row in rows[start : start + _ROWS_AT_ONCE]}
        alike = columns[0].in_({named[0] for named in part})
        for here, *named in session.execute(select(table.__table__.c.id, *columns).where(alike)):
            if tuple(named) in part:
                ids[part[tuple(named)]] = here
    return ids
