"""A store with one run for the queries."""

from dataclasses import dataclass

import pytest

from models import Store
from tests.store_factory import Chances, StoreFactory


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A store, its factory and the runs in it."""

    store: Store
    factory: StoreFactory
    version_id: int
    run_id: int


@pytest.fixture
def filled(sqlite_store: Store) -> Filled:
    """Thirty problems, three arms, four samples; ungated, so that samples can break."""
    factory = StoreFactory(sqlite_store)
    version_id = factory.problem_set(problems=30)
    run_id = factory.run(version_id, gated=False, chances=Chances(unscored=0.03))
    return Filled(store=sqlite_store, factory=factory, version_id=version_id, run_id=run_id)
