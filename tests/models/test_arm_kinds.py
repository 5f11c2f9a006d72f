"""Arm kinds: strings that know everything about themselves, in one registry that anybody may add to."""

import copy
import json
import pickle
from collections.abc import Iterator

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from models import Arm, Store
from models.arm_kinds import (
    ArmKind,
    ArmOption,
    arm_kinds,
    arm_options,
    find_arm_kind,
    forget_arm_kind,
    register_arm_kind,
)
from tests.store_factory import StoreFactory


@pytest.fixture
def echo() -> Iterator[ArmKind]:
    kind = ArmKind(
        "echo",
        label="echo",
        description="Writes the attempt again.",
        critic="some.module:Echo",
        option=ArmOption("echo", label="echo"),
    )
    register_arm_kind(kind)
    yield kind
    forget_arm_kind(kind)


def test_a_kind_is_its_name_to_everything_that_stores_or_prints_it() -> None:
    assert ArmKind.NO_TRACE == "no_trace"
    assert f"{ArmKind.NO_TRACE}" == "no_trace"
    assert json.dumps({"kind": ArmKind.NO_TRACE}) == '{"kind": "no_trace"}'
    assert (ArmKind.NO_TRACE.label, ArmKind.NO_TRACE.css_class) == ("no trace", "ablation")


def test_only_the_base_writes_no_revision() -> None:
    assert [kind for kind in arm_kinds() if not kind.repairs] == [ArmKind.BASE]


def test_a_copied_or_pickled_kind_is_the_kind() -> None:
    assert copy.deepcopy(ArmKind.CRITIC) == ArmKind.CRITIC
    assert pickle.loads(pickle.dumps(ArmKind.CRITIC)) == ArmKind.CRITIC


def test_a_kind_does_not_change() -> None:
    with pytest.raises(AttributeError, match="does not change"):
        ArmKind.CRITIC.label = "other"


def test_a_registered_kind_is_found_listed_and_offered(echo: ArmKind) -> None:
    assert find_arm_kind("echo") is echo
    assert list(arm_kinds())[-1] is echo
    assert arm_options()[-1].name == "echo"


def test_two_kinds_cannot_share_a_name(echo: ArmKind) -> None:
    with pytest.raises(ValueError, match="taken"):
        register_arm_kind(ArmKind("echo", label="again", description="Again."))


def test_options_that_kinds_share_are_offered_once() -> None:
    names = [option.name for option in arm_options()]
    assert {"prompted", "resample", "ablations"} <= set(names)
    assert len(names) == len(set(names))


def test_an_unknown_name_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(ValueError, match=r"'psychic' is no kind of arm: choose one of base, critic"):
        find_arm_kind("psychic")


def test_json_takes_a_name_gives_a_name_and_lists_the_names() -> None:
    adapter = TypeAdapter(ArmKind)
    assert adapter.validate_json('"critic"') == ArmKind.CRITIC
    assert adapter.dump_json(ArmKind.CRITIC) == b'"critic"'
    assert "resample" in adapter.json_schema()["enum"]
    with pytest.raises(ValidationError, match="no kind of arm"):
        adapter.validate_json('"psychic"')


def test_a_new_kind_needs_no_migration(store: Store, echo: ArmKind) -> None:
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=1), samples=1, arms=(ArmKind.BASE, echo))
    with store.reader() as session:
        assert session.scalars(select(Arm).where(Arm.run_id == run_id, Arm.kind == echo)).one().kind is echo


def test_a_kind_that_is_not_registered_here_can_still_be_read(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=1), samples=1)
    with sqlite_store.writer() as session:
        arm = session.scalars(select(Arm).where(Arm.run_id == run_id, Arm.name == "critic")).one()
        arm.kind = ArmKind("foreign", label="foreign", description="From elsewhere.")
    with sqlite_store.reader() as session:
        kind = session.get_one(Arm, arm.id).kind
        assert (kind, kind.label, kind.repairs) == ("foreign", "foreign", True)
