"""A specification is checked field by field, and its hash covers all that a number depends on."""

import pytest

from models.arm_kinds import ArmKind
from models.enums import BudgetRule, TestsKind
from models.reruns import RerunSpecification
from models.specification import ArmSpecification, RunSpecification, Sampling, SpecificationError, arms_of, bounds

FIELDS = {
    "name": "a",
    "problem_sets": ["tekhne-fresh"],
    "base": "demo",
    "arms": [{"kind": "critic", "checkpoint": "demo-critic"}, {"kind": "resample"}],
}
GOOD = RunSpecification.of(**FIELDS)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"problem_sets": ()}, "problem_sets", "at least one"),
        ({"samples": 0}, "samples", "samples 0 is not between 1 and 1000"),
        ({"samples": 1001}, "samples", "between 1 and 1000"),
        ({"samples": "many"}, "samples", "samples: Input should be a valid integer"),
        ({"rounds": -1}, "rounds", "between 0 and 10"),
        ({"limit": 0}, "limit", "between 1 and"),
        ({"limit": 10**20}, "limit", "between 1 and"),
        ({"seed": -1}, "seed", "between 0 and"),
        ({"seed": 10**20}, "seed", "between 0 and"),
        ({"sampling": {"max_new_tokens": 10**9}}, "sampling", "max_new_tokens"),
        ({"sampling": {"temperature": -1}}, "sampling", "sampling.temperature -1 is not between 0 and 5"),
        ({"sampling": {"temperature": float("nan")}}, "sampling", "temperature nan"),
        ({"sampling": {"top_p": 0}}, "sampling", "top_p 0 is not above 0 and at most 1"),
        ({"sampling": {"max_new_tokens": 0}}, "sampling", "max_new_tokens"),
        ({"arms": [{"kind": "base"}]}, "arms", "always there"),
        ({"arms": [{"kind": "critic"}]}, "arms", "needs a critic"),
        ({"arms": [{"kind": "resample"}] * 2}, "arms", "two arms"),
        ({"arms": [{"kind": "psychic"}]}, "arms", "'psychic' is no kind of arm"),
        ({"smaples": 3}, "smaples", "There is no field smaples"),
        ({"name": "\udcff"}, "name", "is not text that can be stored"),
        ({"base": "a\0b"}, "base", "is not text that can be stored"),
        ({"name": "x" * 201}, "name", "at most 200 characters"),
        ({"arms": [{"kind": "resample", "name": "x" * 201}]}, "arms", "at most 200 characters"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(change: dict[str, object], field: str, says: str) -> None:
    with pytest.raises(SpecificationError, match=says) as caught:
        RunSpecification.of(**{**FIELDS, **change})
    assert caught.value.field == field


def test_a_field_that_is_missing_is_named() -> None:
    with pytest.raises(SpecificationError, match="base is missing"):
        RunSpecification.of(problem_sets=["a"])


def test_an_arm_draws_as_its_run_unless_it_says_otherwise() -> None:
    arms = [{"kind": "resample"}, {"kind": "prompted", "sampling": {"temperature": 0.1}}]
    run = RunSpecification.of(**{**FIELDS, "arms": arms}, sampling={"temperature": 1.2})
    assert [arm.sampling.temperature for arm in run.arms if arm.sampling] == [1.2, 0.1]


def test_the_hashes_of_stored_runs_do_not_change() -> None:
    """Taken before the specification became one model: an unfinished run must find itself again."""
    hashed = GOOD.hash_with(["p1", "p2"], ["b", "c", ""])
    assert hashed == "6a8fd1626b3291ecaf8d5842f8cfdea1951c52dababdbcf5ccff27e4d0528be9"
    words = ArmSpecification(kind=ArmKind.PROMPTED, name="other words", sampling=Sampling(temperature=0.0))
    everything = RunSpecification.of(
        name="x",
        problem_sets=["tekhne-seen", "tekhne-fresh"],
        base="demo-base",
        arms=(*arms_of(["demo-critic"], ["prompted", "resample", "ablations"]), words),
        samples=4,
        sampling=Sampling(temperature=1.0, top_p=1.0, max_new_tokens=24),
        seed=7,
        feedback=TestsKind.HIDDEN,
        gated=False,
        rounds=2,
        budget=BudgetRule.EQUAL_TOKENS,
        limit=6,
    )
    hashed = everything.hash_with(["p1", "p2"], ["b", "c", ""])
    assert hashed == "7ee2137105400156c0cacb132972b3d5a033b0079a5ede1def22b84c8968c1f3"


def test_the_hashes_of_stored_reruns_do_not_change() -> None:
    rerun = RerunSpecification.of(attempt_id=3, samples=2, seed=9, edited_prompt="q\n")
    assert rerun.hash_with(5) == "4501663850c6aee303691510eca7833b1df4a220e3eabf326dac86c76a10b5f1"
    again = rerun.model_copy(update={"kind": ArmKind.RESAMPLE})
    assert again.hash_with(None) == "3b291419624a803a6b21876b04e7be7901c41e21ded88f0e2f3fe6618c3ca863"


def test_the_hash_ignores_the_name_and_nothing_else() -> None:
    problems, checkpoints = ["p1", "p2"], ["b", "c", ""]
    same = GOOD.hash_with(problems, checkpoints)
    assert GOOD.model_copy(update={"name": "b"}).hash_with(problems, checkpoints) == same
    assert GOOD.model_copy(update={"gate": TestsKind.HIDDEN}).hash_with(problems, checkpoints) == same
    different = [
        GOOD.model_copy(update={"samples": 11}),
        GOOD.model_copy(update={"seed": 1}),
        GOOD.model_copy(update={"gated": False}),
        GOOD.model_copy(update={"gate": TestsKind.EXAMPLE}),
        GOOD.model_copy(update={"rounds": 2}),
        GOOD.model_copy(update={"feedback": TestsKind.HIDDEN}),
        GOOD.model_copy(update={"sampling": Sampling(temperature=0.2)}),
        GOOD.model_copy(update={"arms": GOOD.arms[:1]}),
    ]
    hashes = {specification.hash_with(problems, checkpoints) for specification in different}
    hashes |= {GOOD.hash_with(["p2", "p1"], checkpoints), GOOD.hash_with(problems, ["b", "d", ""])}
    assert same not in hashes
    assert len(hashes) == len(different) + 2


@pytest.mark.parametrize(
    ("critics", "options", "name"),
    [
        (["c"], ["resample"], "c on b"),
        (["c"], ["resample", "ablations"], "c on b"),
        (["c"], ["prompted", "resample"], "c, prompted on b"),
        ([], ["prompted"], "prompted on b"),
        ([], ["resample"], "resampling on b"),
        ([], [], "no critic on b"),
    ],
)
def test_a_run_without_a_name_is_called_by_who_repairs_whose_drafts_of_what(
    critics: list[str], options: list[str], name: str
) -> None:
    run = RunSpecification.of(problem_sets=["a"], base="b", arms=arms_of(critics, options))
    assert run.label == f"{name}, a"


@pytest.mark.parametrize(("sets", "words"), [(["a", "b"], "a + b"), (["a", "b", "c"], "3 problem sets")])
def test_the_name_says_which_problem_sets(sets: list[str], words: str) -> None:
    assert RunSpecification.of(problem_sets=sets, base="b").label == f"no critic on b, {words}"


def test_the_schema_tells_bounds_defaults_and_what_each_field_is() -> None:
    samples = RunSpecification.model_json_schema()["properties"]["samples"]
    assert (samples["minimum"], samples["maximum"], samples["default"]) == (1, 1000, 10)
    for model in (RunSpecification, RerunSpecification, ArmSpecification, Sampling):
        assert all(field.description for field in model.model_fields.values()), model
    assert bounds(Sampling, "top_p").smallest > 0
    with pytest.raises(LookupError, match="has no bounds"):
        bounds(RunSpecification, "base")


def test_stored_settings_with_other_keys_are_read() -> None:
    stored = {"temperature": 0.2, "attempt_id": 7, "edited_trace": None}
    assert Sampling.stored(stored) == Sampling(temperature=0.2)
