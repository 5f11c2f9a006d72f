"""The application over a store with one run, as a client sees it; no server is started."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.main import create_app
from cli.store import open_store
from models import Store
from settings import Settings
from tests.client import TestClient
from tests.store_factory import Chances, StoreFactory


@dataclass(frozen=True, kw_only=True)
class Served:
    """A client, and what it is served from."""

    client: TestClient
    store: Store
    factory: StoreFactory
    version_id: int
    run_id: int

    def text(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text


@pytest.fixture
def empty_client(sqlite_store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), sqlite_store), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty problems by three samples, ungated, so that all filters find something; copied for each test."""
    file = Path(tmp_path_factory.mktemp("served")) / "store.db"
    store = open_store(f"sqlite:///{file}")
    factory = StoreFactory(store)
    factory.run(factory.problem_set(problems=60), samples=3, gated=False, chances=Chances(unscored=0.03))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return file


@pytest.fixture
def served(filled_file: Path, tmp_path: Path) -> Iterator[Served]:
    file = tmp_path / "served.db"
    shutil.copyfile(filled_file, file)
    store = Store.open(f"sqlite:///{file}")
    with TestClient(create_app(Settings(), store), follow_redirects=False) as client:
        yield Served(client=client, store=store, factory=StoreFactory(store, seed=11), version_id=1, run_id=1)
    store.close()
