"""Settings that no start could work with are one sentence before anything is touched; the doctor names them too."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cli.errors import StoreError
from cli.store import refuse_unusable
from settings import database_url
from tests.free_port import free_port

Tekhne = Callable[..., "CompletedProcess[str]"]
IN_THE_WAY = "a file where a folder should be"


@pytest.fixture
def up(tekhne: Tekhne, tmp_path: Path) -> Callable[..., str]:
    """Runs `tekhne up`, which has to refuse, and answers with its one sentence."""

    def refused(**environment: str) -> str:
        finished = tekhne("up", **{"TEKHNE_PORT": str(free_port()), **environment})
        assert finished.returncode == 2, finished.stderr
        assert finished.stderr.count("\n") == 1, finished.stderr
        assert not (tmp_path / "data").exists()
        return finished.stderr

    return refused


def foreign(path: Path) -> Path:
    """A database of another program, in SQLite's default journal mode."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER)")
    connection.close()
    return path


@pytest.mark.parametrize(
    "url",
    [
        "://x",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://me@host/d",
        "tarantula://x",
        "postgresql://me:pw@host:port/d",
    ],
)
@pytest.mark.parametrize("setting", ["TEKHNE_DB", "TEKHNE_JOBS_DB"])
def test_what_is_no_usable_url_is_named_without_its_password(setting: str, url: str) -> None:
    with pytest.raises(StoreError, match=f"^{setting}=.* is no database URL") as caught:
        refuse_unusable(database_url(url), setting=setting)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("setting", ["TEKHNE_DB", "TEKHNE_JOBS_DB"])
def test_an_unusable_url_is_named_by_start_and_doctor(
    tekhne: Tekhne, up: Callable[..., str], setting: str
) -> None:
    url = "postgresql://me:geheim@host:port/d"
    said = up(**{setting: url})
    told = tekhne("doctor", "--json", **{setting: url})
    found = {one["check"]: one for one in json.loads(told.stdout)["checks"]}["database"]
    assert (told.returncode, found["health"]) == (1, "failed")
    assert f"{setting}=" in said
    assert f"{setting}=" in found["sentence"]
    assert "geheim" not in said + told.stdout + told.stderr


@pytest.mark.parametrize(("setting", "says"), [("TEKHNE_DB", "none of Tekhne's"), ("TEKHNE_JOBS_DB", "job queue")])
def test_another_programs_file_keeps_every_byte(
    tekhne: Tekhne, up: Callable[..., str], tmp_path: Path, setting: str, says: str
) -> None:
    file = foreign(tmp_path / "other.db")
    before = file.read_bytes()
    if setting == "TEKHNE_DB":
        assert says in tekhne("migrate", TEKHNE_DB=str(file)).stderr
    else:
        assert says in up(TEKHNE_JOBS_DB=str(file))
    tekhne("doctor", **{setting: str(file)})
    assert file.read_bytes() == before


def test_a_queue_that_is_no_database_is_named(up: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Dear diary, " * 1000)
    assert "point TEKHNE_JOBS_DB at a new file" in up(TEKHNE_JOBS_DB=str(tmp_path / "notes.db"))


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("TEKHNE_GO", "/nowhere/go", "is not a go command"),
        ("TEKHNE_CACHE_DIR", IN_THE_WAY, "set TEKHNE_CACHE_DIR"),
        ("TEKHNE_HOST", "0.0.0.0", "set TEKHNE_TOKEN"),
    ],
)
def test_what_web_process_or_worker_cannot_start_with_is_refused_first(
    up: Callable[..., str], tmp_path: Path, setting: str, value: str, says: str
) -> None:
    if value == IN_THE_WAY:
        (tmp_path / "file").touch()
        value = str(tmp_path / "file")
    assert says in up(**{setting: value})


def test_an_address_that_is_not_this_machines_is_not_called_taken(up: Callable[..., str]) -> None:
    said = up(TEKHNE_HOST="192.0.2.1", TEKHNE_TOKEN="long-enough-for-this-test")
    assert "Nothing can listen on port" in said
    assert "check TEKHNE_HOST" in said


def test_a_data_folder_that_cannot_be_made_fails_the_doctor(tekhne: Tekhne, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = tekhne("doctor", "--json", TEKHNE_DATA_DIR=str(tmp_path / "file"))
    found = {one["check"]: one for one in json.loads(told.stdout)["checks"]}["database"]
    assert told.returncode == 1
    assert "no folder that you can write to" in found["sentence"]
