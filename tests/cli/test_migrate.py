"""A database that cannot be the store is refused in one sentence, and nothing in it is changed."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import create_engine, text

from cli.errors import StoreError
from cli.store import open_store

ROOT = Path(__file__).resolve().parents[2]
Tekhne = Callable[..., "CompletedProcess[str]"]


def only_sentence(finished: "CompletedProcess[str]") -> str:
    """The one line an error is, after checking that it is one and that nothing else was said."""
    assert finished.returncode == 2, finished.stderr
    lines = finished.stderr.strip().splitlines()
    assert len(lines) == 1, finished.stderr
    assert finished.stdout == ""
    return lines[0]


def test_a_newer_database_is_refused_and_left_alone(database_url: str) -> None:
    open_store(database_url).close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE tekhne_schema_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer Tekhne"):
        open_store(database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM tekhne_schema_version")) == "9999"
    engine.dispose()


def test_another_programs_database_is_refused_and_left_alone(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE customers (id INTEGER PRIMARY KEY)"))
    with pytest.raises(StoreError, match="another program"):
        open_store(database_url)
    with engine.connect() as connection:
        assert connection.dialect.has_table(connection, "customers")
        assert not connection.dialect.has_table(connection, "run")
    engine.dispose()


def test_the_command_refuses_a_newer_database_in_one_sentence(tekhne: Tekhne, tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    open_store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tekhne_schema_version SET version_num = '9999'")
    connection.close()
    sentence = only_sentence(tekhne("migrate", TEKHNE_DB=str(path)))
    assert "newer Tekhne" in sentence
    assert "9999" in sentence


def test_the_command_refuses_a_file_that_is_no_database(tekhne: Tekhne, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 1000)
    before = path.read_bytes()
    assert "no SQLite database" in only_sentence(tekhne("migrate", TEKHNE_DB=str(path)))
    assert path.read_bytes() == before


def test_the_command_refuses_an_unreadable_url(tekhne: Tekhne) -> None:
    assert "no database URL" in only_sentence(tekhne("migrate", TEKHNE_DB="tarantula://x"))


def test_the_command_says_when_a_server_does_not_answer(tekhne: Tekhne) -> None:
    sentence = only_sentence(tekhne("migrate", TEKHNE_DB="postgresql://u:secret@127.0.0.1:1/d"))
    assert "cannot be opened" in sentence
    assert "secret" not in sentence


def test_the_command_refuses_an_unreadable_setting(tekhne: Tekhne) -> None:
    assert "TEKHNE_PORT='eighty'" in only_sentence(tekhne("migrate", TEKHNE_PORT="eighty"))


def test_the_command_refuses_an_unreadable_env_file(tekhne: Tekhne, tmp_path: Path) -> None:
    (tmp_path / "cwd").mkdir()
    (tmp_path / "cwd/.env").write_text("TEKHNE_DEVICE=abacus\n")
    sentence = only_sentence(tekhne("migrate"))
    assert "TEKHNE_DEVICE='abacus'" in sentence
    assert ".env" in sentence
    assert not (tmp_path / "data").exists()


def test_migrating_twice_is_quiet(tekhne: Tekhne, tmp_path: Path) -> None:
    for _ in range(2):
        finished = tekhne("migrate", TEKHNE_DB=str(tmp_path / "s.db"))
        assert finished.returncode == 0, finished.stderr


def test_starts_at_the_same_time_make_the_store_once(database_url: str) -> None:
    program = (
        "import sys\nfrom cli.store import open_store\nprint('ready', flush=True)\nsys.stdin.readline()\n"
        "open_store(sys.argv[1]).close()"
    )
    url = create_engine(database_url).url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", program, url]
    started = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    # All have imported what they need, so that they meet in the database.
    said = []
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        said.append((process.communicate(timeout=100)[1], process.returncode))
    assert [code for _, code in said] == [0] * 4, said
    store = open_store(database_url, migrate=False)
    store.close()


def test_a_checkout_may_lie_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "at 50% of it"
    folder.symlink_to(ROOT)
    monkeypatch.setattr("cli.schema.ROOT", folder)
    open_store(f"sqlite:///{tmp_path / 'a 50% store.db'}").close()
