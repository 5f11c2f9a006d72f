"""The counts by fingerprint are what the rows say, whoever counted them, and follow a run's rows."""

from collections import Counter

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.actions.deleting import delete_run, remove_deleted
from cli.schema import downgrade, upgrade
from models import Arm, Attempt, FailureCount, Revision, Store, Trace
from models.arm_kinds import ArmKind
from models.enums import Verdict
from models.fingerprints import fingerprint_of
from tests.store_factory import StoreFactory
from worker.runs.counting import recount

COLUMNS = [column for column in FailureCount.__table__.columns]  # noqa: C416  # columns are no list


def stored(session: Session) -> list[tuple[object, ...]]:
    return sorted(map(tuple, session.execute(select(*COLUMNS)).all()), key=repr)


def filled(store: Store) -> int:
    factory = StoreFactory(store)
    return factory.run(factory.problem_set(problems=6), samples=5)


def test_every_trace_has_the_fingerprint_of_its_message(store: Store) -> None:
    filled(store)
    with store.reader() as session:
        traces = session.scalars(select(Trace)).all()
    assert {one.fingerprint != "" for one in traces} == {True, False}
    assert all(one.fingerprint == fingerprint_of(one.verdict, one.stage, one.message) for one in traces)


def test_the_counts_are_those_of_the_rows_read_one_by_one(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    expected, repaired = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    with sqlite_store.reader() as session:
        for draft in session.scalars(select(Attempt)):
            expected[draft.arm_id, draft.trace.fingerprint if draft.trace else ""] += 1
        for one in session.scalars(select(Revision)):
            expected[one.arm_id, one.trace.fingerprint if one.trace else ""] += 1
            if one.verdict is Verdict.PASSED and one.attempt.trace:
                repaired[one.arm_id, one.attempt.trace.fingerprint] += 1
        counted = session.scalars(select(FailureCount).where(FailureCount.run_id == run_id)).all()
    found, fixed = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for row in counted:
        found[row.arm_id, row.fingerprint] += row.failed
        fixed[row.arm_id, row.fingerprint] += row.repaired
        assert len(row.samples.split(",")) == row.failed or (not row.failed and row.samples == "")
        assert row.repaired <= row.revised
    assert +found == {key: number for key, number in expected.items() if key[1]}
    assert +fixed == {key: number for key, number in repaired.items() if key[1]}
    assert fixed.total() > 0


def test_counting_again_changes_nothing_and_forgets_what_is_gone(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    with sqlite_store.writer() as session:
        before = stored(session)
        recount(session, run_id)
        assert stored(session) == before
        session.execute(update(Revision).values(verdict=Verdict.PASSED, trace_id=None))
        recount(session, run_id)
        critics = select(Arm.id).where(Arm.kind != ArmKind.BASE)
        failed = select(func.sum(FailureCount.failed)).where(FailureCount.arm_id.in_(critics))
        assert session.scalar(failed) == 0
        session.execute(delete(Revision))
        recount(session, run_id)
        assert session.scalar(select(func.count()).where(FailureCount.arm_id.in_(critics))) == 0


def test_a_store_made_before_fingerprints_gets_the_same_by_migration(store: Store) -> None:
    filled(store)
    with store.reader() as session:
        before = stored(session)
        traces = session.execute(select(Trace.id, Trace.fingerprint).order_by(Trace.id)).all()
    downgrade(store, "0019")
    upgrade(store)
    with store.reader() as session:
        assert stored(session) == before
        assert session.execute(select(Trace.id, Trace.fingerprint).order_by(Trace.id)).all() == traces


def test_a_deleted_run_takes_its_counts_with_it(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    delete_run(sqlite_store, run_id)
    remove_deleted(sqlite_store)
    with sqlite_store.reader() as session:
        assert stored(session) == []
