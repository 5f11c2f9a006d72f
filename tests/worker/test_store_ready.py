"""A worker that cannot begin says why in one sentence, and leaves the store as it is."""

from subprocess import CompletedProcess

import pytest
from sqlalchemy import create_engine, inspect

from tests.forking import Nursery


def start_worker(nursery: Nursery, url: str) -> "CompletedProcess[str]":
    return nursery.run("-m", "worker", environment={"TEKHNE_DB": url})


def only_sentence(finished: "CompletedProcess[str]") -> str:
    # It may pass, so `tekhne up` would start the worker again.
    assert finished.returncode == 75, finished.stderr
    assert finished.stderr.count("\n") == 1, finished.stderr
    return finished.stderr


def test_a_store_without_tables_is_refused_and_stays_empty(nursery: Nursery, database_url: str) -> None:
    said = only_sentence(start_worker(nursery, database_url))
    assert "has no tables yet" in said
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("url", ["postgresql://me:geheim@127.0.0.1:1/none", "/nowhere/at/all/store.db"])
def test_a_store_that_does_not_answer_is_named_without_its_password(nursery: Nursery, url: str) -> None:
    said = only_sentence(start_worker(nursery, url))
    assert "cannot be opened" in said
    assert "geheim" not in said
