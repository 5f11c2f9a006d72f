"""A worker that cannot begin says why in one sentence, and leaves the store as it is."""

import os
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import create_engine, inspect

ROOT = Path(__file__).resolve().parents[2]


def start_worker(url: str) -> "CompletedProcess[str]":
    command = [sys.executable, "-m", "worker"]
    environment = {**os.environ, "TEKHNE_DB": url}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def only_sentence(finished: "CompletedProcess[str]") -> str:
    assert finished.returncode == 2, finished.stderr
    assert finished.stderr.count("\n") == 1, finished.stderr
    return finished.stderr


def test_a_store_without_tables_is_refused_and_stays_empty(database_url: str) -> None:
    said = only_sentence(start_worker(database_url))
    assert "has no tables yet" in said
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("url", ["postgresql://me:geheim@127.0.0.1:1/none", "/nowhere/at/all/store.db"])
def test_a_store_that_does_not_answer_is_named_without_its_password(url: str) -> None:
    said = only_sentence(start_worker(url))
    assert "cannot be opened" in said
    assert "geheim" not in said
