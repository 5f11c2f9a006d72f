"""The store's and the job queue's databases: opened and brought to the newest schema, or refused in one sentence.

In: a database URL. Out: an opened, migrated `Store`, or a queue that DBOS can use. A database that belongs to another
program, or that is newer than this code, is refused before anything is written. No sentence shows a password.
"""

import logging
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from cli.copying import copy_to_file
from cli.errors import StoreError
from cli.schema import Schema, SchemaState, newest_schema, read_schema, upgrade
from models import Store
from models.session import MARKS, open_jobs_engine
from models.store_faults import StoreFault, fault_of
from models.text_index import READ_AT_MOST, index_new, texts_waiting
from settings import load_settings

INDEXED_AT_ONCE = 5_000
"""Texts of each kind in one transaction: about a second."""
QUEUE_SETTING = "TEKHNE_JOBS_DB"


def open_store(url: str, *, migrate: bool = True) -> Store:
    """Open the store at `url`, creating or upgrading its tables.

    Raises:
        StoreError: it cannot be reached, is not Tekhne's, is newer than the code, or (without `migrate`) older.
    """
    refuse_unusable(url, setting="TEKHNE_DB")
    _make_parent(url)
    store = _open(url)
    try:
        with store.engine.connect() as connection:
            schema = read_schema(connection)
        refuse_others(url, schema)
        if not migrate and schema.state is not SchemaState.CURRENT:
            raise StoreError(
                f"{shown(url)} is not migrated yet (schema {schema.revision}): run `tekhne migrate` first."
            )
        if schema.state is SchemaState.OLDER:
            _back_up_before_migration(store, schema)
        if schema.state is not SchemaState.CURRENT:
            upgrade(store)
        _catch_up_with_texts(store)
    except DBAPIError as error:
        store.close()
        raise StoreError(unreachable(url, error)) from error
    except StoreError:
        store.close()
        raise
    return store


def _catch_up_with_texts(store: Store) -> None:
    """Index what writers have not: all texts of a store that was made before there was an index, or was restored from
    another database. A start that is ended early is gone on with by the next one."""
    with store.engine.connect() as connection:
        waiting = texts_waiting(connection)
    if waiting <= READ_AT_MOST:
        return
    print(
        f"{waiting:,} texts are being indexed for the search; this takes about {waiting // 4_000 + 1} s.",
        file=sys.stderr,
    )
    indexed = 1
    while indexed:
        with store.alone() as connection:
            indexed = index_new(connection, INDEXED_AT_ONCE)


def _back_up_before_migration(store: Store, schema: Schema) -> None:
    """Beside a SQLite store, and in the data folder for Postgres: a migration that goes wrong loses nothing."""
    url = store.engine.url
    file = (
        Path(url.database or "") if url.get_backend_name() == "sqlite" else load_settings().data_dir / "postgres"
    )
    at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    backup = file.with_name(f"{file.stem}-schema-{schema.revision}-{at}.db")
    copy_to_file(store, backup)
    print(f"The store was at schema {schema.revision}: a backup of it is {backup}.", file=sys.stderr)


def inspect_store(url: str) -> Schema:
    """Where the store at `url` stands, without creating or changing anything.

    Raises:
        StoreError: it cannot be reached or read.
    """
    refuse_unusable(url, setting="TEKHNE_DB")
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        refuse_impossible_folder(Path(url.removeprefix("sqlite:///")).parent)
        return Schema(state=SchemaState.EMPTY, revision=None, head=newest_schema())
    store = _open(url)
    try:
        with store.engine.connect() as connection:
            return read_schema(connection)
    except DBAPIError as error:
        raise StoreError(unreachable(url, error)) from error
    finally:
        store.close()


def _open(url: str) -> Store:
    try:
        return Store.open(url)
    except ModuleNotFoundError as error:
        raise StoreError(
            "A Postgres store needs the driver that is not installed: "
            "`make run` in the checkout installs it, or set TEKHNE_DB to a file path."
        ) from error


def shown(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def refuse_others(url: str, schema: Schema) -> None:
    """Raise StoreError where the database is another program's, or newer than this code."""
    where = shown(url)
    if schema.state is SchemaState.FOREIGN:
        raise StoreError(
            f"{where} is a database of another program (it has tables, and none of Tekhne's): "
            f"point TEKHNE_DB at a new file or an empty database; nothing was changed."
        )
    if schema.state is SchemaState.NEWER:
        raise StoreError(
            f"{where} was written by a newer Tekhne (schema {schema.revision}; this one knows {schema.head}): "
            f"update Tekhne or point TEKHNE_DB elsewhere; nothing was changed."
        )


def _make_parent(url: str) -> None:
    if not url.startswith("sqlite:///"):
        return
    parent = Path(url.removeprefix("sqlite:///")).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {parent} for the store cannot be made ({error}): set TEKHNE_DB.") from error


def refuse_unusable(url: str, *, setting: str) -> None:
    """Raise StoreError where `url` names no database that a store or a queue could be; passwords stay out of it."""
    try:
        parsed = make_url(url)
        kind = parsed.drivername
    except (ArgumentError, ValueError):
        parsed, kind = None, ""
    in_memory = kind == "sqlite" and parsed is not None and parsed.database in {None, "", ":memory:"}
    if kind not in {"sqlite", "postgresql+psycopg"} or in_memory:
        shown = re.sub(r"//([^:@/]*):.*@", r"//\1:***@", url)
        raise StoreError(
            f"{setting}={shown!r} is no database URL that Tekhne can use: "
            "give a file path, sqlite:///PATH or postgresql://…"
        )


def refuse_impossible_folder(folder: Path) -> None:
    """Looking makes nothing, but says whether the folder could be made and written to."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise StoreError(
            f"The store cannot be made in {folder} ({there} is no folder that you can write to): set TEKHNE_DB."
        )


def unreachable(url: str, error: DBAPIError, *, setting: str = "TEKHNE_DB") -> str:
    """One sentence on why a database does not open."""
    where = make_url(url).render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    if "not a database" in reason:
        return f"{where} is no SQLite database: point {setting} at a new file; nothing was changed."
    if "malformed" in reason:
        return f"{where} is damaged ({reason}): restore a copy of it, or point {setting} at a new file."
    fault = fault_of(error)
    if fault in (StoreFault.FULL, StoreFault.LOCKED, StoreFault.READ_ONLY):
        return f"{fault.what} ({reason}; {where}): {fault.remedy}, then start again."
    return f"The database {where} cannot be opened ({reason}): check {setting} and that its server runs."


def prepare_queue(url: str) -> None:
    """Make or upgrade the queue's tables: the web process only enqueues, and expects them to be there.

    Raises:
        StoreError: `url` names no database, or another program's.
    """
    from dbos import DBOS

    inspect_queue(url)
    logging.getLogger("dbos").setLevel(logging.WARNING)
    try:
        DBOS.migrate(url)
    except DBAPIError as error:
        raise StoreError(unreachable(url, error, setting=QUEUE_SETTING)) from error


def inspect_queue(url: str) -> None:
    """Raise StoreError where a SQLite file cannot be the queue; nothing is created or changed."""
    refuse_unusable(url, setting=QUEUE_SETTING)
    if not url.startswith("sqlite:///") or not Path(url.removeprefix("sqlite:///")).exists():
        return
    engine = open_jobs_engine(url)
    try:
        tables = set(inspect(engine).get_table_names())
    except DBAPIError as error:
        raise StoreError(unreachable(url, error, setting=QUEUE_SETTING)) from error
    finally:
        engine.dispose()
    if tables and not tables & MARKS:
        raise StoreError(
            f"{url} is a database of another program (it has tables, and none of a job queue's): "
            f"point {QUEUE_SETTING} at a new file; nothing was changed."
        )
