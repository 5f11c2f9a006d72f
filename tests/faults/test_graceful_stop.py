"""SIGTERM and Ctrl-C at random moments, as of a deploy: nothing that was cut short is stored, and nothing is lost."""

import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Attempt, Revision
from models.enums import FinishReason, JobState, RunState
from tests.faults.workplace import random_moments, until, workplace
from tests.forking import Nursery
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import TINY, finished_run

pytestmark = [pytest.mark.go, pytest.mark.slow]

WANTED = TINY.model_copy(update={"samples": 5})


def test_a_run_whose_worker_is_stopped_in_order_ends_with_the_rows_of_an_undisturbed_one(
    tmp_path: Path, nursery: Nursery
) -> None:
    moments = random_moments()
    with workplace(tmp_path / "here", nursery) as place:
        undisturbed = finished_run(place.store, WANTED)
        expected = stored_rows(place.store, undisturbed)
        whole = place.rows(undisturbed)
        run_id = place.start_run(WANTED)
        for number in (signal.SIGTERM, signal.SIGINT):
            worker = place.start_worker()
            before = place.rows(run_id)
            wanted = before + moments.randrange(max(1, (whole - before) // 3))
            until(
                lambda at_least=wanted: (
                    place.rows(run_id) >= at_least and place.job(run_id).state is JobState.RUNNING
                )
            )
            assert place.end_worker(worker, number) == 0
            with place.store.reader() as session:
                for table in (Attempt, Revision):
                    cut = select(table.id).where(table.finish_reason == FinishReason.CANCELLED)
                    assert session.scalars(cut).all() == []
            if place.rows(run_id) < whole:
                assert (place.run(run_id).state, place.job(run_id).state) == (RunState.RUNNING, JobState.RUNNING)
                assert "No worker" in place.page(f"/runs/{run_id}")
        place.start_worker()
        place.finish(run_id)
        assert (place.job(run_id).state, place.job(run_id).error) == (JobState.DONE, "")
        found = stored_rows(place.store, run_id)
        for table, rows in expected.items():
            assert found[table] == rows, table
