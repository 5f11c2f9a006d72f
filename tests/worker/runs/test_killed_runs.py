"""kill -9 at twenty random moments: the run ends with the rows of an undisturbed one."""

import random
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from app.actions.runs import create_run
from cli.store import open_store
from models import Job, Run, RunProblemCount, Store
from models.enums import JobState, RunState, Verdict
from tests.forking import Nursery
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import ARMS, SAMPLING, TINY, add_tiny_models, finish, finished_run, reopen

pytestmark = [pytest.mark.go, pytest.mark.slow]

PROGRAM = str(Path(__file__).with_name("mortal_run.py"))
KILLS = 20
LONGEST_LIFE_SECONDS = 0.7
"""A life begins to work after a tenth of a second on a quick machine, and the whole run needs several lives."""
WANTED = TINY.model_copy(update={"samples": 20, "rounds": 2})


def live(nursery: Nursery, store: Store, run_id: int, killed_after: float | None = None) -> int:
    """The exit code of one life, a process that continues the run; killed after so many seconds unless it has ended."""
    process = nursery.start(PROGRAM, str(store.engine.url), str(run_id), environment={})
    if killed_after is not None:
        time.sleep(killed_after)
        process.kill()
    return process.wait()


def a_store(folder: Path) -> Store:
    folder.mkdir()
    store = open_store(f"sqlite:///{folder / 'store.db'}")
    add_tiny_models(store, folder)
    return store


def a_run(store: Store) -> int:
    with store.writer() as session:
        return create_run(session, WANTED).id


def ended(store: Store, run_id: int) -> bool:
    with store.reader() as session:
        job = session.get(Job, f"run-{run_id}")
        return job is not None and job.finished_at is not None


def test_a_run_killed_twenty_times_ends_with_the_rows_of_an_undisturbed_one(
    tmp_path: Path, nursery: Nursery
) -> None:
    quiet = a_store(tmp_path / "quiet")
    undisturbed = a_run(quiet)
    assert live(nursery, quiet, undisturbed) == 0
    expected = stored_rows(quiet, undisturbed)
    assert len(expected["drafts"]) == 40

    seed = random.SystemRandom().randrange(2**32)
    print(f"the moments of the kills come from seed {seed}")
    moments = random.Random(seed)
    store = a_store(tmp_path / "killed")
    kills = 0
    while kills < KILLS:
        # A quick machine may be through before the twentieth kill: the rest hit the same run once more.
        run_id = a_run(store)
        while kills < KILLS and not ended(store, run_id):
            kills += live(nursery, store, run_id, moments.uniform(0.05, LONGEST_LIFE_SECONDS)) == -signal.SIGKILL
        assert live(nursery, store, run_id) == 0
        with store.reader() as session:
            assert session.get_one(Run, run_id).state is RunState.DONE
            assert session.get_one(Job, f"run-{run_id}").state is JobState.DONE
        found = stored_rows(store, run_id)
        for table, wanted in expected.items():
            assert found[table] == wanted, table
    store.close()
    quiet.close()


def test_counts_that_a_kill_kept_from_being_written_are_written_when_the_run_goes_on(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Every row was stored, and the process died before the counts that are written once a second."""
    add_tiny_models(sqlite_store, tmp_path)
    run_id = finished_run(sqlite_store)
    expected = stored_rows(sqlite_store, run_id)
    with sqlite_store.writer() as session:
        session.execute(delete(RunProblemCount))
    reopen(sqlite_store, run_id)
    finish(sqlite_store, run_id)
    assert stored_rows(sqlite_store, run_id) == expected


def test_a_revision_that_could_not_be_written_is_not_taken_up_again(sqlite_store: Store, tmp_path: Path) -> None:
    """An unscored program ends its sample, now and when the run continues."""
    add_tiny_models(sqlite_store, tmp_path)
    leaves_no_room = ARMS[0].model_copy(update={"sampling": SAMPLING.model_copy(update={"max_new_tokens": 1_000})})
    run_id = finished_run(sqlite_store, TINY.model_copy(update={"arms": (leaves_no_room,), "rounds": 2}))
    expected = stored_rows(sqlite_store, run_id)
    reopen(sqlite_store, run_id)
    finish(sqlite_store, run_id)
    assert (1, Verdict.SANDBOX_ERROR) in {(row[3], row[5]) for row in expected["revisions"]}
    assert stored_rows(sqlite_store, run_id) == expected
