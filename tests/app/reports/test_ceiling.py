"""Problems the base never solved, and the rate that this leaves possible."""

import pytest
from statsmodels.stats.proportion import proportion_confint

from app.reports.attribution import ceiling, upper_bound
from tests.app.reports.arms import arm


@pytest.mark.parametrize("samples", [1, 5, 10, 100, 1000])
def test_the_bound_is_the_one_sided_clopper_pearson_limit(samples: int) -> None:
    _, theirs = proportion_confint(0, samples, alpha=0.10, method="beta")
    assert upper_bound(samples) == pytest.approx(theirs, abs=1e-9)


def test_the_bound_tends_to_three_over_n() -> None:
    assert upper_bound(10_000) == pytest.approx(3 / 10_000, rel=0.01)


def test_never_solved_problems_and_those_the_critic_solved_are_counted() -> None:
    base = arm("base", ["AA", "PA", "TTE", "EE"])
    found = ceiling(base, arm("critic", ["AP", "PP", "TTT", "PP"]))
    assert (found.problems, found.never_solved, found.solved_by_arm) == (3, 2, 1)
    assert found.task_ids == ("T/0",)
    assert found.fewest_samples == 2
    assert found.rate_at_most == pytest.approx(1 - 0.05**0.5)


def test_a_base_that_solves_everything_has_no_ceiling() -> None:
    found = ceiling(arm("base", ["P"]), arm("critic", ["P"]))
    assert (found.never_solved, found.rate_at_most) == (0, None)
