"""The tour says what its pages show; where a page changes, `make tour` makes the tour again."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from app.main import create_app
from models import Store
from settings import Settings
from tests.client import TestClient
from tools.tour import DOCUMENT, STEPS, Step, document, picture_of
from worker.demo.installing import install_demo_pair
from worker.problem_sets.storing import install_own_sets


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    with sqlite_store.writer() as session:
        install_own_sets(session)
    install_demo_pair(sqlite_store)
    with TestClient(create_app(Settings(), sqlite_store)) as opened:
        yield opened


def test_the_page_of_the_tour_is_the_one_that_its_steps_make() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `make tour`"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_step_has_a_small_picture(step: Step) -> None:
    assert 5_000 < picture_of(step).stat().st_size < 200_000, "run `make tour`"


def test_every_page_shows_what_its_step_promises(client: TestClient) -> None:
    for step in STEPS:
        answer = client.get(step.path)
        assert answer.status_code == 200
        words = unescape(re.sub(r"<[^>]+>", " ", answer.text))
        for shown in step.shows:
            assert shown in words, (step.name, shown)
