"""Bringing a store to the schema this code knows, or saying why it cannot be.

In: a database URL. Out: an opened, migrated `Store`. A database that is somebody else's, or newer than this code,
is refused before anything is written.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from cli.database_url import refuse_impossible_folder, refuse_unusable, unreachable
from cli.errors import StoreError
from models import Store

ROOT = Path(__file__).resolve().parent.parent
VERSION_TABLE = "tekhne_schema_version"


class SchemaState(StrEnum):
    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


@dataclass(frozen=True, kw_only=True)
class Schema:
    """Where a database stands. `revision` is None where it has none of ours."""

    state: SchemaState
    revision: str | None
    head: str


def alembic_config() -> Config:
    config = Config()
    # Alembic's options are a format of their own, in which a percent sign begins a variable.
    config.set_main_option("script_location", str(ROOT / "alembic").replace("%", "%%"))
    return config


def read_schema(connection: Connection) -> Schema:
    """Compare the database's revision with the newest one this code has."""
    scripts = ScriptDirectory.from_config(alembic_config())
    head = scripts.get_current_head() or ""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        state = SchemaState.FOREIGN if tables else SchemaState.EMPTY
        return Schema(state=state, revision=None, head=head)
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    revision = context.get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is None:
        state = SchemaState.EMPTY
    elif revision == head:
        state = SchemaState.CURRENT
    else:
        state = SchemaState.OLDER if revision in known else SchemaState.NEWER
    return Schema(state=state, revision=revision, head=head)


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
        if schema.state is not SchemaState.CURRENT:
            upgrade(store)
    except DBAPIError as error:
        store.close()
        raise StoreError(unreachable(url, error)) from error
    except StoreError:
        store.close()
        raise
    return store


def inspect_store(url: str) -> Schema:
    """Where the store at `url` stands, without creating or changing anything.

    Raises:
        StoreError: it cannot be reached or read.
    """
    refuse_unusable(url, setting="TEKHNE_DB")
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        refuse_impossible_folder(Path(url.removeprefix("sqlite:///")).parent)
        head = ScriptDirectory.from_config(alembic_config()).get_current_head() or ""
        return Schema(state=SchemaState.EMPTY, revision=None, head=head)
    store = _open(url)
    try:
        with store.engine.connect() as connection:
            return read_schema(connection)
    except DBAPIError as error:
        raise StoreError(unreachable(url, error)) from error
    finally:
        store.close()


def upgrade(store: Store, revision: str = "head") -> None:
    """Run the migrations up to `revision` in one transaction."""
    _run(store, command.upgrade, revision)


def downgrade(store: Store, revision: str) -> None:
    """Run the migrations down to `revision` (`base`: to an empty database)."""
    _run(store, command.downgrade, revision)


def _run(store: Store, step: object, revision: str) -> None:
    config = alembic_config()
    # Of two that start at once the second finds the work done.
    with store.alone() as connection:
        config.attributes["connection"] = connection
        step(config, revision)  # type: ignore[operator]  # alembic's commands share one signature


def _open(url: str) -> Store:
    refuse_unusable(url, setting="TEKHNE_DB")
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
