"""pass@t against a walk through every rotation, and its edges."""

from dataclasses import replace

import numpy as np
import pytest

from app.reports.equal_tokens import equal_tokens
from app.reports.estimates import Estimate, NotEstimable
from app.reports.token_tries import (
    MeanCosts,
    draft_tries,
    first_pass_costs,
    mean_costs,
    repair_tries,
    solved_within,
    success_within,
)
from benchmarks.simulated_runs import Truth, simulate
from tests.app.reports.arms import arm


def costs(draft: float, fresh: float, again: float) -> MeanCosts:
    return MeanCosts(draft=draft, fresh=fresh, again=again, spent_again=np.zeros(1))


def walk(tries: list[tuple[int, bool, bool]], budget: int) -> float:
    """tries: cost, passes, may start. The share of starts with a pass within the budget, step by step."""
    starts = [i for i, (_, _, start) in enumerate(tries) if start]
    solved = 0
    for start in starts:
        spent = 0
        for step in range(len(tries)):
            cost, passes, _ = tries[(start + step) % len(tries)]
            spent += cost
            if passes:
                solved += spent <= budget
                break
    return solved / len(starts)


def test_the_curve_of_drafts_equals_a_walk_through_every_rotation() -> None:
    chance = np.random.default_rng(8)
    for _ in range(50):
        marks = "".join(chance.choice(list("PAA"), 6))
        side = first_pass_costs(draft_tries(arm("base", [marks])), costs(20, 20, 20))
        budgets = list(range(0, 140, 20))  # of whole tries
        expected = [walk([(20, mark == "P", True) for mark in marks], budget) for budget in budgets]
        assert success_within(side, budgets) == pytest.approx(expected)


def test_the_curve_of_repair_equals_a_walk_through_drafts_and_repairs() -> None:
    drafts, finals = "APAT", "PPAA"
    base = arm("base", [drafts])
    critic = arm("critic", [finals], drafts=[drafts])
    steps = []
    for draft, final in zip(drafts, finals, strict=True):
        steps += [(30, draft == "P", True), (10 * (draft != "P"), draft != "P" and final == "P", False)]
    side = first_pass_costs(repair_tries(base, critic), costs(30, 30, 10))
    budgets = [0, 30, 40, 70, 80, 150]  # of whole tries
    assert success_within(side, budgets) == pytest.approx([walk(steps, budget) for budget in budgets])


def test_a_part_of_a_try_is_a_whole_try_for_so_many_starts() -> None:
    marks = "AP" * 50
    side = first_pass_costs(draft_tries(arm("base", [marks])), costs(10, 10, 10))
    # Half of the starts pass at once; the others need a second draft, of which the budget buys a part.
    for budget, share in ((10, 0.5), (12, 0.6), (15, 0.75), (18, 0.9), (20, 1.0)):
        assert success_within(side, [budget])[0] == pytest.approx(share, abs=0.02)
    earlier = solved_within(side, 12)
    assert not (earlier & ~solved_within(side, 15)).any()


def test_a_draft_that_a_strategy_begins_with_costs_what_failed_drafts_cost() -> None:
    side = first_pass_costs(draft_tries(arm("base", ["AP"])), costs(30, 10, 10))
    assert success_within(side, [0, 30, 40]).tolist() == [0.0, 0.5, 1.0]


def test_mean_costs_are_those_of_the_failures_that_were_repaired() -> None:
    drafts = arm("base", ["AP", "AA"], tokens=[[10, 30], [50, 70]])
    critic = arm("critic", ["PP", "AA"], drafts=["AP", "AA"], tokens=[[6, 0], [8, 100]])
    found = mean_costs(drafts, critic, np.array([[True, False], [True, False]]))
    assert (found.draft, found.fresh, found.again) == (30.0, 50.0, 7.0)
    assert found.spent_again.tolist() == [6.0, 8.0]


def test_tokens_of_a_sample_that_the_gate_left_alone_cost_the_critic_nothing() -> None:
    base = arm("base", ["P"], tokens=[[10]])
    critic = arm("critic", ["P"], drafts=["P"], tokens=[[10]])
    assert first_pass_costs(repair_tries(base, critic), costs(10, 10, 10)).total.tolist() == [10]


def test_no_strategy_begins_at_a_failure_that_waits_for_its_repair() -> None:
    critic = arm("critic", ["AP"], drafts=["AA"], rounds=[[0, 1]], tokens=[[0, 5]])
    tries = repair_tries(arm("base", ["AA"], tokens=[[7, 10]]), critic)
    assert tries.starts.tolist() == [[False, False, True, False]]
    assert first_pass_costs(tries, costs(10, 10, 5)).total.tolist() == [25]


def test_unscored_samples_cost_nothing_and_start_nothing() -> None:
    side = first_pass_costs(draft_tries(arm("base", ["EP"], tokens=[[99, 10]])), costs(10, 10, 10))
    assert side.total.tolist() == [10]
    assert success_within(side, [0, 10]).tolist() == [0.0, 1.0]


def test_curves_end_where_the_first_side_has_no_tries_left() -> None:
    base = arm("base", ["PA", "AA", "AA"], tokens=[[10, 10]] * 3)
    critic = arm("critic", ["PA", "PA", "AA"], drafts=["PA", "AA", "AA"], tokens=[[5, 5]] * 3)
    resample = arm("resample", ["PA", "AA", "AP"], drafts=["PA", "AA", "AA"], tokens=[[10, 10]] * 3)
    curves = equal_tokens(base, critic, resample)
    last = curves.points[-1]
    assert last.tokens == 30  # the critic's two drafts and two repairs; resampling has 40 tokens of tries
    assert last.critic == pytest.approx(2 / 3)
    assert curves.resampling == "resample"
    assert [point.tokens for point in curves.points] == sorted(point.tokens for point in curves.points)


def test_a_budget_beyond_the_tries_is_marked_as_run_out() -> None:
    base = arm("base", ["AA"], tokens=[[10, 10]])
    critic = arm("critic", ["AA"], drafts=["AA"], tokens=[[500, 500]])
    found = equal_tokens(base, critic, None)
    assert (found.critic_ran_out, found.resampling_ran_out) == (0, 1)


def test_no_tokens_and_no_problems_give_no_curve() -> None:
    nothing = equal_tokens(arm("base", []), arm("critic", []), None)
    assert (nothing.points, nothing.budget, nothing.problems) == ((), 0, ())
    assert isinstance(nothing.difference, NotEstimable)
    assert equal_tokens(arm("base", ["E"]), arm("critic", ["E"]), None).points == ()


def test_at_the_cost_of_one_repaired_sample_each_problem_has_its_two_chances() -> None:
    base = arm("base", ["AA", "PP"], tokens=[[10, 10]] * 2)
    critic = arm("critic", ["PA", "PP"], drafts=["AA", "PP"], tokens=[[10, 10], [0, 0]])
    found = equal_tokens(base, critic, None)
    assert found.budget == 10 + 10  # draft and repair, over the two samples that were repaired
    assert [(rate.task_id, rate.critic, rate.resampling) for rate in found.problems] == [
        ("T/0", 0.5, 0.0),
        ("T/1", 1.0, 1.0),
    ]
    assert isinstance(found.difference, Estimate)
    assert (found.difference.value, found.p_value) == (0.25, 1.0)


def test_a_critic_that_writes_less_than_a_draft_wins_at_equal_tokens() -> None:
    base = arm("base", ["AA"] * 12, tokens=[[100, 100]] * 12)
    critic = arm("critic", ["PP"] * 12, drafts=["AA"] * 12, tokens=[[5, 5]] * 12)
    again = arm("resample", ["PP"] * 12, drafts=["AA"] * 12, tokens=[[100, 100]] * 12)
    found = equal_tokens(base, critic, again)
    assert found.budget == 105
    assert isinstance(found.difference, Estimate)
    assert found.difference.value == pytest.approx(0.95, abs=0.01)  # of resampling's draft 5% can be paid
    assert found.p_value is not None
    assert found.p_value < 0.001


def test_what_a_budget_does_not_know_widens_the_interval_and_weakens_the_test() -> None:
    chance = np.random.default_rng(2)
    widths, tests = [], []
    for _ in range(10):
        run = simulate(Truth(fixes=0.45, spread_of_problems=0.7), chance)
        alike = [replace(one, new_tokens=np.where(one.new_tokens, 100, 0)) for one in run]
        found = [equal_tokens(arms[0], arms[1], arms[-1]) for arms in (alike, run)]
        limits = [one.difference.interval for one in found if isinstance(one.difference, Estimate)]
        widths.append([one.high - one.low for one in limits if one is not None])
        tests.append([one.p_value or 0.0 for one in found])
    assert np.mean(widths, axis=0)[1] > 1.05 * np.mean(widths, axis=0)[0]
    assert np.mean(tests, axis=0)[1] > np.mean(tests, axis=0)[0]


def test_a_critic_whose_costs_vary_is_not_called_worse_for_that() -> None:
    chance = np.random.default_rng(3)
    truth = Truth(spread_of_samples=0.5, spread_of_problems=0.7, samples=10)
    runs = [simulate(truth, chance) for _ in range(40)]
    found = [equal_tokens(run[0], run[1], run[-1]) for run in runs]
    values = [one.difference.value for one in found if isinstance(one.difference, Estimate)]
    assert abs(np.mean(values)) < 0.012
    assert np.mean([one.convincing for one in found]) <= 0.1
