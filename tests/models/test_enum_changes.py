"""The CHECK of an enum column can be rewritten and dropped on both databases, and no row is lost by it."""

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from cli.schema import downgrade, upgrade
from models import Arm, Attempt, Revision, RunProblemCount, Store, Trace
from models.arm_kinds import ArmKind
from models.enum_changes import drop_check, set_check
from models.enums import Stage
from tests.store_factory import StoreFactory

CHECK = "ck_trace_stage_is_known"
GROWN = [*Stage, "simplify"]


def filled(store: Store) -> None:
    factory = StoreFactory(store)
    factory.run(factory.problem_set(problems=2), samples=3)


def sizes(store: Store) -> dict[str, int]:
    tables = (Arm, Attempt, Revision, Trace, RunProblemCount)
    with store.reader() as session:
        return {t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def write_stage(store: Store, stage: str) -> None:
    with store.writer() as session:
        session.execute(text("UPDATE trace SET stage = :stage WHERE id = 1"), {"stage": stage})


def test_a_grown_enum_is_refused_before_its_migration_and_taken_after_it(store: Store) -> None:
    filled(store)
    before = sizes(store)
    with pytest.raises(IntegrityError):
        write_stage(store, "simplify")
    with store.alone() as connection:
        set_check(connection, "trace", "stage", CHECK, GROWN)
    write_stage(store, "simplify")
    with pytest.raises(IntegrityError):
        write_stage(store, "unheard of")
    assert sizes(store) == before
    assert min(before.values()) > 0


def test_a_value_that_a_row_still_holds_cannot_be_taken_away(store: Store) -> None:
    filled(store)
    with store.reader() as session:
        used = session.scalars(select(Trace.stage)).first()
    with (
        pytest.raises(ValueError, match=rf"trace.stage holds '{used}'.*nothing was changed"),
        store.alone() as connection,
    ):
        set_check(connection, "trace", "stage", CHECK, [stage for stage in Stage if stage != used])


def test_a_dropped_check_lets_any_text_in_and_can_be_set_again(store: Store) -> None:
    filled(store)
    with store.alone() as connection:
        drop_check(connection, "trace", CHECK)
    write_stage(store, "anything")
    write_stage(store, Stage.RUN)
    with store.alone() as connection:
        set_check(connection, "trace", "stage", CHECK, list(Stage))
    with pytest.raises(IntegrityError):
        write_stage(store, "anything")


def test_a_quote_in_a_value_does_no_harm(store: Store) -> None:
    filled(store)
    with store.alone() as connection:
        set_check(connection, "trace", "stage", CHECK, [*Stage, "it's"])
    write_stage(store, "it's")


def test_opening_the_kinds_of_arms_keeps_every_row_and_the_way_back_as_well(store: Store) -> None:
    filled(store)
    downgrade(store, "0001")
    before = sizes(store)
    with pytest.raises(IntegrityError):
        rename_arm_kind(store, "echo")
    upgrade(store)
    rename_arm_kind(store, "echo")
    assert sizes(store) == before
    with pytest.raises(ValueError, match=r"arm.kind holds 'echo'"):
        downgrade(store, "0001")


def rename_arm_kind(store: Store, kind: str) -> None:
    with store.writer() as session:
        session.execute(update(Arm).where(Arm.name == "critic").values(kind=kind))


def test_foreign_keys_hold_after_the_change(store: Store) -> None:
    filled(store)
    with pytest.raises(IntegrityError), store.writer() as session:
        session.add(Arm(run_id=99, position=0, name="x", kind=ArmKind.BASE))
