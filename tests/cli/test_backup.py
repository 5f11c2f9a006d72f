"""Backups: taken while others write, restored into either database, refused in one sentence where they cannot be."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from sqlalchemy import select, text

from app.actions.deleting import delete_run, remove_deleted
from cli.copying import copy_to_file, refuse_no_backup
from cli.errors import StoreError
from cli.schema import downgrade, newest_schema, read_schema
from cli.store import open_store
from models import Base, Run, Store, WorkerHeartbeat
from models.base import now
from tests.store_factory import StoreFactory

Tekhne = Callable[..., "CompletedProcess[str]"]


def rows(store: Store) -> dict[str, list[Any]]:
    """Everything that a store holds."""
    with store.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def fill(store: Store) -> int:
    """Two runs and a re-run; a third, the newest, was deleted. Its number is returned."""
    factory = StoreFactory(store)
    version = factory.problem_set(problems=3)
    first, _ = factory.run(version, samples=2), factory.run(version, samples=1)
    with store.reader() as session:
        problem_id = session.scalar(text("SELECT problem_id FROM run_problem LIMIT 1"))
    factory.rerun(first, problem_id)
    deleted = factory.run(version, samples=1)
    delete_run(store, deleted)
    remove_deleted(store)
    return deleted


@pytest.fixture(params=["sqlite", "postgres"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other' / 'store.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url.replace("postgresql://", "postgresql+psycopg://")


def test_what_is_restored_is_what_was_backed_up_in_either_database(
    store: Store, database_url: str, other_url: str, tekhne: Tekhne, tmp_path: Path
) -> None:
    deleted = fill(store)
    before = rows(store)
    backup = tmp_path / "backup.db"
    done = tekhne("backup", str(backup), TEKHNE_DB=database_url)
    assert done.returncode == 0, done.stderr
    assert backup.stat().st_mode & 0o077 == 0
    if other_url == database_url:
        other_url = f"sqlite:///{tmp_path / 'third.db'}"
    done = tekhne("restore", str(backup), TEKHNE_DB=other_url)
    assert done.returncode == 0, done.stderr
    restored = open_store(other_url)
    assert rows(restored) == before
    with restored.writer() as session:
        new = Run(name="next", specification_hash="-", samples=1)
        session.add(new)
        session.flush()
        assert new.id > deleted
    restored.close()


def test_a_backup_taken_while_others_write_holds_one_moment(store: Store, tmp_path: Path) -> None:
    """A writer changes two rows in one transaction, again and again: no copy may hold one of them alone."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with store.writer() as session:
                for name in ("a", "b"):
                    beat = {"executor_id": name, "host": "-", "instance": "-", "pid": number}
                    session.merge(WorkerHeartbeat(**beat, started_at=now(), seen_at=now()))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(8):
            copy_to_file(store, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(8):
        with sqlite3.connect(tmp_path / f"{number}.db") as opened:
            assert len({row[0] for row in opened.execute("SELECT pid FROM worker_heartbeat")}) <= 1
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_store_of_an_older_schema_is_backed_up_before_it_is_migrated(
    store: Store,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TEKHNE_DATA_DIR", str(tmp_path))
    fill(store)
    before = rows(store)
    downgrade(store, "0004")
    open_store(database_url).close()
    [backup] = tmp_path.glob("*-schema-0004-*.db")
    assert f"a backup of it is {backup}" in capsys.readouterr().err
    copy = Store.open(f"sqlite:///{backup}")
    with copy.engine.connect() as connection:
        assert read_schema(connection).revision == "0004"
    copy.close()
    # Its rows can be compared once it has today's columns as well.
    copy = open_store(f"sqlite:///{backup}")
    assert rows(copy) == rows(store)
    # What the older schema has no place for is gone with the downgrade, not with the backup.
    lost = {"checkpoint", "problem", "problem_origin"}
    assert {name: found for name, found in rows(copy).items() if name not in lost} == {
        name: found for name, found in before.items() if name not in lost
    }
    copy.close()


def content(file: Path) -> list[object]:
    """Every row of every table; the FTS tables keep theirs in tables of their own."""
    with sqlite3.connect(file) as opened:
        parts = opened.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [name for kind, name, sql in parts if kind == "table" and "VIRTUAL TABLE" not in sql]
        return [*parts, *(opened.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables)]


def refused(done: "CompletedProcess[str]", sentence: str) -> None:
    said = " ".join(done.stderr.split())
    assert done.returncode == 2
    assert said.startswith("error: ")
    assert sentence in said


def test_a_backup_onto_the_store_or_another_file_changes_nothing(
    sqlite_store: Store, tekhne: Tekhne, tmp_path: Path
) -> None:
    fill(sqlite_store)
    before = rows(sqlite_store)
    own, other = tmp_path / "store.db", tmp_path / "other.txt"
    other.write_text("mine")
    for place, sentence in (
        (own, f"{own} is also what is read"),
        (other, f"{other} exists already: name a new file"),
    ):
        refused(tekhne("backup", str(place), TEKHNE_DB=str(own)), sentence)
    refused(tekhne("backup", "/proc/backup.db", TEKHNE_DB=str(own)), "/proc/backup.db cannot be written")
    refused(tekhne("backup", str(tmp_path / "x.db"), TEKHNE_DB=str(tmp_path / "none.db")), "nothing to back up")
    assert rows(sqlite_store) == before
    assert other.read_text() == "mine"


def test_what_is_no_whole_backup_is_refused_and_makes_no_store(
    sqlite_store: Store, tekhne: Tekhne, tmp_path: Path
) -> None:
    fill(sqlite_store)
    whole = tmp_path / "whole.db"
    copy_to_file(sqlite_store, whole)
    cut, foreign, words, newer = (tmp_path / f"{name}.db" for name in ("cut", "foreign", "words", "newer"))
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    words.write_text("this is no database at all, only some words")
    with sqlite3.connect(foreign) as opened:
        opened.execute("CREATE TABLE recipes (id INTEGER)")
    newer.write_bytes(whole.read_bytes())
    with sqlite3.connect(newer) as opened:
        opened.execute("UPDATE tekhne_schema_version SET version_num = '9999'")
    unversioned, bare, older = (tmp_path / f"{name}.db" for name in ("unversioned", "bare", "older"))
    unversioned.write_bytes(whole.read_bytes())
    with sqlite3.connect(unversioned) as opened:
        opened.execute("DELETE FROM tekhne_schema_version")
    for file, version in ((bare, newest_schema()), (older, "0004")):
        with sqlite3.connect(file) as opened:
            opened.execute("CREATE TABLE tekhne_schema_version (version_num VARCHAR(32) NOT NULL)")
            opened.execute("INSERT INTO tekhne_schema_version VALUES (?)", (version,))
    target = tmp_path / "target" / "store.db"
    for file, sentence in (
        (cut, "is no whole backup"),
        (words, "is no whole backup"),
        (foreign, "is no backup of Tekhne"),
        (newer, "was written by a newer Tekhne"),
        (unversioned, "does not say which schema it has"),
        (bare, "is no whole backup: it lacks the table"),
        (older, "cannot be migrated (no such table"),
        (tmp_path / "absent.db", "There is no backup"),
    ):
        refused(tekhne("restore", str(file), TEKHNE_DB=str(target)), sentence)
        assert not target.exists()


@pytest.mark.parametrize(
    ("added", "kind"),
    [
        # Its name is that of a table.
        ("CREATE TRIGGER run AFTER INSERT ON run BEGIN DELETE FROM attempt; END", "trigger"),
        ("CREATE VIEW latest AS SELECT * FROM run", "view"),
    ],
    ids=["trigger", "view"],
)
def test_a_backup_with_commands_in_it_is_refused(
    sqlite_store: Store, tmp_path: Path, added: str, kind: str
) -> None:
    file = tmp_path / "added.db"
    copy_to_file(sqlite_store, file)
    refuse_no_backup(file)
    with sqlite3.connect(file) as opened:
        opened.execute(added)
    with pytest.raises(StoreError, match=f"it holds a {kind}"):
        refuse_no_backup(file)


def test_a_restore_over_a_store_or_another_programs_database_changes_nothing(
    sqlite_store: Store, tekhne: Tekhne, tmp_path: Path
) -> None:
    fill(sqlite_store)
    backup, foreign, newer = tmp_path / "backup.db", tmp_path / "foreign.db", tmp_path / "newer.db"
    copy_to_file(sqlite_store, backup)
    with sqlite3.connect(foreign) as opened:
        opened.execute("CREATE TABLE recipes (id INTEGER)")
    newer.write_bytes(backup.read_bytes())
    with sqlite3.connect(newer) as opened:
        opened.execute("UPDATE tekhne_schema_version SET version_num = '9999'")
    own = tmp_path / "store.db"
    for place, sentence in (
        (own, "is a store already"),
        (foreign, "another program"),
        (newer, "was written by a newer Tekhne"),
    ):
        before = content(place)
        refused(tekhne("restore", str(backup), TEKHNE_DB=str(place)), sentence)
        assert content(place) == before


def test_a_store_with_changes_in_its_log_is_no_backup_until_one_is_taken(
    sqlite_store: Store, tekhne: Tekhne, tmp_path: Path
) -> None:
    fill(sqlite_store)
    # As after a crash: the last rows are in the log alone.
    broken_off, target = tmp_path / "broken-off.db", tmp_path / "target.db"
    for end in ("", "-wal"):
        shutil.copyfile(tmp_path / f"store.db{end}", f"{broken_off}{end}")
    before = rows(sqlite_store)
    refused(tekhne("restore", str(broken_off), TEKHNE_DB=str(target)), f"{broken_off}-wal holds changes")
    assert not target.exists()
    assert tekhne("backup", str(tmp_path / "whole.db"), TEKHNE_DB=str(broken_off)).returncode == 0
    assert tekhne("restore", str(tmp_path / "whole.db"), TEKHNE_DB=str(target)).returncode == 0
    restored = open_store(f"sqlite:///{target}")
    assert rows(restored) == before
    restored.close()


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_what_is_left_of_an_earlier_store_is_not_mixed_with_the_restored_one(
    sqlite_store: Store, tekhne: Tekhne, tmp_path: Path, end: str
) -> None:
    whole, target = tmp_path / "whole.db", tmp_path / "target.db"
    copy_to_file(sqlite_store, whole)
    left = Path(f"{target}{end}")
    left.write_bytes(b"rows of an earlier store")
    refused(tekhne("restore", str(whole), TEKHNE_DB=str(target)), f"{left} is there already: move it away")
    assert left.read_bytes() == b"rows of an earlier store"
    assert not target.exists()
