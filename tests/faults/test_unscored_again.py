"""What our own fault left unscored is executed again, and then equals what was never lost."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from app.actions.errors import NotAllowed
from app.actions.unscored import execute_unscored_again
from models import Arm, Attempt, Job, Reflection, Revision, Run, Store
from models.arm_kinds import ArmKind
from models.enums import FinishReason, JobState, RunState, Verdict
from models.specification import ArmSpecification
from tests.faults.workplace import Workplace, until, workplace
from tests.forking import Nursery
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import SAMPLING, TINY, finished_run
from worker.runs.counting import recount

pytestmark = [pytest.mark.go, pytest.mark.slow]

LOST = {"verdict": Verdict.SANDBOX_ERROR, "unscored_reason": "The sandbox process ended."}
SHUFFLED = ArmSpecification(kind=ArmKind.SHUFFLED_TRACE, name="shuffled", checkpoint="critic", sampling=SAMPLING)
WANTED = TINY.model_copy(update={"arms": (TINY.arms[0], SHUFFLED), "rounds": 2})


def do(place: Workplace, run_id: int) -> None:
    """Let a worker do the run's newest job."""
    if not place.workers:
        place.start_worker()
    until(lambda: place.job(run_id).finished_at is not None)
    assert (place.job(run_id).state, place.run(run_id).state) == (JobState.DONE, RunState.DONE)


def lose_a_draft(store: Store, run_id: int, sample: int, *, written: bool) -> None:
    """As a dead sandbox leaves it, or an engine that failed: unscored, and repaired by no arm."""
    with store.writer() as session:
        lost = session.scalars(select(Attempt).where(Attempt.run_id == run_id, Attempt.sample == sample)).first()
        assert lost is not None
        for table in (Revision, Reflection):
            session.execute(delete(table).where(table.attempt_id == lost.id))
        changed = LOST if written else {**LOST, "text": "", "finish_reason": FinishReason.ERROR, "new_tokens": 0}
        session.execute(update(Attempt).where(Attempt.id == lost.id).values(**changed))
        recount(session, run_id)
        session.get_one(Run, run_id).revision_number += 1


def lose_a_revision(store: Store, run_id: int, arm: str) -> None:
    with store.writer() as session:
        lost = session.scalars(
            select(Revision).join(Arm).where(Revision.run_id == run_id, Arm.name == arm, Revision.round == 1)
        ).first()
        assert lost is not None
        later = {"arm_id": lost.arm_id, "problem_id": lost.problem_id, "sample": lost.sample, "round": 2}
        for table in (Revision, Reflection):
            session.execute(delete(table).filter_by(**later))
        session.execute(update(Revision).where(Revision.id == lost.id).values(**LOST))
        recount(session, run_id)
        session.get_one(Run, run_id).revision_number += 1


def test_samples_that_were_lost_are_taken_again_and_equal_those_of_an_undisturbed_run(
    tmp_path: Path, nursery: Nursery
) -> None:
    with workplace(tmp_path / "here", nursery) as place:
        run_id = finished_run(place.store, WANTED)
        expected = stored_rows(place.store, run_id)
        assert "Execute unscored again" not in place.page(f"/runs/{run_id}")

        lose_a_draft(place.store, run_id, 0, written=True)
        lose_a_draft(place.store, run_id, 1, written=False)
        lose_a_revision(place.store, run_id, "critic")
        assert stored_rows(place.store, run_id) != expected
        assert "Execute unscored again" in place.page(f"/runs/{run_id}")
        place.click(f"/runs/{run_id}/unscored")
        assert place.run(run_id).state is RunState.QUEUED
        assert "queued" in place.page(f"/runs/{run_id}")
        do(place, run_id)
        assert stored_rows(place.store, run_id) == expected

        with pytest.raises(NotAllowed, match="Nothing of that is unscored"):
            execute_unscored_again(place.store, place.queue, run_id)


def test_one_arm_or_one_sample_is_taken_again_by_api_and_command(  # type: ignore[no-untyped-def]
    tmp_path: Path, nursery: Nursery, tekhne
) -> None:
    with workplace(tmp_path / "here", nursery) as place:
        run_id = finished_run(place.store)
        expected = stored_rows(place.store, run_id)
        lose_a_revision(place.store, run_id, "critic")
        lose_a_revision(place.store, run_id, "resample")
        assert place.client.post(f"/api/v1/runs/{run_id}/unscored?arm=nobody", json={}).status_code == 404
        answer = place.client.post(f"/api/v1/runs/{run_id}/unscored?arm=critic", json={})
        assert (answer.status_code, answer.json()["programs"]) == (202, 1), answer.text
        do(place, run_id)
        # The other arm's failure was tried again as well, when the rest of the run was done.
        assert stored_rows(place.store, run_id) == expected
        lose_a_revision(place.store, run_id, "resample")
        with place.store.reader() as session:
            jobs = session.scalars(select(Job.id)).all()
        done = tekhne("execute-unscored", str(run_id), TEKHNE_DB=place.settings.db)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"1 unscored programs of run {run_id} are in the queue again (job ")
        assert place.job(run_id).id not in jobs
        do(place, run_id)
        assert stored_rows(place.store, run_id) == expected
