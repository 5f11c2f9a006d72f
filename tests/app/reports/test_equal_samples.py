"""Repair against resampling of the same failed drafts."""

import numpy as np
import pytest

from app.reports.equal_samples import OTHER_SAMPLES, against_resampling
from app.reports.estimates import Estimate, NotEstimable
from app.reports.pass_at_k import pass_at_k
from tests.app.reports.arms import arm


def test_the_resample_arm_drew_again_for_the_same_failures() -> None:
    base = arm("base", ["PAAA"])
    critic = arm("critic", ["PPAA"], drafts=["PAAA"])
    duel = against_resampling(base, critic, arm("resample", ["PPPA"], drafts=["PAAA"]))
    assert (duel.failures, duel.fixed_by_critic, duel.fixed_by_rival) == (3, 1, 2.0)
    assert isinstance(duel.difference, Estimate)
    assert duel.difference.value == pytest.approx(2 / 4 - 3 / 4)
    assert (duel.better, duel.worse) == (0, 1)


def test_without_a_resample_arm_another_sample_of_the_base_stands_in() -> None:
    duel = against_resampling(arm("base", ["PAAA"]), arm("critic", ["PPAA"], drafts=["PAAA"]), None)
    assert duel.rival == OTHER_SAMPLES
    assert duel.fixed_by_rival == pytest.approx(3 * 1 / 3)


@pytest.mark.parametrize("passed", range(9))
def test_one_more_draft_from_the_base_is_worth_its_pass_at_2(passed: int) -> None:
    """Gated by the very tests that score, a fresh draft for each failure is two tries."""
    marks = "P" * passed + "A" * (8 - passed)
    duel = against_resampling(arm("base", [marks]), arm("critic", [marks], drafts=[marks]), None)
    expected = pass_at_k(np.array([8]), np.array([passed]), 2)[0]
    assert duel.problems[0].resampling == pytest.approx(expected, abs=1e-12)


def test_unscored_samples_leave_the_comparison_on_every_side() -> None:
    base, critic = arm("base", ["AAE"]), arm("critic", ["PEP"], drafts=["AAE"])
    duel = against_resampling(base, critic, arm("resample", ["PPE"], drafts=["AAE"]))
    assert (duel.failures, duel.fixed_by_critic, duel.fixed_by_rival) == (1, 1, 1.0)


def test_a_failure_that_was_not_revised_yet_takes_no_part() -> None:
    base, critic = arm("base", ["AAA"]), arm("critic", ["PAA"], drafts=["AAA"], rounds=[[1, 1, 0]])
    duel = against_resampling(base, critic, arm("resample", ["AAA"], drafts=["AAA"], rounds=[[1, 0, 0]]))
    assert (duel.failures, duel.fixed_by_critic, duel.fixed_by_rival) == (1, 1, 0.0)
    assert (duel.problems[0].critic, duel.problems[0].resampling) == (1.0, 0.0)


def test_two_rounds_of_repair_are_worth_two_more_drafts() -> None:
    drafts = "PAAAAA"
    critic = arm("critic", ["PPAAAA"], drafts=[drafts], rounds=[[0, 2, 2, 2, 2, 2]])
    duel = against_resampling(arm("base", [drafts]), critic, None)
    expected = pass_at_k(np.array([6]), np.array([1]), 3)[0]
    assert duel.problems[0].resampling == pytest.approx(expected, abs=1e-12)


def test_a_passing_draft_revised_in_an_ungated_run_is_drawn_again_once() -> None:
    drafts = "PPAA"
    critic = arm("critic", ["APPA"], drafts=[drafts], rounds=[[1, 1, 1, 1]])
    duel = against_resampling(arm("base", [drafts]), critic, None)
    assert duel.problems[0].resampling == pytest.approx((1 / 3 + 1 / 3 + 2 / 3 + 2 / 3) / 4)


def test_equal_repair_and_resampling_do_not_differ() -> None:
    base, critic = arm("base", ["AA"] * 20), arm("critic", ["PA"] * 20, drafts=["AA"] * 20)
    duel = against_resampling(base, critic, arm("resample", ["AP"] * 20, drafts=["AA"] * 20))
    assert (duel.better, duel.worse, duel.p_value) == (0, 0, 1.0)
    assert not duel.convincing


def test_nothing_in_common_gives_no_difference() -> None:
    duel = against_resampling(arm("base", ["A"], tasks=["a"]), arm("critic", ["P"], tasks=["b"]), None)
    assert isinstance(duel.difference, NotEstimable)
    assert duel.failures == 0
