"""Many problems are repaired again as one job."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select, update

from app.actions.errors import NotAllowed
from app.actions.jobs import JobQueue
from app.actions.reruns import rerun_problems
from app.queries.reruns import best_revision
from models import Attempt, Job, Revision, Run, RunProblem, Store
from models.arm_kinds import ArmKind
from models.enums import JobKind, RunKind, Verdict
from models.reruns import RepairSpecification
from settings import Settings
from tests.store_factory import StoreFactory

WANTED = RepairSpecification.of(kind=ArmKind.PROMPTED, samples=2, seed=5)


@pytest.fixture
def queue(sqlite_store: Store, tmp_path: Path) -> Iterator[JobQueue]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    opened = JobQueue(sqlite_store, settings.jobs_url)
    yield opened
    opened.close()


@pytest.fixture
def parent(sqlite_store: Store) -> int:
    """Four problems by three samples: 1 fails at sample 1, 2 at 0 and 2, 3 never; 4 is unscored and fails at 2."""
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=4), samples=3)
    fails = {(1, 1): Verdict.TYPE, (2, 0): Verdict.PANIC, (2, 2): Verdict.TYPE}
    fails |= {(4, 0): Verdict.SANDBOX_ERROR, (4, 2): Verdict.ASSERTION}
    with sqlite_store.writer() as session:
        session.execute(update(Attempt).values(verdict=Verdict.PASSED))
        for (problem_id, sample), verdict in fails.items():
            where = (Attempt.problem_id == problem_id, Attempt.sample == sample)
            session.execute(update(Attempt).where(*where).values(verdict=verdict))
    return run_id


def test_the_first_failed_draft_of_each_is_repaired_in_one_job(
    sqlite_store: Store, queue: JobQueue, parent: int
) -> None:
    run_id, job = rerun_problems(sqlite_store, queue, parent, [4, 1, 3, 2], WANTED)
    assert job.created
    with sqlite_store.reader() as session:
        child = session.get_one(Run, run_id)
        assert (child.kind, child.parent_id, child.samples, child.seed) == (RunKind.RERUN, parent, 2, 5)
        problems = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == run_id)).all()
        drafts = [session.get_one(Attempt, number) for number in child.arms[0].settings["attempt_ids"]]
        assert session.get_one(Job, job.job_id).kind is JobKind.RUN, "nobody waits for it"
    assert sorted(problems) == [1, 2, 4]
    assert sorted((draft.problem_id, draft.sample) for draft in drafts) == [(1, 1), (2, 0), (4, 2)]


def test_the_same_request_is_one_job_while_it_is_unfinished(
    sqlite_store: Store, queue: JobQueue, parent: int
) -> None:
    first, _ = rerun_problems(sqlite_store, queue, parent, [1, 2], WANTED)
    again, job = rerun_problems(sqlite_store, queue, parent, [2, 1], WANTED)
    assert (first, job.created) == (again, False)
    other, _ = rerun_problems(sqlite_store, queue, parent, [1], WANTED)
    assert other != first


def test_problems_without_a_failed_draft_are_refused(sqlite_store: Store, queue: JobQueue, parent: int) -> None:
    with pytest.raises(NotAllowed, match="nothing to repair"):
        rerun_problems(sqlite_store, queue, parent, [3], WANTED)


def test_a_problem_of_many_shows_its_own_best_revision(sqlite_store: Store, parent: int) -> None:
    run_id = StoreFactory(sqlite_store, seed=2).rerun(parent, 1, drafts=2)
    with sqlite_store.writer() as session:
        first, second = session.scalars(
            select(Revision).where(Revision.run_id == run_id).order_by(Revision.sample)
        ).all()
        first.verdict, second.verdict, second.problem_id = Verdict.TYPE, Verdict.PASSED, 2
    with sqlite_store.reader() as session:
        found = [best_revision(session, run_id, problem_id) for problem_id in (None, 1, 2, 3)]
    assert [(one.problem_id, one.sample) if one else None for one in found] == [(2, 1), (1, 0), (2, 1), None]
