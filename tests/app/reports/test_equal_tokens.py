"""pass@t against a walk through every rotation, and its edges."""

import numpy as np
import pytest

from app.reports.equal_tokens import draft_tries, equal_tokens, first_pass_costs, repair_tries, success_within
from app.reports.estimates import Estimate, NotEstimable
from tests.app.reports.arms import arm


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
        tokens = [int(cost) for cost in chance.integers(1, 30, 6)]
        side = first_pass_costs(draft_tries(arm("base", [marks], tokens=[tokens])))
        budgets = list(range(0, 120, 7))
        expected = [walk([(t, m == "P", True) for t, m in zip(tokens, marks, strict=True)], b) for b in budgets]
        assert success_within(side, budgets) == pytest.approx(expected)


def test_the_curve_of_repair_equals_a_walk_through_drafts_and_repairs() -> None:
    drafts, finals = "APAT", "PPAA"
    spent, added = [10, 20, 30, 40], [5, 0, 7, 9]
    base = arm("base", [drafts], tokens=[spent])
    critic = arm("critic", [finals], drafts=[drafts], tokens=[added])
    steps = []
    for draft, final, cost, more in zip(drafts, finals, spent, added, strict=True):
        steps += [(cost, draft == "P", True), (more, draft != "P" and final == "P", False)]
    side = first_pass_costs(repair_tries(base, critic))
    budgets = list(range(0, 150, 3))
    assert success_within(side, budgets) == pytest.approx([walk(steps, budget) for budget in budgets])


def test_tokens_of_a_sample_that_the_gate_left_alone_cost_the_critic_nothing() -> None:
    base = arm("base", ["P"], tokens=[[10]])
    critic = arm("critic", ["P"], drafts=["P"], tokens=[[10]])
    assert first_pass_costs(repair_tries(base, critic)).total.tolist() == [10]


def test_no_strategy_begins_at_a_failure_that_waits_for_its_repair() -> None:
    critic = arm("critic", ["AP"], drafts=["AA"], rounds=[[0, 1]], tokens=[[0, 5]])
    tries = repair_tries(arm("base", ["AA"], tokens=[[7, 10]]), critic)
    assert tries.starts.tolist() == [[False, False, True, False]]
    assert first_pass_costs(tries).total.tolist() == [22]


def test_unscored_samples_cost_nothing_and_start_nothing() -> None:
    side = first_pass_costs(draft_tries(arm("base", ["EP"], tokens=[[99, 10]])))
    assert side.total.tolist() == [10]
    assert success_within(side, [9, 10]).tolist() == [0.0, 1.0]


def test_curves_end_where_the_first_side_has_no_tries_left() -> None:
    base = arm("base", ["PA", "AA", "AA"], tokens=[[10, 10]] * 3)
    critic = arm("critic", ["PA", "PA", "AA"], drafts=["PA", "AA", "AA"], tokens=[[0, 5]] * 3)
    resample = arm("resample", ["PA", "AA", "AP"], drafts=["PA", "AA", "AA"], tokens=[[0, 10]] * 3)
    curves = equal_tokens(base, critic, resample)
    last = curves.points[-1]
    assert last.tokens == 25  # the critic's two drafts and one repair; resampling has 30 tokens of tries
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
    assert (found.difference.value, found.p_value < 0.001) == (1.0, True)
