"""Fixtures that every room shares: an isolated home, a migrated store on both databases, the real data sets.

Nothing here fakes anything: SQLite is a file, Postgres is a server of its own on a free port.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from benchmarks.postgres import own_postgres
from cli.store import open_store
from models import Store
from tests.forking import TEKHNE, Nursery

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("TEKHNE_TEST_DATA", ROOT.parent / "shared" / "data"))
"""Other people's problem sets, which this repository may not hold (CONTRIBUTING.md says which)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: a process takes one file at a time, and the last one must be short."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def isolated_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the store and settings of whoever runs it. The cache is shared on purpose: it is
    content-addressed, and building the Go programs anew for each test would take minutes."""
    for name in [name for name in os.environ if name.startswith("TEKHNE_") and name != "TEKHNE_CACHE_DIR"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEKHNE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets. They are the user's: only where a user named one must it be there."""
    if not REAL_DATA.is_dir():
        tell = pytest.fail if "TEKHNE_TEST_DATA" in os.environ else pytest.skip
        tell(f"there are no real data sets at {REAL_DATA}: TEKHNE_TEST_DATA names their folder")
    return REAL_DATA


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real Postgres, with `{name}` where the database's name goes."""
    with own_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """An empty database of its own."""
    name = f"t{uuid4().hex[:12]}"
    _create_database(postgres_server, name)
    return postgres_server.format(name=name)


def _create_database(server: str, name: str, template: str = "template1") -> None:
    """A database that is a copy of `template`, in place of the one with this name."""
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once as a SQLite file and once in Postgres, as `TEKHNE_DB` would name it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite store to copy: the migrations take a quarter of a second, and hundreds of tests want a store.
    tests/models/test_schema.py and tests/cli/test_migrate.py run them anew."""
    file = Path(tmp_path_factory.mktemp("migrated")) / "store.db"
    store = open_store(f"sqlite:///{file}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_server: str) -> str:
    """The name of a migrated Postgres database to copy."""
    name = "migrated"
    _create_database(postgres_server, name)
    open_store(postgres_server.format(name=name).replace("postgresql://", "postgresql+psycopg://")).close()
    return name


@pytest.fixture
def store(database_url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A migrated store on each database."""
    if database_url.startswith("sqlite"):
        shutil.copyfile(request.getfixturevalue("migrated_file"), database_url.removeprefix("sqlite:///"))
    else:
        server: str = request.getfixturevalue("postgres_server")
        _create_database(
            server, str(make_url(database_url).database), request.getfixturevalue("migrated_database")
        )
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(migrated_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A migrated SQLite store, for tests in which the database does not matter."""
    opened = Store.open(f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'store.db')}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


@pytest.fixture
def tekhne(tmp_path: Path, nursery: Nursery) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs the real command line in an empty folder and returns what it printed."""

    def run(*arguments: str, timeout: float = 800, **environment: str) -> "subprocess.CompletedProcess[str]":
        folder = tmp_path / "cwd"
        folder.mkdir(exist_ok=True)
        command = [TEKHNE, *arguments]
        if "PYTHONPATH" not in environment:
            return nursery.run(*command, environment=environment, folder=folder, timeout=timeout)
        return subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run
