"""Intervals against scipy and statsmodels, and their coverage in simulation."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from app.reports.differences import difference_interval
from app.reports.estimates import (
    Bootstrap,
    IntervalKind,
    bootstrap_mean,
    bootstrap_ratio,
    exact_binomial,
    rate_interval,
)


@pytest.mark.parametrize(("passed", "tried"), [(0, 8), (8, 8), (3, 8), (1, 200), (150, 1000)])
def test_the_exact_interval_is_clopper_pearsons(passed: int, tried: int) -> None:
    found = exact_binomial(passed, tried)
    assert (found.low, found.high) == pytest.approx(proportion_confint(passed, tried, method="beta"), abs=1e-9)


def test_with_one_sample_each_and_many_problems_the_rate_interval_is_wilsons() -> None:
    values = np.array([1.0] * 300 + [0.0] * 700)
    found = rate_interval(values)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(proportion_confint(300, 1000, method="wilson"), abs=2e-4)


def test_samples_that_all_agree_within_a_problem_count_as_one() -> None:
    one_each = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    found, doubled = rate_interval(one_each), rate_interval(np.repeat(one_each, 2))
    assert found is not None
    assert doubled is not None
    assert found.high - found.low > doubled.high - doubled.low


@pytest.mark.parametrize(("value", "low", "high"), [(0.0, 0.0, 0.3085), (1.0, 0.6915, 1.0)])
def test_problems_that_all_agree_still_leave_an_honest_interval(value: float, low: float, high: float) -> None:
    found = rate_interval(np.full(10, value))
    assert found is not None
    assert found.kind is IntervalKind.EXACT_BINOMIAL
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_equal_rates_that_are_neither_0_nor_1_leave_an_interval_as_wide_as_the_problems_allow() -> None:
    found = rate_interval(np.full(10, 0.5))
    assert found is not None
    assert found.high - found.low > 0.5


def test_one_problem_allows_no_interval() -> None:
    assert rate_interval(np.array([0.4])) is None
    assert difference_interval(np.array([0.4])) is None
    assert bootstrap_mean(np.array([0.4])) is None


def test_the_interval_of_many_differences_is_students_t() -> None:
    changes = np.random.default_rng(3).normal(0.1, 0.2, 40).clip(-1, 1)
    found = difference_interval(changes)
    assert found is not None
    assert found.kind is IntervalKind.T_BY_PROBLEM
    assert (found.low, found.high) == pytest.approx(DescrStatsW(changes).tconfint_mean(0.05), abs=1e-9)


def test_no_moved_problem_leaves_room_for_a_difference() -> None:
    found = difference_interval(np.zeros(25))
    assert found is not None
    assert found.kind is IntervalKind.ADJUSTED_BY_PROBLEM
    assert found.low == -found.high
    assert 0.05 < found.high < 0.15


def test_few_moved_problems_get_the_interval_of_bonett_and_price() -> None:
    changes = np.array([1.0] * 5 + [-1.0] * 2 + [0.0] * 43)
    found = difference_interval(changes)
    assert found is not None
    share_up, share_down, size = 6 / 52, 3 / 52, 52  # one more each way, as in their equation 4
    error = np.sqrt((share_up + share_down - (share_up - share_down) ** 2) / size)
    half = stats.norm.ppf(0.975) * error
    assert (found.low, found.high) == pytest.approx((3 / 52 - half, 3 / 52 + half), abs=1e-9)


def test_the_bootstrap_agrees_with_scipys() -> None:
    chance = np.random.default_rng(5)
    tried = chance.integers(1, 10, 80).astype(float)
    fixed = np.floor(tried * chance.random(80))
    found = bootstrap_ratio(fixed, tried, Bootstrap(draws=10_000, seed=1))
    theirs = stats.bootstrap(
        (fixed, tried),
        lambda a, b, axis: a.sum(axis) / b.sum(axis),
        paired=True,
        method="percentile",
        n_resamples=10_000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    assert found is not None
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_the_bootstrap_repeats_exactly() -> None:
    values = np.random.default_rng(5).random(30)
    assert bootstrap_mean(values) == bootstrap_mean(values)


def test_a_ratio_of_nothing_or_of_everything_claims_no_certainty() -> None:
    tried = np.array([2.0, 0.0, 5.0, 1.0, 4.0])
    none, all_of_them = bootstrap_ratio(np.zeros(5), tried), bootstrap_ratio(tried, tried)
    assert none is not None
    assert all_of_them is not None
    limit = float(stats.beta.ppf(0.975, 1, 4))  # Clopper and Pearson's for 0 of the 4 problems that were tried
    assert (none.low, none.high) == pytest.approx((0, limit))
    assert (all_of_them.low, all_of_them.high) == pytest.approx((1 - limit, 1))


def test_a_ratio_without_any_denominator_has_no_interval() -> None:
    assert bootstrap_ratio(np.zeros(5), np.zeros(5)) is None


REPEATS = 2_000


@pytest.mark.parametrize("problems", [20, 50, 164])
@pytest.mark.parametrize(("a", "b"), [(0.3, 0.7), (1.0, 1.0), (2.0, 2.0)])
def test_the_rate_interval_covers_the_truth_under_clustering(problems: int, a: float, b: float) -> None:
    """Each problem has its own true rate, so its ten samples are not independent."""
    chance = np.random.default_rng(11)
    rates = chance.beta(a, b, (REPEATS, problems))
    seen = chance.binomial(10, rates) / 10
    truth = a / (a + b)
    covered = np.mean([truth in (rate_interval(row) or ()) for row in seen])
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("problems", [50, 164])
def test_the_difference_interval_covers_the_truth_under_clustering(problems: int) -> None:
    """Both sides share each problem's true rate; the right side lifts some problems."""
    chance = np.random.default_rng(12)
    rates = chance.beta(0.5, 0.5, (REPEATS, problems))
    lift = chance.beta(0.8, 3.2, (REPEATS, problems))
    left = chance.binomial(10, rates) / 10
    right = chance.binomial(10, rates + (1 - rates) * lift) / 10
    covered = np.mean([0.1 in (difference_interval(row) or ()) for row in right - left])
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("problems", [10, 12, 20, 50])
@pytest.mark.parametrize("rate", [0.1, 0.3, 1 / 3, 0.5, 0.7])
def test_a_rate_that_all_problems_share_is_not_certain(rate: float, problems: int) -> None:
    found = rate_interval(np.full(problems, rate))
    assert found is not None
    assert found.low < rate - 0.05
    assert found.high > rate + 0.05


@pytest.mark.parametrize("change", [1.0, 0.1, -1 / 3])
def test_a_difference_that_all_problems_share_is_not_certain(change: float) -> None:
    found = difference_interval(np.full(12, change))
    assert found is not None
    assert found.high - found.low > 0.1


def test_failures_of_one_problem_allow_no_interval_of_their_ratio() -> None:
    assert bootstrap_ratio(np.array([3.0, 0.0, 0.0]), np.array([6.0, 0.0, 0.0])) is None


def test_a_ratio_that_all_problems_share_is_not_certain() -> None:
    found = bootstrap_ratio(np.array([3.0, 2.0, 1.0]), np.array([6.0, 4.0, 2.0]))
    assert found is not None
    assert found.low < 0.4 < 0.6 < found.high
