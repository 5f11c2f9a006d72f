"""Cancelling, pausing and deleting in the browser, with web process and worker real: pages tell the truth at once, and
a run that goes on equals one that was never paused."""

import re
from pathlib import Path

import pytest

from models.enums import JobState, RunState
from tests.faults.living import Prepared, living
from tests.faults.workplace import until
from tests.forking import Nursery

pytestmark = [pytest.mark.go, pytest.mark.slow]


def test_what_is_cancelled_paused_and_deleted_is_so_on_every_page(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        place.start_web()
        waiting = place.start_run()
        [job] = re.findall(r"/jobs/([0-9a-f]{32})\b", place.html("/jobs"))[:1]
        assert place.click(f"/jobs/{job}/cancel").status_code == 303
        # No worker has seen it, and both have ended.
        assert place.states(waiting) == (RunState.CANCELLED, JobState.CANCELLED)
        assert "cancelled" in place.page(f"/runs/{waiting}")
        assert place.click(f"/runs/{waiting}/delete").status_code == 303
        assert f"There is no run {waiting}." in place.page(f"/runs/{waiting}")

        run_id = place.start_run()
        assert run_id > waiting
        place.start_worker()
        place.wait_for_random_moment(run_id)
        assert place.click(f"/runs/{run_id}/pause").status_code == 303
        until(lambda: place.states(run_id) == (RunState.PAUSED, JobState.PAUSED))
        assert "paused" in place.page("/jobs")
        stopped = place.rows(run_id)
        assert "Resume" in place.page(f"/runs/{run_id}")
        assert place.rows(run_id) == stopped
        assert place.click(f"/runs/{run_id}/start").status_code == 303
        place.ends_as_undisturbed(run_id)
