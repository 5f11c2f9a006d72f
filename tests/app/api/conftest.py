"""The API over a store with one run of three problems."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS

from app.main import create_app
from models import Store
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory


@pytest.fixture
def run_id(sqlite_store: Store) -> int:
    factory = StoreFactory(sqlite_store)
    return factory.run(factory.problem_set(problems=3), samples=2)


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store)) as opened:
        yield opened
