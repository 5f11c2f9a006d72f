"""Two workers do one run by shards; one is killed, the run is paused, cancelled and gone on with: the rows are those of
an undisturbed run that one worker did alone."""

import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Job
from models.enums import JobKind, JobState, RunState
from tests.faults.living import Living, Prepared, living
from tests.faults.workplace import until
from tests.forking import Nursery

pytestmark = [pytest.mark.go, pytest.mark.slow]

SPLIT = {"TEKHNE_SHARD_PROBLEMS": "1"}


def unfinished(place: Living, run_id: int) -> int:
    with place.opened() as store, store.reader() as session:
        mine = select(func.count()).select_from(Job).where(Job.run_id == run_id, Job.finished_at.is_(None))
        return session.scalar(mine) or 0


def worker_of_run(place: Living, run_id: int) -> str:
    """Who does the run's own job, once a shard is under way."""
    with place.opened() as store, store.reader() as session:
        mine = select(Job.worker).where(Job.run_id == run_id, Job.state == JobState.RUNNING)
        under_way = session.scalars(mine.where(Job.kind == JobKind.SHARD)).first()
        return (under_way and session.scalars(mine.where(Job.kind == JobKind.RUN)).first()) or ""


def test_the_shards_and_the_run_of_a_killed_worker_are_taken_over(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        workers = {name: place.start_worker(name, **SPLIT) for name in ("w-1", "w-2")}
        run_id = place.start_run()
        until(lambda: worker_of_run(place, run_id))
        place.wait_for_random_moment(run_id)
        workers[worker_of_run(place, run_id) or "w-1"].end(signal.SIGKILL)
        place.ends_as_undisturbed(run_id)
        assert unfinished(place, run_id) == 0


def test_a_run_in_shards_pauses_goes_on_and_is_cancelled(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        place.start_web()
        run_id = place.start_run()
        for name in ("w-1", "w-2"):
            place.start_worker(name, **SPLIT)
        place.wait_for_random_moment(run_id)
        assert place.click(f"/runs/{run_id}/pause").status_code == 303
        until(lambda: place.states(run_id) == (RunState.PAUSED, JobState.PAUSED))
        # The run's job ends when its shards have ended.
        assert unfinished(place, run_id) == 0
        stopped = place.rows(run_id)
        assert "Resume" in place.page(f"/runs/{run_id}")
        assert place.rows(run_id) == stopped
        assert place.click(f"/runs/{run_id}/start").status_code == 303
        place.ends_as_undisturbed(run_id)
        page = place.page("/jobs")
        assert "shard" not in page

        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        assert place.click(f"/runs/{run_id}/cancel").status_code == 303
        until(lambda: place.states(run_id) == (RunState.CANCELLED, JobState.CANCELLED))
        assert unfinished(place, run_id) == 0
        assert place.click(f"/runs/{run_id}/delete").status_code == 303
        assert f"There is no run {run_id}." in place.page(f"/runs/{run_id}")
