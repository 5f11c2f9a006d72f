"""Paired comparison: what is counted and left out, the exact test against statsmodels, and what may be claimed."""

import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from app.reports.estimates import Estimate, NotEstimable
from app.reports.paired import Flips, compare_arms, flips_in_words
from app.reports.signs import exact_p, flips_needed
from models.arm_kinds import ArmKind
from tests.app.reports.arms import arm


def test_problems_are_solved_by_at_least_one_sample_and_samples_are_paired_by_number() -> None:
    result = compare_arms(arm("base", ["PA", "AA", "AP", "TT"]), arm("critic", ["PP", "AP", "AA", "TT"]))
    assert result.problems == Flips(fixed=1, broken=1, both=1, neither=1)
    assert result.samples == Flips(fixed=2, broken=1, both=1, neither=4)
    assert (result.better, result.worse) == (2, 1)
    assert isinstance(result.difference, Estimate)
    assert result.difference.value == (0.5 + 0.5 - 0.5 + 0) / 4


def test_a_pair_with_an_unscored_side_is_left_out_on_both() -> None:
    result = compare_arms(arm("base", ["EA", "E"]), arm("critic", ["PP", "P"]))
    assert result.samples == Flips(fixed=1, broken=0, both=0, neither=0)
    assert result.problems.total == 1
    assert any("no sample is scored on both sides" in warning for warning in result.warnings)


def test_more_samples_on_one_side_give_it_no_more_tries() -> None:
    result = compare_arms(arm("base", ["AA"]), arm("critic", ["AAAAP"]))
    assert result.problems.fixed == 0
    assert "2 and 5 samples" in result.warnings[-1]


def test_a_changed_problem_is_named_and_not_paired() -> None:
    left = arm("base", ["P", "A"], versions=["v1", "v1"])
    result = compare_arms(left, arm("critic", ["P", "P"], versions=["v1", "v2"]))
    assert result.problems.total == 1
    assert result.warnings == ("1 problem is left out, because the content differs between the sides: T/1.",)


def test_different_problems_are_named_on_both_sides() -> None:
    result = compare_arms(arm("base", ["P", "P"], tasks=["a", "b"]), arm("critic", ["P", "P"], tasks=["b", "c"]))
    assert result.warnings == (
        "1 problem is left out, because only base has it: a.",
        "1 problem is left out, because only critic has it: c.",
    )


def test_two_sides_without_a_shared_problem_give_no_number() -> None:
    result = compare_arms(arm("base", ["P"], tasks=["a"]), arm("critic", ["P"], tasks=["b"]))
    assert isinstance(result.difference, NotEstimable)
    assert not result.convincing
    assert result.problems.total == 0


def test_five_to_none_convinces_nobody_and_twelve_to_none_does() -> None:
    rest = ["A"] * 30
    five = compare_arms(arm("base", ["A"] * 5 + rest), arm("critic", ["P"] * 5 + rest))
    twelve = compare_arms(arm("base", ["A"] * 12 + rest), arm("critic", ["P"] * 12 + rest))
    assert (five.p_value, five.convincing) == (0.0625, False)
    assert twelve.convincing


@pytest.mark.parametrize("swapped", [False, True])
def test_a_mean_that_a_few_large_moves_make_is_no_claim_where_most_problems_moved_the_other_way(
    swapped: bool,
) -> None:
    lost, won = ("P" + 9 * "A", 10 * "A"), (10 * "A", 9 * "P" + "A")
    strips = [lost] * 30 + [won] * 14
    left, right = ([one[side] for one in strips] for side in ((1, 0) if swapped else (0, 1)))
    result = compare_arms(arm("base", left), arm("critic", right))
    assert isinstance(result.difference, Estimate)
    assert result.difference.interval is not None
    assert 0.0 not in result.difference.interval
    assert result.p_value is not None
    assert result.p_value < 0.05
    assert not result.convincing


def test_with_one_sample_a_problem_the_sign_test_is_mcnemars() -> None:
    result = compare_arms(arm("base", ["A", "P", "A", "P"]), arm("resample", ["P", "A", "P", "P"]))
    assert result.p_value == exact_p(result.problems.fixed, result.problems.broken)


def test_an_arm_compared_with_itself_differs_nowhere() -> None:
    one = arm("base", ["PA", "TP"], kind=ArmKind.BASE)
    result = compare_arms(one, one)
    assert result.problems.moved == 0
    assert result.warnings == ()


@pytest.mark.parametrize("fixed", range(13))
@pytest.mark.parametrize("broken", range(13))
def test_the_p_value_is_statsmodels_exact_mcnemar(fixed: int, broken: int) -> None:
    theirs = mcnemar([[5, fixed], [broken, 7]], exact=True).pvalue
    assert exact_p(fixed, broken) == pytest.approx(min(1.0, theirs), abs=1e-12)


def test_six_to_none_is_the_least_that_chance_does_not_explain() -> None:
    assert flips_needed(0) == 6
    assert exact_p(6, 0) < 0.05 <= exact_p(5, 0)


@pytest.mark.parametrize("against", range(30))
def test_flips_needed_is_the_first_that_scipy_calls_significant(against: int) -> None:
    needed = flips_needed(against)
    assert stats.binomtest(needed, needed + against).pvalue < 0.05
    assert stats.binomtest(needed - 1, needed - 1 + against).pvalue >= 0.05


def test_the_words_give_both_counts_and_what_chance_would_need() -> None:
    words = flips_in_words(Flips(fixed=5, broken=1, both=10, neither=9))
    assert words == ("6 problems moved: 5 fixed, 1 broken; evidence would take 8 fixed against 1 broken.")


def test_the_words_turn_round_where_more_broke_than_was_fixed() -> None:
    words = flips_in_words(Flips(fixed=0, broken=1, both=10, neither=9))
    assert words.startswith("1 problem moved: 0 fixed, 1 broken")
    assert words.endswith("evidence would take 6 broken against 0 fixed.")


def test_no_move_is_said_plainly() -> None:
    assert flips_in_words(Flips(fixed=0, broken=0, both=3, neither=2)).startswith("No problem moved")
