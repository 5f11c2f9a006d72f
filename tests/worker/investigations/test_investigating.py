"""Following a recipe: each step once, whatever interrupts it; a changed line repeats what depends on it and no more."""

import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.actions.deleting import delete_run
from app.actions.errors import NotAllowed
from app.actions.investigations import cancel_investigation, put_investigation
from app.investigation_reports import read_investigation
from app.queries.investigations import find_investigation_view
from cli.store import open_store
from models import Attempt, Run, Store
from models.enums import JobState, RunState
from tests.forking import Nursery
from tests.worker.investigations.tiny_investigation import RECIPE, do, queued, states
from tests.worker.tiny_run import add_tiny_models

pytestmark = [pytest.mark.go, pytest.mark.slow]
MORTAL = str(Path(__file__).with_name("mortal_investigation.py"))
DONE, NEW, KEPT = JobState.DONE, (JobState.DONE, False), (JobState.DONE, True)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    add_tiny_models(store, tmp_path)
    return store


def runs(store: Store) -> list[tuple[int, str, RunState]]:
    with store.reader() as session:
        return [(run.id, run.name, run.state) for run in session.scalars(select(Run).order_by(Run.id))]


def test_steps_are_done_once_and_what_depends_on_a_change_is_done_again(store: Store) -> None:
    job = do(store, queued(store))
    assert (job.state, job.run_id) == (DONE, None), job.error
    assert states(store) == (DONE, {"score": NEW, "repair": NEW})
    assert [name for _, name, _ in runs(store)] == ["tiny: score", "tiny: repair"]
    assert {state for *_, state in runs(store)} == {RunState.DONE}

    do(store, queued(store))
    assert states(store) == (DONE, {"score": KEPT, "repair": KEPT})
    # The same work under another name is found as well; one changed line repeats one step.
    do(store, queued(store, "other", RECIPE.replace("[steps.repair]", "[steps.repair]\nseed = 9")))
    assert states(store, "other") == (DONE, {"score": KEPT, "repair": NEW})
    assert len(runs(store)) == 3

    with pytest.raises(NotAllowed, match="follows another recipe: give this one another name, or change that one"):
        put_investigation(store, "tiny", RECIPE + "\n[steps.best_of]\nsamples = 3\n")
    do(store, queued(store, "tiny", RECIPE + "\n[steps.best_of]\nsamples = 3\n", change=True))
    assert states(store) == (DONE, {"score": KEPT, "repair": KEPT, "best_of": NEW})

    delete_run(store, 1)
    do(store, queued(store, "tiny", RECIPE, change=True))
    assert states(store) == (DONE, {"score": NEW, "repair": KEPT})
    with store.reader() as session:
        report = read_investigation(session, find_investigation_view(session, "tiny"))
    assert [section.name for section in report.conclusions] == ["score", "repair"]
    assert report.in_short == "All 2 steps are done."


def test_kill_9_loses_nothing(store: Store, nursery: Nursery) -> None:
    recipe = RECIPE.replace("samples = 2", "samples = 12")
    job_id = queued(store, "tiny", recipe)
    process = nursery.start(MORTAL, str(store.engine.url), job_id, environment={})
    while process.poll() is None:
        time.sleep(0.05)
        with store.reader() as session:
            drafts = session.scalar(select(func.count()).where(Attempt.run_id == 2))
        if drafts:
            process.kill()
            break
    process.wait()
    assert len(runs(store)) == 2
    assert do(store, job_id).state is DONE
    assert states(store)[0] is DONE
    assert [state for *_, state in runs(store)] == [RunState.DONE, RunState.DONE]
    with store.reader() as session:
        assert session.scalar(select(func.count()).where(Attempt.run_id == 2)) == 24


def test_a_checkpoint_that_is_gone_is_one_sentence_and_the_rest_stays(store: Store, tmp_path: Path) -> None:
    do(store, queued(store))
    (tmp_path / "critic").rename(tmp_path / "elsewhere")
    job_id = queued(store, "tiny", RECIPE + '\n[steps.more]\nkind = "repair"\nseed = 5\n', change=True)
    (tmp_path / "elsewhere").rename(Path(tmp_path.parent / f"{tmp_path.name}-gone"))
    job = do(store, job_id)
    assert job.state is JobState.FAILED
    assert "The files of critic are not in" in job.error
    state, steps = states(store)
    assert (state, steps["score"], steps["repair"], steps["more"][0]) == (
        JobState.FAILED,
        KEPT,
        KEPT,
        JobState.FAILED,
    )


def test_cancelling_stops_the_investigation_with_its_run_and_it_can_go_on(store: Store) -> None:
    job_id = queued(store)
    cancel_investigation(store, "tiny")
    assert do(store, job_id).state is JobState.CANCELLED
    assert states(store)[0] is JobState.CANCELLED
    assert runs(store) == []
    assert do(store, queued(store)).state is DONE


def test_an_unknown_set_fails_in_one_sentence(store: Store) -> None:
    job = do(store, queued(store, "odd", RECIPE.replace('two = "two"', 'two = "three"')))
    assert job.state is JobState.FAILED
    assert job.error.startswith("problem_sets: no problem set is called 'three'")
    assert runs(store) == []


def test_a_teacher_without_its_key_stops_it_before_anything_is_done(store: Store) -> None:
    job = do(
        store,
        queued(store, "keyless", RECIPE + '[steps.lessons]\nkind = "collect"\nteacher = "kimi"\nmodel = "m"\n'),
    )
    assert job.state is JobState.FAILED
    assert (
        job.error == "The teacher kimi needs a key: set TEKHNE_TEACHER_KEY or MOONSHOT_API_KEY in the environment."
    )
    assert states(store, "keyless")[1]["score"] == (JobState.QUEUED, False)
    assert runs(store) == []
