"""The sums of a run: an arm that was stopped before its last revision has no pass rate."""

import pytest
from sqlalchemy import select

from app.queries.run_sums import RunSums, read_sums
from models import Arm, RunProblemCount, Store
from models.arm_kinds import ArmKind
from models.counts import ABSENT, MARK_OF
from models.enums import RunState, Verdict
from tests.store_factory import Chances, StoreFactory

PASSED = MARK_OF[Verdict.PASSED]


def sums_of(store: Store, state: RunState, *, left: int, mark: str = ABSENT) -> RunSums:
    """A run in which the critic has no verdict on `left` failed drafts of one problem."""
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(), state=state, chances=Chances(unscored=0.0))
    with store.writer() as session:
        critic = select(Arm.id).where(Arm.run_id == run_id, Arm.kind == ArmKind.CRITIC).scalar_subquery()
        counts = session.scalars(select(RunProblemCount).where(RunProblemCount.arm_id == critic))
        count = next(one for one in counts if sum(draft != PASSED for draft in one.draft_marks) >= 2)
        places = [place for place, draft in enumerate(count.draft_marks) if draft != PASSED][:left]
        passed = sum(count.marks[place] == PASSED for place in places)
        count.marks = "".join(mark if place in places else old for place, old in enumerate(count.marks))
        count.n, count.c, count.unscored = count.n - left, count.c - passed, left
    with store.reader() as session:
        return read_sums(session, run_id)


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.CANCELLED, RunState.FAILED])
def test_an_arm_that_owes_revisions_has_no_pass_rate(store: Store, state: RunState) -> None:
    base, critic, resample = sums_of(store, state, left=2).arms
    assert critic.owes_revision
    assert critic.pass_share is None
    assert base.pass_share is not None
    assert resample.pass_share is not None


def test_a_finished_run_owes_nothing_even_with_unscored_samples(sqlite_store: Store) -> None:
    assert all(arm.pass_share is not None for arm in sums_of(sqlite_store, RunState.DONE, left=2).arms)


def test_an_arm_that_revised_every_draft_has_its_pass_rate_in_a_stopped_run(sqlite_store: Store) -> None:
    assert all(arm.pass_share is not None for arm in sums_of(sqlite_store, RunState.CANCELLED, left=0).arms)


def test_a_revision_that_could_not_be_judged_is_not_owed(sqlite_store: Store) -> None:
    unscored = MARK_OF[Verdict.SANDBOX_ERROR]
    assert not any(
        arm.owes_revision for arm in sums_of(sqlite_store, RunState.CANCELLED, left=2, mark=unscored).arms
    )
