"""Text that one of the databases cannot hold, in addresses and forms: an answer, never an error of ours."""

from collections.abc import Iterator

import pytest

from app.main import create_app
from models import Store
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory

ODD = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF",
    "%E2%80%AE",
    "%1B%5B2J",
    "9" * 5_000,
    "-1",
    "%F0%9F%98%80",
    "'%22%3B--",
    "%25_\\",
]
PLACES = [
    "/runs?q={}",
    "/runs/1/problems?q={}",
    "/runs/1/problems?sort={}",
    "/runs/1/problems/{}",
    "/runs/{}",
    "/checkpoints/{}",
    "/problem-sets/{}",
    "/problem-sets/tekhne-fresh?version={}",
    "/jobs?state={}",
    "/jobs/{}",
    "/transcripts?state={}",
    "/compare?left={0}&right={0}",
    "/compare?left=1&right=1&left_arm={0}",
    "/programs/attempt/{}.go",
    "/api/v1/runs/{}",
    "/api/v1/problem-sets/{}",
    "/api/v1/runs/1/problems?q={}",
    "/api/v1/jobs?after={}",
    "/runs/1/problems.csv?q={}",
]


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    factory = StoreFactory(store)
    factory.run(factory.problem_set(problems=2), samples=1)
    with TestClient(
        create_app(Settings(), store), follow_redirects=False, raise_server_exceptions=False
    ) as opened:
        yield opened


def test_odd_text_in_an_address_is_answered_on_both_databases(client: TestClient) -> None:
    answers = {place.format(text): client.get(place.format(text)).status_code for place in PLACES for text in ODD}
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    assert {answers["/runs?q=a%00b"]} <= {200, 400, 404, 422}


BODIES = [
    '{"base": "a\\ud800", "problem_sets": ["b"]}',
    '{"base": "a", "problem_sets": ["b\\u0000"]}',
    '{"base": "a", "base": 7, "problem_sets": ["b"]}',
    '{"base": "a", "problem_sets": ["b"], "samples": NaN}',
    '{"base": "a", "problem_sets": ["b"], "sampling": {"temperature": Infinity}}',
    '{"base": "a", "problem_sets": ["b"], "seed": ' + "9" * 5_000 + "}",
    '{"attempt_id": 1, "edited_trace": "\\ud800"}',
    '{"attempt_id": 1, "edited_prompt": "\\u0000"}',
    '{"attempt_id": 1, "temperature": 1e999}',
    "[" * 100_000,
    '{"a":' * 900 + "1" + "}" * 900,
    "\x00",
    "",
]


def test_odd_bodies_are_refused_on_both_databases(client: TestClient) -> None:
    for place in ("/api/v1/runs", "/api/v1/runs/1/problems/1/rerun", "/api/v1/checkpoints/1/origins"):
        for body in BODIES:
            answer = client.post(place, content=body.encode(), headers={"Content-Type": "application/json"})
            assert answer.status_code in {400, 404, 413, 422}, (place, body[:80], answer.text[:300])
