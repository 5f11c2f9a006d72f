"""The built mutant writer, once for this folder's tests."""

from pathlib import Path

import pytest

from settings import load_settings
from worker.mutants import mutant_writer as built


@pytest.fixture(scope="session")
def mutant_writer() -> Path:
    return built(load_settings())
