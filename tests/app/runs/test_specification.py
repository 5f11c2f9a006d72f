"""A specification is checked field by field, and its hash covers all that a number depends on."""

from dataclasses import replace

import pytest

from app.runs.errors import SpecificationError
from app.runs.specification import ArmSpecification, RunSpecification, Sampling, name_of
from models.arm_kinds import ArmKind
from models.enums import TestsKind

GOOD = RunSpecification(
    name="a",
    problem_sets=("tekhne-fresh",),
    base="demo",
    arms=(
        ArmSpecification(kind=ArmKind.CRITIC, checkpoint="demo-critic"),
        ArmSpecification(kind=ArmKind.RESAMPLE),
    ),
)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"problem_sets": ()}, "problem_sets", "at least one"),
        ({"samples": 0}, "samples", "between 1 and 1000"),
        ({"samples": 1001}, "samples", "between 1 and 1000"),
        ({"rounds": -1}, "rounds", "between 0 and 10"),
        ({"limit": 0}, "limit", "between 1 and"),
        ({"limit": 10**20}, "limit", "between 1 and"),
        ({"seed": -1}, "seed", "between 0 and"),
        ({"seed": 10**20}, "seed", "between 0 and"),
        ({"sampling": Sampling(max_new_tokens=10**9)}, "sampling", "max_new_tokens"),
        ({"sampling": Sampling(temperature=-1)}, "sampling", "temperature"),
        ({"sampling": Sampling(top_p=0)}, "sampling", "top_p"),
        ({"sampling": Sampling(max_new_tokens=0)}, "sampling", "max_new_tokens"),
        ({"arms": (ArmSpecification(kind=ArmKind.BASE),)}, "arms", "always there"),
        ({"arms": (ArmSpecification(kind=ArmKind.CRITIC),)}, "arms", "needs a critic"),
        ({"arms": (ArmSpecification(kind=ArmKind.RESAMPLE),) * 2}, "arms", "Two arms"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(change: dict[str, object], field: str, says: str) -> None:
    with pytest.raises(SpecificationError, match=says) as caught:
        replace(GOOD, **change).checked()  # type: ignore[arg-type]
    assert caught.value.field == field


def test_the_hash_ignores_the_name_and_nothing_else() -> None:
    problems, checkpoints = ["p1", "p2"], ["b", "c", ""]
    same = GOOD.hash_with(problems, checkpoints)
    assert replace(GOOD, name="b").hash_with(problems, checkpoints) == same
    different = [
        replace(GOOD, samples=11),
        replace(GOOD, seed=1),
        replace(GOOD, gated=False),
        replace(GOOD, rounds=2),
        replace(GOOD, feedback=TestsKind.HIDDEN),
        replace(GOOD, sampling=Sampling(temperature=0.2)),
        replace(GOOD, arms=GOOD.arms[:1]),
    ]
    hashes = {specification.hash_with(problems, checkpoints) for specification in different}
    hashes |= {GOOD.hash_with(["p2", "p1"], checkpoints), GOOD.hash_with(problems, ["b", "d", ""])}
    assert same not in hashes
    assert len(hashes) == len(different) + 2


@pytest.mark.parametrize(
    ("critics", "prompted", "resample", "name"),
    [
        (["c"], False, True, "c on b"),
        (["c"], True, True, "c, prompted on b"),
        ([], True, False, "prompted on b"),
        ([], False, True, "resampling on b"),
        ([], False, False, "no critic on b"),
    ],
)
def test_a_run_without_a_name_is_called_by_who_repairs(
    critics: list[str], prompted: bool, resample: bool, name: str
) -> None:
    assert name_of("b", critics, prompted=prompted, resample=resample) == name


@pytest.mark.parametrize("name", ["\udcff", "a\0b", "x" * 201])
def test_a_name_that_no_store_can_hold_is_refused(name: str) -> None:
    for change in ({"name": name}, {"name": "a", "arms": (ArmSpecification(kind=ArmKind.RESAMPLE, name=name),)}):
        with pytest.raises(SpecificationError):
            RunSpecification(problem_sets=("s",), base="b", **change).checked()  # type: ignore[arg-type]
