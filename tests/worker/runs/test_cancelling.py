"""A run cancelled in the middle: it stops long before its end, says so last, and shows what its rows say."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.actions.runs import cancel_run, create_run, pause_run
from models import Attempt, Job, JobEvent, Run, Store
from models.enums import JobKind, JobState, RunState
from settings import Settings
from tests.worker.runs.stored_rows import NUMBERS, stored_rows
from tests.worker.tiny_run import TINY, add_tiny_models
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.runs.counting import recount
from worker.service import Service

pytestmark = pytest.mark.go

SAMPLES = 500
"""Minutes of work, of which the test waits for the first row."""


def drafts(store: Store) -> int:
    with store.reader() as session:
        return session.scalar(select(func.count()).select_from(Attempt)) or 0


def counts(store: Store, run_id: int) -> list[tuple[object, ...]]:
    """What the run's pages show, of the problems that have samples."""
    marks = 2 + NUMBERS.index("marks")
    return [row for row in stored_rows(store, run_id)["counts"] if row[marks]]


@pytest.mark.parametrize(("stop", "state"), [(cancel_run, RunState.CANCELLED), (pause_run, RunState.PAUSED)])
def test_a_cancelled_run_stops_where_it_is(
    sqlite_store: Store, tmp_path: Path, stop: Callable[[Store, int], None], state: RunState
) -> None:
    store = sqlite_store
    add_tiny_models(store, tmp_path)
    with store.writer() as session:
        run_id = create_run(session, TINY.model_copy(update={"samples": SAMPLES})).id
        session.add(Job(id="j", kind=JobKind.RUN, queue="bulk", payload={"run_id": run_id}, run_id=run_id))
    with Service(Settings(device="cpu"), store) as service:
        work = threading.Thread(target=perform, args=(store, "j", handlers_for(service), "test"))
        work.start()
        while drafts(store) == 0:
            time.sleep(0.02)
        stop(store, run_id)
        work.join()
    with store.reader() as session:
        assert session.get_one(Job, "j").state is JobState(state.value)
        assert session.get_one(Run, run_id).state is state
        kinds = session.scalars(select(JobEvent.kind).order_by(JobEvent.number)).all()
    assert kinds[-1] == state.value
    assert kinds.count(state.value) == 1
    assert 0 < drafts(store) < SAMPLES
    shown = counts(store, run_id)
    with store.writer() as session:
        recount(session, run_id)
    assert counts(store, run_id) == shown
