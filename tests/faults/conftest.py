"""The nursery that workers come from."""

from collections.abc import Iterator

import pytest

from tests.faults.workplace import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    opened = Nursery()
    yield opened
    opened.close()
