"""What is wrong with a store is told apart by the errors that real databases raise, and said once."""

import errno
import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.store_watch import StoreWatch
from cli.store import open_store
from models import Run, Store
from models.store_faults import FaultRecord, SchemaChanged, StoreFault, command_sentence, fault_of


def fill_up(store: Store) -> None:
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.exec_driver_sql("CREATE TABLE more (words TEXT)")
        connection.exec_driver_sql("INSERT INTO more VALUES (hex(zeroblob(100000)))")


def lock(store: Store) -> None:
    with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")
            connection.exec_driver_sql("DELETE FROM run")


def forbid_writing(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")
        connection.exec_driver_sql("DELETE FROM run")


def delete_file(store: Store) -> None:
    file = Path(str(store.engine.url.database))
    with store.reader() as session:
        session.scalars(select(Run)).all()
    file.unlink()
    with store.reader() as session:
        session.scalars(select(Run)).all()


def drop_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")


def damage(store: Store) -> None:
    file = Path(str(store.engine.url.database))
    with store.writer() as session:
        session.execute(text("PRAGMA user_version = 0"))
    store.close()
    file.write_bytes(b"these words are no database" * 1000)
    with store.reader() as session:
        session.scalars(select(Run)).all()


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        (fill_up, StoreFault.FULL),
        (lock, StoreFault.LOCKED),
        (forbid_writing, StoreFault.READ_ONLY),
        (delete_file, StoreFault.GONE),
        (drop_tables, StoreFault.NO_TABLES),
        (damage, StoreFault.DAMAGED),
    ],
)
def test_what_sqlite_raises_is_told_apart(
    sqlite_store: Store, break_it: Callable[[Store], None], fault: StoreFault
) -> None:
    with pytest.raises(SQLAlchemyError) as raised:
        break_it(sqlite_store)
    assert fault_of(raised.value) is fault
    assert fault_of(ExceptionGroup("tasks", [raised.value])) is fault


def execute(store: Store, statements: list[str]) -> None:
    with store.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_server_without_a_free_connection_is_not_called_silent(postgres_url: str) -> None:
    own = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    store = Store.open(own)
    execute(store, ["DROP ROLE IF EXISTS narrow", "CREATE ROLE narrow LOGIN CONNECTION LIMIT 1"])
    narrow = Store.open(own.replace("postgres@", "narrow@"))
    with narrow.engine.connect(), pytest.raises(SQLAlchemyError) as raised:
        narrow.engine.connect()
    assert fault_of(raised.value) is StoreFault.CROWDED
    narrow.close()
    execute(store, ["DROP ROLE narrow"])
    store.close()


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["SET TRANSACTION READ ONLY", "DELETE FROM run"], StoreFault.READ_ONLY),
        (["SET LOCAL statement_timeout = 50", "SELECT pg_sleep(60)"], StoreFault.LOCKED),
        (["SELECT * FROM no_such_table"], StoreFault.NO_TABLES),
        (["SELECT pg_terminate_backend(pg_backend_pid())"], StoreFault.UNREACHABLE),
    ],
)
def test_what_postgres_raises_is_told_apart(postgres_url: str, statements: list[str], fault: StoreFault) -> None:
    store = Store.open(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE run (id int)")
    with pytest.raises(SQLAlchemyError) as raised:
        execute(store, statements)
    assert fault_of(raised.value) is fault
    store.close()


def test_what_is_no_fault_of_the_store_is_none() -> None:
    refused = IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))
    assert [fault_of(error) for error in (refused, ValueError("x"), OSError(errno.ENOENT, "x"))] == [None] * 3
    assert fault_of(OSError(errno.ENOSPC, "x")) is StoreFault.FULL


def test_a_file_that_was_replaced_is_not_used_before_it_is_taken_up(sqlite_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with sqlite_store.writer() as session:
        session.execute(text("PRAGMA user_version = 0"))
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    os.rename(tmp_path / "copy.db", file)
    # They belong to the old file; `tekhne restore` removes them as well.
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    for _ in range(2):
        with pytest.raises(SQLAlchemyError) as raised, sqlite_store.writer():
            pytest.fail("it was used")
        assert fault_of(raised.value) is StoreFault.GONE
    sqlite_store.reopen()
    with sqlite_store.reader() as session:
        assert session.scalars(select(Run.id)).all() == []


def put_a_file_in_the_way(folder: Path) -> None:
    folder.write_text("in the way")


def put_a_folder_there(folder: Path) -> None:
    (folder / "store.db").mkdir(parents=True)


def put_a_loop_of_links_there(folder: Path) -> None:
    folder.symlink_to(folder)


@pytest.mark.parametrize("put", [put_a_file_in_the_way, put_a_folder_there, put_a_loop_of_links_there])
def test_whatever_is_in_the_stores_way_is_a_fault_and_passes(tmp_path: Path, put: Callable[[Path], None]) -> None:
    home, aside = tmp_path / "home", tmp_path / "aside"
    home.mkdir()
    store = open_store(f"sqlite:///{home / 'store.db'}")
    watch = StoreWatch(store, writes=True, reopened=lambda: None)
    watch.look()
    shutil.move(home, aside)
    put(home)
    watch.look()
    notice = store.faults.current
    assert notice is not None
    assert notice.fault is StoreFault.GONE
    assert str(home / "store.db") in notice.sentence
    with pytest.raises(SQLAlchemyError) as raised, store.reader() as session:
        session.scalars(select(Run)).all()
    assert fault_of(raised.value) is StoreFault.GONE
    shutil.rmtree(home) if home.is_dir() else home.unlink()
    shutil.move(aside, home)
    watch.look()
    assert store.faults.current is None
    store.close()


def test_the_watch_goes_on_after_any_error(sqlite_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    looked = threading.Semaphore(0)

    class Failing(StoreWatch):
        def look(self) -> None:
            looked.release()
            raise OSError(errno.EIO, "the disk fails")

    watch = Failing(sqlite_store, writes=True, reopened=lambda: None, every_seconds=0.01)
    watch.open()
    for _ in range(3):
        assert looked.acquire(timeout=60)
    watch.close()
    assert "the store could not be looked at; the next look follows" in caplog.messages


def test_nothing_is_committed_into_a_file_that_was_deleted_meanwhile(sqlite_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "store.db"

    def write() -> None:
        with sqlite_store.writer() as session:
            session.add(Run(name="lost", specification_hash="-", samples=1))
            session.flush()
            shutil.move(file, tmp_path / "aside.db")

    with pytest.raises(SQLAlchemyError) as raised:
        write()
    assert fault_of(raised.value) is StoreFault.GONE
    assert not file.exists()
    shutil.move(tmp_path / "aside.db", file)
    with sqlite_store.reader() as session:
        assert session.scalars(select(Run.id)).all() == []


def test_a_process_that_may_not_make_the_store_makes_none(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'none.db'}", create=False)
    with pytest.raises(SQLAlchemyError), store.reader() as session:
        session.scalars(select(Run)).all()
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_another_schema_is_written_no_more(store: Store) -> None:
    with store.writer() as session:
        session.add(Run(name="before", specification_hash="-", samples=1))
    with store.engine.begin() as newer:
        newer.exec_driver_sql("UPDATE tekhne_schema_version SET version_num = '9999'")
    with pytest.raises(SchemaChanged, match="its schema is 9999 now"), store.writer() as session:
        session.add(Run(name="after", specification_hash="-", samples=1))
    with store.reader() as session:
        assert session.scalars(select(Run.name)).all() == ["before"]


def test_a_fault_is_logged_when_it_begins_and_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    record = FaultRecord("sqlite:///store.db")
    full = OSError(errno.ENOSPC, "No space left on device")
    with caplog.at_level(logging.WARNING):
        record.passed()
        for _ in range(5):
            assert record.note(full)
        notice = record.current
        assert notice is not None
        record.passed()
        assert not record.note(ValueError("no fault"))
    assert record.current is None
    assert caplog.messages == [
        notice.sentence,
        "The store can be used again, after 0 seconds: sqlite:///store.db.",
    ]
    assert notice.sentence == (
        "The disk is full (No space left on device; sqlite:///store.db): make room on it. "
        "What waits for it then goes on by itself."
    )
    assert command_sentence(StoreFault.FULL, "x").endswith(
        "make room on it, then start again. Everything done so far is kept."
    )
