"""Jobs: what a finished re-run produced."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.actions.deleting import delete_run, remove_deleted
from app.actions.errors import NotAllowed
from app.actions.jobs import cancel_job
from app.queries.job_detail import find_job
from app.queries.jobs import read_work
from app.web.pages.jobs import RerunOutcome, outcome_of
from models import Attempt, Job, Revision, Run
from models.base import now
from models.enums import JobKind, JobState, RunState, Verdict
from tests.app.web.pages.conftest import Served

PROBLEM_ID = 3


def rerun_job(served: Served, verdicts: Sequence[Verdict], *, state: JobState = JobState.DONE) -> int:
    """A re-run of `PROBLEM_ID` whose samples ended in `verdicts`, and its job `j`; the run's id is returned."""
    run_id = served.factory.rerun(served.run_id, PROBLEM_ID, drafts=len(verdicts))
    with served.store.writer() as session:
        rows = session.scalars(select(Revision).where(Revision.run_id == run_id).order_by(Revision.sample)).all()
        for row, verdict in zip(rows, verdicts, strict=True):
            row.verdict, row.text = verdict, f"func Revised{row.sample}() {{}}"
        finished_at = now() if state is JobState.DONE else None
        session.add(
            Job(
                id="j",
                kind=JobKind.RERUN,
                queue="interactive",
                state=state,
                run_id=run_id,
                finished_at=finished_at,
            )
        )
    return run_id


def test_the_job_of_a_run_that_is_being_paused_says_so(served: Served) -> None:
    run_id = rerun_job(served, [Verdict.TYPE], state=JobState.RUNNING)
    for state, stage in ((RunState.RUNNING, "stopping"), (RunState.PAUSED, "pausing")):
        with served.store.writer() as session:
            session.get_one(Job, "j").cancel_requested = True
            session.get_one(Run, run_id).state = state
        with served.store.reader() as session:
            assert find_job(session, "j").stage == stage
            assert [job.stage for job in read_work(session).jobs] == [stage]


def test_a_cancelled_rerun_that_waited_lets_its_run_be_deleted(served: Served) -> None:
    run_id = rerun_job(served, [Verdict.TYPE], state=JobState.QUEUED)
    with served.store.writer() as session:
        session.get_one(Run, run_id).state = RunState.QUEUED
    with pytest.raises(NotAllowed, match="active re-run"):
        delete_run(served.store, served.run_id)
    assert cancel_job(served.store, "j")
    delete_run(served.store, served.run_id)
    remove_deleted(served.store)
    newer = served.factory.run(served.version_id, samples=1)
    assert newer > run_id, "the number of a deleted run was given again"


def outcome(served: Served) -> RerunOutcome | None:
    with served.store.reader() as session:
        return outcome_of(session, find_job(session, "j"))


def test_the_outcome_is_the_first_sample_that_passed_against_its_own_draft(served: Served) -> None:
    rerun_job(served, [Verdict.TYPE, Verdict.PASSED, Verdict.PASSED])
    found = outcome(served)
    assert found is not None
    assert (found.sample, found.revision.verdict) == (1, Verdict.PASSED)
    with served.store.reader() as session:
        draft = session.get_one(Attempt, found.draft.id)
        assert (draft.sample, draft.problem_id) == (1, PROBLEM_ID)
    assert found.heads == ("draft by demo-base", "revision by demo-critic")
    assert found.diff.added >= 1


def test_without_a_pass_the_outcome_is_the_first_sample(served: Served) -> None:
    rerun_job(served, [Verdict.TYPE, Verdict.ASSERTION])
    found = outcome(served)
    assert found is not None
    assert (found.sample, found.revision.verdict) == (0, Verdict.TYPE)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_an_unfinished_rerun_has_no_outcome(served: Served, state: JobState) -> None:
    rerun_job(served, [Verdict.PASSED], state=state)
    assert outcome(served) is None
    assert "Draft and revision" not in served.text("/jobs/j")


def test_a_rerun_that_ended_before_its_first_revision_has_no_outcome(served: Served) -> None:
    run_id = rerun_job(served, [Verdict.PASSED])
    with served.store.writer() as session:
        for row in session.scalars(select(Revision).where(Revision.run_id == run_id)):
            session.delete(row)
    assert outcome(served) is None


def test_a_job_that_is_no_rerun_has_no_outcome(served: Served) -> None:
    with served.store.writer() as session:
        session.add(
            Job(
                id="j",
                kind=JobKind.RUN,
                queue="work",
                state=JobState.DONE,
                run_id=served.run_id,
                finished_at=now(),
            )
        )
    assert outcome(served) is None


def test_the_page_of_a_finished_rerun_shows_its_outcome(served: Served) -> None:
    rerun_job(served, [Verdict.TYPE, Verdict.PASSED])
    text = served.text("/jobs/j")
    assert "Revised1" in text
    assert "Revised0" not in text
