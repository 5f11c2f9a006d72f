"""Copying a whole store: into a new SQLite file in one snapshot, and from such a file into an empty database.

Tables are copied as the database has them, so a store of an older schema is copied too. Nothing is migrated here.
"""

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from cli.errors import StoreError
from cli.schema import read_schema, upgrade
from models import Store
from models.packed_text import unpack
from models.session import VERSION_TABLE
from models.text_index import INDEX_PREFIX
from worker.outputs import written_aside

ROWS_AT_ONCE = 1_000
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is open, and after a crash: changes that are not in the file yet."""


def copy_to_file(store: Store, file: Path) -> None:
    """Write `file`, which must not exist, as a SQLite store with everything in `store`; it is whole or absent.

    Others may read and write meanwhile: the copy is what the store held at one moment.

    Raises:
        StoreError: the file is there, or cannot be written.
    """
    if file.exists():
        raise StoreError(f"{file} exists already: name a new file; nothing was changed.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(file) as aside:
            _copy(store, aside)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise StoreError(f"{file} cannot be written ({reason}): name another place, or make room.") from error


def _copy(store: Store, aside: Path) -> None:
    try:
        if store.engine.dialect.name == "sqlite":
            _vacuum_into(store, aside)
        else:
            _copy_into_new(store, aside)
        # The copy holds everything that the store holds, including private texts.
        aside.chmod(0o600)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
    finally:
        for end in LOGS:
            Path(f"{aside}{end}").unlink(missing_ok=True)


def copy_rows(source: Connection, target: Connection) -> None:
    """Every row of one database into the empty tables of another, of the same schema."""
    there, here = MetaData(), MetaData()
    there.reflect(source)
    here.reflect(target)
    # The source's own tables: an older schema has some that today's lacks.
    for name in [table.name for table in there.sorted_tables if not _is_made_anew(table.name)]:
        for rows in _rows(source, there.tables[name]):
            target.execute(insert(here.tables[name]), rows)
    _continue_numbers(source, target, here)


def _is_made_anew(table: str) -> bool:
    """Whether the target makes it itself: its version, and the index of its texts."""
    return table == VERSION_TABLE or table.startswith(INDEX_PREFIX)


def _vacuum_into(store: Store, file: Path) -> None:
    pooled = store.engine.raw_connection()
    try:
        pooled.cursor().execute("VACUUM INTO ?", (str(file),))
    finally:
        pooled.close()


def _copy_into_new(store: Store, file: Path) -> None:
    engine = store.engine.execution_options(isolation_level="REPEATABLE READ")
    copy = Store.open(f"sqlite:///{file}")
    try:
        with engine.connect() as source:
            upgrade(copy, read_schema(source).revision or "head")
            with copy.alone() as target:
                target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                copy_rows(source, target)
        with copy.engine.connect() as last:
            last.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        copy.close()


def _rows(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Ordered by primary key, so that a row comes after those that it refers to."""
    wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS_AT_ONCE)
    for part in source.execute(wanted).mappings().partitions():
        yield [{str(name): _as_read(table.columns[name], value) for name, value in row.items()} for row in part]


def _as_read(column: Column[Any], value: Any) -> Any:
    """The value as every database takes it."""
    if isinstance(value, datetime):
        # SQLite keeps no zone, and Postgres gives times in its own.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    # SQLite holds long texts packed.
    return unpack(value) if isinstance(column.type, String) else value


def _continue_numbers(source: Connection, target: Connection, tables: MetaData) -> None:
    """New rows get numbers above all earlier ones; the numbers of deleted runs are never reused."""
    last_run = _last_run(source)
    if target.dialect.name == "sqlite":
        # Older schemas do not count them.
        if target.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")):
            target.execute(text("DELETE FROM sqlite_sequence WHERE name = 'run'"))
            target.execute(text("INSERT INTO sqlite_sequence VALUES ('run', :last)"), {"last": last_run})
        return
    for name, table in tables.tables.items():
        sequence = (
            target.scalar(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": name})
            if "id" in table.columns
            else None
        )
        if sequence is not None:
            last = target.scalar(select(func.max(table.columns.id))) or 0
            last = max(last, last_run) if name == "run" else last
            target.execute(
                text("SELECT setval(CAST(:name AS regclass), :last, :given)"),
                {"name": sequence, "last": max(last, 1), "given": last > 0},
            )


def _last_run(source: Connection) -> int:
    if source.dialect.name == "sqlite":
        found = source.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'run'"))
    else:
        found = source.scalar(text("SELECT last_value FROM run_id_seq WHERE is_called"))
    return int(found or 0)


def refuse_no_backup(file: Path) -> None:
    """Raise StoreError where `file` is not a whole store of ours in SQLite; it is only read."""
    if not file.is_file():
        raise StoreError(f"There is no backup {file}.")
    for log in (Path(f"{file}-wal"), Path(f"{file}-journal")):
        if log.is_file() and log.stat().st_size:
            raise StoreError(
                f"{file} is an open or broken-off store and no backup: {log} holds changes that are not in it. "
                f"Take a backup of it with TEKHNE_DB={file} and `tekhne backup`; nothing was changed."
            )
    try:
        with sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True) as opened:
            parts = set(opened.execute("SELECT type, name FROM sqlite_master"))
            state = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
        opened.close()
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{file} is no whole backup ({error}): was it copied to its end? Nothing was changed."
        ) from error
    if foreign := {kind for kind, _ in parts} & {"trigger", "view"}:
        # It would change what is written later, without a word.
        raise StoreError(f"{file} is no backup of Tekhne: it holds a {min(foreign)}; nothing was changed.")
    if ("table", VERSION_TABLE) not in parts:
        raise StoreError(f"{file} is no backup of Tekhne: it has none of its tables; nothing was changed.")
    if state != "ok":
        raise StoreError(f"{file} is damaged ({state}): take another backup; nothing was changed.")
