"""Two runs side by side: fairness warnings, slices, forgetting, and words that stay within the test."""

import json
from dataclasses import replace

import pytest

from app.reports.compare import Surroundings, choose_arm, compare
from app.reports.errors import NoSuchArm
from app.reports.estimates import Estimate
from app.reports.markdown import comparison_markdown
from app.reports.report import as_json
from app.reports.samples import ArmSamples
from app.reports.setting_differences import setting_differences
from models.arm_kinds import ArmKind
from models.enums import Origin, TestsKind
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ruler": "s" * 64}, "rulers differ: go1.27.3 (rrrrrrrrrrrr) on the left, go1.27.3 (ssssssssssss)"),
        ({"ruler": "", "go_version": ""}, "none (imported) on the right"),
        ({"problem_sets": ("set@2",)}, "problem sets differ: set@1 on the left, set@2 on the right"),
        ({"sampling": (("temperature", "0.2"), ("top_p", "0.95"))}, "sampling differs in temperature: 0.8"),
        ({"sampling": (("temperature", "0.8"),)}, "top_p: 0.95 on the left, unset on the right"),
        ({"feedback": TestsKind.HIDDEN}, "differ in feedback tests: example on the left, hidden on the right"),
        ({"gated": False}, "differ in gating: gated on the left, ungated on the right"),
        ({"rounds": 3}, "rounds of repair: 1 on the left, 3 on the right"),
        ({"seed": 9}, "seed: 0 on the left, 9 on the right"),
    ],
)
def test_each_setting_that_can_move_a_number_is_named(changed: dict[str, object], said: str) -> None:
    warnings = setting_differences(settings_of(), settings_of(**changed))
    assert len(warnings) == 1
    assert said in warnings[0]


def test_equal_runs_need_no_warning() -> None:
    assert setting_differences(settings_of(), settings_of(id=2, name="another")) == ()


def test_a_checkpoint_that_forgot_a_set_shows_it_in_that_slice() -> None:
    sets = ["old@1"] * 10 + ["new@1"] * 10
    before = arm("base", ["P"] * 10 + ["A"] * 10, problem_sets=sets)
    after = arm("base", ["A"] * 10 + ["P"] * 10, problem_sets=sets)
    found = compare((settings_of(), before), (settings_of(id=2), after))
    assert "No evidence that" in found.verdict
    slices = {part.problem_set: part.result for part in found.slices}
    assert (slices["old@1"].problems.broken, slices["old@1"].convincing) == (10, True)
    assert (slices["new@1"].problems.fixed, slices["new@1"].convincing) == (10, True)


def test_better_and_worse_are_said_only_where_test_and_interval_agree() -> None:
    left, right = arm("base", ["A"] * 20), arm("base", ["P"] * 12 + ["A"] * 8)
    one, two = settings_of(id=1), settings_of(id=2)
    assert compare((one, left), (two, right)).verdict.startswith("base of run 2 did better than base of run 1")
    assert compare((one, right), (two, left)).verdict.startswith("base of run 2 did worse than base of run 1")


def test_a_gated_arm_is_not_called_better_than_its_own_base() -> None:
    left, right = arm("base", ["A"] * 20), arm("critic", ["P"] * 12 + ["A"] * 8, drafts=["A"] * 20)
    run = settings_of(resampling="resample")
    for sides in (((run, left), (run, right)), ((run, right), (run, left))):
        found = compare(*sides)
        assert found.verdict.startswith("critic fixed 12 of 20 failed drafts of base")
        assert "can only gain, so this is no evidence that it is better: compare it with resample" in found.verdict
        assert (found.result.p_value, found.result.convincing) == (None, False)


def test_tries_that_hidden_tests_chose_are_not_called_better_than_one_try() -> None:
    left, right = arm("base", ["A"] * 20), arm("critic", ["P"] * 12 + ["A"] * 8, drafts=["A"] * 20)
    found = compare((settings_of(id=1), left), (settings_of(id=2), right))
    assert found.verdict.startswith("critic passed more often than base here: +60.0 pp")
    assert "up to 2 tries a sample, chosen by the hidden tests (oracle-gated), against 1" in found.verdict


def test_a_lead_that_cost_more_tokens_is_not_called_better() -> None:
    left, right = arm("base", ["A"] * 20), arm("base", ["P"] * 12 + ["A"] * 8)
    sides = (settings_of(id=1, tokens_per_sample=100.0), left), (settings_of(id=2, tokens_per_sample=300.0), right)
    verdict = compare(*sides).verdict
    assert "with as many tries, and spent more tokens" in verdict
    assert "New tokens a sample: 100 for base of run 1, 300 for base of run 2." in verdict
    assert "did better" not in verdict


def test_arms_of_one_name_are_told_apart_by_their_run() -> None:
    left, right = arm("critic", ["P"] * 4), arm("critic", ["A"] * 3)
    found = compare((settings_of(id=1), left), (settings_of(id=2), right))
    assert found.verdict.startswith("No evidence that critic of run 2 and critic of run 1 differ")
    assert any("only critic of run 1 has it" in warning for warning in found.warnings)
    assert (found.result.left, found.result.right) == ("critic", "critic")


def test_runs_without_a_common_problem_cannot_be_compared() -> None:
    found = compare(
        (settings_of(), arm("base", ["P"], tasks=["a"])), (settings_of(), arm("base", ["P"], tasks=["b"]))
    )
    assert found.verdict == (
        "The two sides cannot be compared: the two sides share no problem with a scored sample."
    )


def test_an_unknown_arm_is_refused_with_the_known_ones() -> None:
    arms = [arm("base", ["P"]), arm("critic", ["P"], drafts=["P"])]
    assert choose_arm(arms, None).name == "base"
    with pytest.raises(NoSuchArm, match="no arm 'crtic' in this run; its arms are: base, critic"):
        choose_arm(arms, "crtic")
    with pytest.raises(NoSuchArm, match="its arms are: none"):
        choose_arm([], None)


def test_sampling_of_the_arms_themselves_is_named() -> None:
    cold, hot = (settings_of(id=number, arm_sampling=(("temperature", str(number)),)) for number in (1, 2))
    said = "The sampling of the arms differs in temperature: 1 on the left, 2 on the right."
    assert setting_differences(cold, hot) == (said,)
    assert setting_differences(cold, cold) == ()


def test_a_run_that_is_not_finished_is_said_beside_the_comparison() -> None:
    left, right = arm("base", ["P"] * 4), arm("base", ["A"] * 4)
    found = compare((settings_of(id=1), left), (settings_of(id=2, notes=("It is not finished.",)), right))
    assert found.warnings[0] == "Run 2: It is not finished."


def test_a_slice_does_not_call_the_other_sets_missing() -> None:
    sets = ["old@1"] * 2 + ["new@1"] * 2
    sides = [arm("base", ["P"] * 4, problem_sets=sets) for _ in range(2)]
    found = compare((settings_of(), sides[0]), (settings_of(id=2), sides[1]))
    assert [part.result.warnings for part in found.slices] == [(), ()]


def test_a_slice_finds_its_problems_in_another_set_of_the_right_side() -> None:
    left, right = (arm("base", ["P"] * 2, problem_sets=[name] * 2) for name in ("one@1", "other@3"))
    (part,) = compare((settings_of(), left), (settings_of(id=2), right)).slices
    assert part.result.problems.both == 2


def test_a_gated_arm_on_the_left_gains_and_resampling_is_not_its_own_rival() -> None:
    run, drafts = settings_of(resampling="resample"), ["A"] * 20
    base, again = arm("base", drafts), arm("resample", ["P"] * 8 + ["A"] * 12, drafts=drafts)
    gained = "resample fixed 8 of 20 failed drafts of base: +40.0 pp (95% CI +"
    for sides in (((run, base), (run, again)), ((run, again), (run, base))):
        said = compare(*sides).verdict
        assert said.startswith(gained)
        assert said.endswith("can only gain, so this is no evidence that it is better.")


def mixed(*, seen: str, unseen: str, name: str = "base") -> ArmSamples:
    """Twenty seen problems and twenty unseen ones."""
    return arm(name, list(seen) + list(unseen), origins=[Origin.SEEN] * 20 + [Origin.UNSEEN] * 20)


def test_effects_on_seen_and_unseen_problems_that_differ_are_not_added_up() -> None:
    left = mixed(seen="A" * 20, unseen="P" * 6 + "A" * 14)
    right = mixed(seen="P" * 18 + "A" * 2, unseen="A" * 20)
    found = compare((settings_of(), left), (settings_of(id=2), right))
    assert found.verdict.startswith(
        "This rests on 20 seen and 20 unseen problems. No claim over all problems, because seen and unseen ones differ "
        "by +"
    )
    assert "on 20 seen problems +90.0 pp" in found.verdict
    assert "on 20 unseen problems −30.0 pp" in found.verdict
    assert "did better" not in found.verdict
    assert found.result.convincing is False
    tree = json.loads(as_json(found))["result"]
    assert (tree["differs_by_origin"], tree["convincing"]) == (True, False)
    assert [one["origin"] for one in tree["by_origin"]] == ["seen", "unseen"]
    assert "| unseen | 20 | −30.0 pp" in comparison_markdown(found)


def test_unknown_origin_is_said_before_anything_else() -> None:
    left, right = (arm("base", marks, origins=[Origin.UNKNOWN] * 20) for marks in (["A"] * 20, ["P"] * 20))
    said = compare((settings_of(), left), (settings_of(id=2), right)).verdict
    assert said.startswith("It is unknown whether 20 problems were in training data: what looks like skill may be")
    assert "did better" in said


def test_a_problem_that_either_side_has_read_is_seen() -> None:
    left, right = (arm("base", ["P"] * 3, origins=origins) for origins in (
        [Origin.UNSEEN, Origin.UNSEEN, Origin.UNSEEN], [Origin.SEEN, Origin.UNKNOWN, Origin.UNSEEN]))  # fmt: skip
    found = compare((settings_of(), left), (settings_of(id=2), right)).result.by_origin
    assert {one.origin: one.problems for one in found} == {Origin.SEEN: 1, Origin.UNKNOWN: 1, Origin.UNSEEN: 1}


def test_with_as_many_tokens_against_it_a_lead_is_not_called_better() -> None:
    drafts = ["A"] * 20
    critic = arm("critic", ["P"] * 12 + ["A"] * 8, drafts=drafts)
    rival = arm("resample", drafts, drafts=drafts)
    tokens = Estimate(value=-0.2, interval=None, problems=20)
    for sides, found in (((rival, critic), tokens), ((critic, rival), replace(tokens, value=0.2))):
        run = settings_of()
        said = compare((run, sides[0]), (run, sides[1]), Surroundings(with_tokens=found)).verdict
        assert said.startswith("With as many tries critic did better")
        assert "so neither is called better." in said
        assert "critic did better than" not in said


def test_what_the_runs_say_of_their_arms_follows_the_comparison() -> None:
    left, right = arm("base", ["A"] * 20), arm("base", ["P"] * 20)
    known = Surroundings(cautions=("Run 2: The trace did not matter.",))
    said = compare((settings_of(), left), (settings_of(id=2), right), known).verdict
    assert said.endswith("Run 2: The trace did not matter.")


def test_a_side_that_kept_the_passes_of_the_other_can_only_gain() -> None:
    left, right = arm("base", ["P"] * 5 + ["A"] * 15), arm("imported", ["P"] * 15 + ["A"] * 5, kind=ArmKind.BASE)
    sides = (settings_of(id=1), left), (settings_of(id=2), right)
    said = compare(*sides, Surroundings(can_only_gain="right")).verdict
    assert said.startswith("imported fixed 10 of 15 failed drafts of base: +50.0 pp")
    assert "It kept the programs with which base passed: it was given only failed drafts and can only gain" in said
    assert compare(*sides, Surroundings(can_only_gain="right")).result.p_value is None


def test_every_row_of_a_comparison_shows_what_missing_samples_could_change() -> None:
    sets = ["old@1"] * 10 + ["new@1"] * 10
    left = arm("base", ["A"] * 20, problem_sets=sets)
    right = arm("base", ["E"] * 2 + ["P"] * 8 + ["A"] * 10, problem_sets=sets)
    found = compare((settings_of(), left), (settings_of(id=2), right))
    [row] = [line for line in comparison_markdown(found).splitlines() if line.startswith("| old@1")]
    assert "2 samples of 10 missing: in the worst cases the difference is between +80.0 and +100.0 pp" in row
