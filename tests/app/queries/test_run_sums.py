"""A run in lists: an arm that was stopped short shows no share of what it happened to reach."""

import pytest
from sqlalchemy import select

from app.queries.run_sums import RunSums, read_sums
from models import Arm, RunProblemCount, Store
from models.arm_kinds import ArmKind
from models.enums import RunState
from tests.store_factory import Chances, StoreFactory


def sums_of(store: Store, state: RunState, *, left: int) -> RunSums:
    """A run whose critic has `left` of one problem's samples still before it."""
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(), state=state, chances=Chances(unscored=0.0))
    with store.writer() as session:
        critic = select(Arm.id).where(Arm.run_id == run_id, Arm.kind == ArmKind.CRITIC).scalar_subquery()
        count = session.scalars(select(RunProblemCount).where(RunProblemCount.arm_id == critic)).first()
        assert count is not None
        count.n, count.c, count.unscored = count.n - left, min(count.c, count.n - left), left
    with store.reader() as session:
        return read_sums(session, run_id)


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.CANCELLED, RunState.FAILED])
def test_an_arm_that_owes_revisions_has_no_share(sqlite_store: Store, state: RunState) -> None:
    base, critic, resample = sums_of(sqlite_store, state, left=2).arms
    assert critic.owes
    assert critic.pass_share is None
    assert base.pass_share is not None
    assert resample.pass_share is not None


def test_a_run_that_is_done_owes_nothing_whatever_stayed_unscored(sqlite_store: Store) -> None:
    assert all(arm.pass_share is not None for arm in sums_of(sqlite_store, RunState.DONE, left=2).arms)


def test_an_arm_that_met_every_draft_has_its_share_although_the_run_stopped(sqlite_store: Store) -> None:
    assert all(arm.pass_share is not None for arm in sums_of(sqlite_store, RunState.CANCELLED, left=0).arms)
