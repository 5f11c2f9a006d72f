"""Opening the store: one engine per process, with separate sessions for reading and writing.

SQLite runs in WAL mode with foreign keys on; a writer takes its lock at BEGIN, because under WAL a
transaction that reads first and writes later fails at once instead of waiting. Postgres needs none of this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker, with_loader_criteria

from models.base import now
from models.enums import RunState
from models.packed_text import PLAIN_TEXT, unpack
from models.run import Run
from models.store_faults import FaultRecord, SchemaChanged
from models.store_file import hold_to_one_file

BUSY_TIMEOUT_MS = 30_000
KEPT_CONNECTIONS, MORE_CONNECTIONS, CONNECTION_SECONDS = 10, 46, 10.0
"""Connections of a process that stay open, those made above that when many are in use, and how long a thread waits for
one. The web process has 40 threads for requests, and 16 downloads hold one each between their chunks."""
VERSION_TABLE = "tekhne_schema_version"
MARKS = frozenset({VERSION_TABLE, "dbos_migrations"})
"""Every store has the first table, every job queue the second; a SQLite file with neither is another program's."""
_POOL: dict[str, Any] = {
    "pool_size": KEPT_CONNECTIONS,
    "max_overflow": MORE_CONNECTIONS,
    "pool_timeout": CONNECTION_SECONDS,
}
_WRITES = "tekhne_writes"
SEES_DELETED = "tekhne_sees_deleted"
"""Execution option of a statement that is to find runs whose rows are being removed."""
_NOT_DELETED = with_loader_criteria(Run, Run.state != RunState.DELETING, include_aliases=True)
SCHEMA_LOCK = 0x7E4B_0E01
"""An arbitrary number: no other program may use it for a lock in the same Postgres database."""


def open_engine(url: str, *, create: bool = True) -> Engine:
    """An engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`).

    Args:
        create: whether a SQLite file that is not there may be made.

    Raises:
        sqlalchemy.exc.ArgumentError: the URL cannot be read.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, **_POOL)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, **_POOL)
    hold_to_one_file(engine, create=create)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_jobs_engine(url: str) -> Engine:
    """An engine for the job queue: DBOS issues BEGIN itself, and on SQLite relies on the driver's IMMEDIATE."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    engine = create_engine(
        parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": "IMMEDIATE"}
    )
    hold_to_one_file(engine, create=True)
    event.listen(engine, "connect", _apply_pragmas)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Switches off the driver's implicit BEGIN: `_begin_sqlite` issues it.
    connection.isolation_level = None
    _apply_pragmas(connection, _record)


def _apply_pragmas(connection: Any, _record: object) -> None:
    # The journal mode is stored in the file, and another program's file must not be changed.
    journal = ("journal_mode=WAL",) if _is_new_or_ours(connection) else ()
    connection.create_function(PLAIN_TEXT, 1, unpack, deterministic=True)
    for pragma in (
        *journal,
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _is_new_or_ours(connection: Any) -> bool:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return not tables or bool(tables & MARKS)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _hide_deleted(state: ORMExecuteState) -> None:
    # No query can forget this filter: every reader sees a run as gone as soon as it is deleted.
    if state.is_select and not state.is_column_load and not state.execution_options.get(SEES_DELETED):
        state.statement = state.statement.options(_NOT_DELETED)


def read_version(connection: Connection) -> str:
    """The schema's revision."""
    found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()
    return str(found or "")


def database_now(session: Session) -> datetime:
    """The time by the database's clock, which all hosts share. SQLite has none of its own: there it is this host's."""
    if session.get_bind().dialect.name != "postgresql":
        return now()
    found: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


class Store:
    """The store of one process: `reader()` for selects, `writer()` for anything that changes rows."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.faults = FaultRecord(engine.url.render_as_string(hide_password=True))
        self._schema: str | None = None
        self._readers = sessionmaker(engine, expire_on_commit=False)
        self._writers = sessionmaker(engine.execution_options(**{_WRITES: True}), expire_on_commit=False)
        for sessions in (self._readers, self._writers):
            event.listen(sessions, "do_orm_execute", _hide_deleted)

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> "Store":
        return cls(open_engine(url, create=create))

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """A session for reading; anything written in it is rolled back."""
        with self._readers() as session:
            yield session

    @contextmanager
    def writer(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back by an exception.

        Raises:
            SchemaChanged: another version of Tekhne migrated the store; nothing was written.
        """
        with self._writers.begin() as session:
            self._refuse_changed_schema(session.connection())
            yield session

    @property
    def schema(self) -> str:
        """The revision at which this process writes; empty before it is known."""
        return self._schema or ""

    def check_schema(self, found: str) -> None:
        """Raise SchemaChanged if the store has another schema than when it was first looked at."""
        if self._schema and found != self._schema:
            raise SchemaChanged(f"its schema is {found} now; this version of Tekhne knows {self._schema}")
        self._schema = found

    def _refuse_changed_schema(self, connection: Connection) -> None:
        if self._schema is None:
            made = inspect(connection).has_table(VERSION_TABLE)
            self._schema = read_version(connection) if made else ""
        elif self._schema:
            self.check_schema(read_version(connection))

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction that only one process at a time can hold, for changes of the schema."""
        engine = self.engine.execution_options(**{_WRITES: True})
        self._schema = None
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
            yield connection

    def reopen(self) -> None:
        """Take the file that is there now for the store; whoever calls has looked at its schema."""
        hold_to_one_file(self.engine, create=False)
        self.engine.dispose()

    def close(self) -> None:
        self.engine.dispose()
