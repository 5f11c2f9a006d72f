"""Stopping a job by its id: what has ended is not asked, and ids are taken as they are written."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cli.store import open_store
from models import Job
from models.enums import JobState

Tekhne = Callable[..., "CompletedProcess[str]"]
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A store with a job that waits and one that was stopped."""
    path = str(tmp_path / "tekhne.db")
    store = open_store(f"sqlite:///{path}")
    with store.writer() as session:
        session.add(Job(id="a1", kind="run", queue="gpu", state=JobState.QUEUED, created_at=NOW))
        session.add(
            Job(id="b2", kind="run", queue="gpu", state=JobState.CANCELLED, created_at=NOW, finished_at=NOW)
        )
    store.close()
    return path


def test_a_waiting_job_stops_at_once_and_is_not_asked_again(tekhne: Tekhne, database: str) -> None:
    assert "Asked job a1 to stop." in tekhne("jobs", "cancel", "a", TEKHNE_DB=database).stdout
    again = tekhne("jobs", "cancel", "a", TEKHNE_DB=database)
    assert again.returncode == 2
    assert "Job a1 is cancelled already" in again.stderr


@pytest.mark.parametrize(
    ("beginning", "said"), [("b", "cancelled already"), ("%", "No job has"), ("", "Several jobs have")]
)
def test_what_cannot_be_stopped_is_one_sentence(tekhne: Tekhne, database: str, beginning: str, said: str) -> None:
    finished = tekhne("jobs", "cancel", beginning, TEKHNE_DB=database)
    assert finished.returncode == 2
    assert said in finished.stderr
    assert len(finished.stderr.strip().splitlines()) == 1
