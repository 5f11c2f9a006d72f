"""`tekhne backup` and `tekhne restore`: the whole store in one file, from either database and into either.

A backup is itself a SQLite store. It does not hold the job queue (workers queue unfinished jobs again) or weights: copy
the data folder's `models` as well, and checkpoints are found by their content.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from cli.copying import LOGS, copy_rows, copy_to_file, refuse_no_backup
from cli.errors import StoreError
from cli.outputs import OutputFile
from cli.schema import SchemaState, read_schema, upgrade
from cli.store import inspect_store, open_store, refuse_others, shown, unreachable
from cli.terminal import echo
from models import Base, Store
from models.store_faults import StoreFault, fault_of
from settings import load_settings

MIB = 2**20


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[
        OutputFile,
        typer.Argument(
            metavar="FILE", parser=OutputFile, help="The file to write, such as backup.db; it must not exist."
        ),
    ],
) -> None:
    """Write a consistent copy of the whole store to one file, while others work."""
    url = load_settings().store_url
    schema = inspect_store(url)
    refuse_others(url, schema)
    if schema.state is SchemaState.EMPTY:
        raise StoreError(f"{shown(url)} is empty: there is nothing to back up.")
    store = Store.open(url)
    try:
        copy_to_file(store, file.path)
    finally:
        store.close()
    echo(f"{file} holds the whole store ({file.path.stat().st_size / MIB:,.1f} MiB): `tekhne restore` reads it.")


def restore(file: Annotated[Path, typer.Argument(help="The file that `tekhne backup` wrote.")]) -> None:
    """Restore a backup to where the settings place the store; nothing may be there yet."""
    url = load_settings().store_url
    refuse_no_backup(file)
    schema = inspect_store(url)
    refuse_others(url, schema)
    if schema.state is not SchemaState.EMPTY and not _has_no_rows(url):
        raise StoreError(
            f"{shown(url)} is a store already: move it away, or point TEKHNE_DB at a new place; nothing was changed."
        )
    database = make_url(url)
    is_file = database.get_backend_name() == "sqlite"
    place = Path(database.database or "") if is_file else None
    try:
        with _migrated_copy(file, place) as copy:
            if place is not None:
                # Again: another process may have made a store there meanwhile.
                _refuse_occupied(place)
                copy.rename(place)
            else:
                _load(copy, url)
    except OSError as error:
        raise StoreError(f"{shown(url)} cannot be written ({error}): make room, or set TEKHNE_DB.") from error
    except DBAPIError as error:
        raise StoreError(unreachable(url, error)) from error
    echo(f"{shown(url)} holds what was in {file}: `tekhne up` serves it.")


@contextmanager
def _migrated_copy(backup: Path, place: Path | None) -> Iterator[Path]:
    """A copy of the backup at the newest schema: beside `place`, or in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix=".tekhne-restore-", dir=_parent(place)))
    try:
        if place is not None:
            _refuse_occupied(place)
        copy = folder / "store.db"
        shutil.copyfile(backup, copy)
        store = Store.open(f"sqlite:///{copy}")
        try:
            with store.engine.connect() as connection:
                schema = read_schema(connection)
            if schema.state not in (SchemaState.NEWER, SchemaState.OLDER, SchemaState.CURRENT):
                raise StoreError(
                    f"{backup} is no whole backup: it does not say which schema it has; nothing was changed."
                )
            if schema.state is SchemaState.NEWER:
                raise StoreError(
                    f"{backup} was written by a newer Tekhne (schema {schema.revision}; this one knows "
                    f"{schema.head}): update Tekhne; nothing was changed."
                )
            _upgrade(store, backup)
        finally:
            store.close()
        with copy.open("rb") as written:
            os.fsync(written.fileno())
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_occupied(place: Path) -> None:
    """A log beside the place is of an earlier store: SQLite would write its rows into the restored one."""
    for part in (place, *(Path(f"{place}{end}") for end in LOGS)):
        if os.path.lexists(part):
            raise StoreError(f"{part} is there already: move it away first; nothing was changed.")


def _upgrade(copy: Store, backup: Path) -> None:
    """Migrate the copy, and leave nothing of it in its log."""
    try:
        upgrade(copy)
        with copy.engine.connect() as connection:
            lacking = {table.name for table in Base.metadata.sorted_tables} - set(
                inspect(connection).get_table_names()
            )
        with copy.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except DBAPIError as error:
        if fault_of(error) not in (None, StoreFault.NO_TABLES, StoreFault.DAMAGED):
            raise
        raise StoreError(
            f"{backup} cannot be migrated ({error.orig}): it is no whole backup; nothing was changed."
        ) from error
    if lacking:
        raise StoreError(f"{backup} is no whole backup: it lacks the table {min(lacking)}; nothing was changed.")


def _parent(place: Path | None) -> Path | None:
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
    return place.parent if place is not None else None


def _load(copy: Path, url: str) -> None:
    """All rows in one transaction."""
    source, target = Store.open(f"sqlite:///{copy}"), open_store(url)
    try:
        with source.engine.connect() as rows, target.alone() as tables:
            copy_rows(rows, tables)
    finally:
        source.close()
        target.close()


def _has_no_rows(url: str) -> bool:
    """Whether only the tables of a Postgres store are there, say because a restore was interrupted."""
    if url.startswith("sqlite:///"):
        return False
    store = Store.open(url)
    try:
        with store.reader() as session:
            return all(
                session.scalar(select(1).select_from(table).limit(1)) is None
                for table in Base.metadata.sorted_tables
            )
    finally:
        store.close()
