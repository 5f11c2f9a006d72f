"""schemathesis asks every operation of the API what OpenAPI allows, and what it does not: never an error of ours."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from dbos import DBOS
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema

from app.main import create_app
from cli.store import open_store
from settings import Settings
from tests.store_factory import StoreFactory

pytestmark = pytest.mark.slow

EXAMPLES = 12


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The API over a store with a run; one process-wide limit on changes would end the test early."""
    folder: Path = tmp_path_factory.mktemp("api")
    options = Settings(db=str(folder / "store.db"), data_dir=folder)
    store = open_store(options.store_url)
    factory = StoreFactory(store)
    factory.run(factory.problem_set(problems=2), samples=2)
    DBOS.migrate(options.jobs_url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.web.security.limits.CHANGES_A_MINUTE", 10**6)
        application = create_app(options, store)
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", application, headers={"Host": "localhost"})
    application.state.tekhne.queue.close()
    store.close()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_is_an_error_of_ours(api: BaseSchema, mode: GenerationMode) -> None:
    """`positive` asks what OpenAPI allows, `negative` what it does not."""
    answered: Counter[int] = Counter()
    for found in api.get_all_operations():
        _ask(found.ok(), mode, answered)
    # Refusals alone would show nothing.
    assert answered[200] > (50 if mode is GenerationMode.POSITIVE else 0)
    assert answered[421] == answered[429] == 0


def _ask(operation: APIOperation, mode: GenerationMode, answered: Counter[int]) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case) -> None:
        response = case.call(headers={"Host": "localhost"})
        answered[response.status_code] += 1
        assert response.status_code < 500, f"{case.method} {case.path}: {response.text[:300]}"

    try:
        ask()
    except Unsatisfiable:
        # An operation without parameters allows every request.
        assert mode is GenerationMode.NEGATIVE
