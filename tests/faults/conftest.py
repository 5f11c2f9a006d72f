"""What the fault tests share: one prepared store and one undisturbed run."""

import pytest

from tests.faults.living import Prepared, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"))
