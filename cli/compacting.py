"""`tekhne compact`: returns the space of deleted rows to the disk, and packs texts that are stored as they are."""

import sqlite3
from pathlib import Path

import typer

from cli.errors import StoreError
from cli.store import open_store, shown
from cli.terminal import echo
from models import Base, Store
from models.packed_text import PACKED_COLUMNS, pack_stored
from models.text_index import rebuild
from settings import load_settings

MIB = 2**20


def register(app: typer.Typer) -> None:
    app.command("compact")(compact_command)


def compact_command() -> None:
    """Return the space of deleted runs to the disk, and pack the texts that earlier versions stored.

    Other writers wait meanwhile, so run it while no run is active.
    """
    store = open_store(load_settings().store_url)
    try:
        before, after = compact(store)
    finally:
        store.close()
    echo(
        f"The store has {after / MIB:,.1f} MiB; it had {before / MIB:,.1f}. "
        "`tekhne cache clear` forgets verdicts that no run refers to."
    )


def compact(store: Store) -> tuple[int, int]:
    """Pack its texts and rewrite the store without its gaps; its bytes before and after."""
    before = _size(store)
    _pack_texts(store)
    with store.alone() as connection:
        rebuild(connection)
    if store.engine.dialect.name == "sqlite":
        _vacuum_sqlite(store)
    else:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in Base.metadata.tables:
                connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{table}"')
    return before, _size(store)


def _pack_texts(store: Store) -> None:
    """Pack what an earlier version stored, a part at a time: broken off, it goes on from there the next time."""
    for table, column in PACKED_COLUMNS:
        last: int | None = 0
        while last is not None:
            with store.writer() as session:
                last = pack_stored(session.connection(), table, column, after=last)


def _vacuum_sqlite(store: Store) -> None:
    # The driver's own connection: SQLAlchemy would begin a transaction, in which SQLite does not vacuum.
    pooled = store.engine.raw_connection()
    try:
        cursor = pooled.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{shown(str(store.engine.url))} could not be compacted ({error}): nothing was changed. It needs as much "
            "free disk as the store is large, and no other writer meanwhile."
        ) from error
    finally:
        pooled.close()


def _size(store: Store) -> int:
    if store.engine.dialect.name == "sqlite":
        file = Path(str(store.engine.url.database))
        return sum(part.stat().st_size for part in (file, Path(f"{file}-wal")) if part.exists())
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
