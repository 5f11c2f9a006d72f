"""pass@k against enumeration and Chen et al.'s own formula; best-of-k against enumeration of subsets and ties."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest

from app.reports.estimates import Estimate, NotEstimable
from app.reports.pass_at_k import best_of_k, estimate_pass_at_k, pass_at_k, usual_ks
from tests.app.reports.arms import arm


@pytest.mark.parametrize("n", range(1, 13))
def test_pass_at_k_is_the_share_of_subsets_with_a_pass(n: int) -> None:
    for c in range(n + 1):
        samples = [1] * c + [0] * (n - c)
        for k in range(1, n + 1):
            subsets = list(combinations(samples, k))
            share = sum(any(subset) for subset in subsets) / len(subsets)
            assert pass_at_k(np.array([n]), np.array([c]), k)[0] == pytest.approx(share, abs=1e-12)


def test_pass_at_k_of_many_samples_equals_the_ratio_of_binomials() -> None:
    n = 1000
    c = np.arange(n + 1)
    for k in (1, 7, 100, 999, 1000):
        exact = [1 - comb(n - x, k) / comb(n, k) for x in range(n + 1)]
        assert pass_at_k(np.full(n + 1, n), c, k) == pytest.approx(exact, abs=1e-12)


def test_problems_with_different_n_are_each_taken_by_their_own_n() -> None:
    values = pass_at_k(np.array([4, 10, 1]), np.array([1, 5, 1]), 2)
    assert values[0] == pytest.approx(1 - comb(3, 2) / comb(4, 2))
    assert values[1] == pytest.approx(1 - comb(5, 2) / comb(10, 2))
    assert np.isnan(values[2])


def test_fewer_samples_than_k_is_not_estimable_and_says_why() -> None:
    result = estimate_pass_at_k(np.array([5, 5]), np.array([5, 5]), 10)
    assert result == NotEstimable(reason="pass@10 needs 10 scored samples per problem and there are at most 5")


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_not_estimable(k: int) -> None:
    assert isinstance(estimate_pass_at_k(np.array([5]), np.array([5]), k), NotEstimable)


def test_no_problems_and_no_scored_samples_are_told_apart() -> None:
    nothing = np.array([], dtype=np.int64)
    assert estimate_pass_at_k(nothing, nothing, 1) == NotEstimable(reason="there are no problems")
    zeros = np.zeros(3, dtype=np.int64)
    assert estimate_pass_at_k(zeros, zeros, 1) == NotEstimable(reason="no sample has been scored")


def test_problems_with_too_few_scored_samples_are_left_out_and_counted() -> None:
    result = estimate_pass_at_k(np.array([3, 3, 1]), np.array([3, 0, 1]), 2)
    assert isinstance(result, Estimate)
    assert (result.value, result.problems, result.left_out) == (0.5, 2, 1)


def test_the_table_shows_round_ks_and_the_number_of_samples() -> None:
    assert usual_ks(0) == ()
    assert usual_ks(1) == (1,)
    assert usual_ks(7) == (1, 2, 5, 7)
    assert usual_ks(200) == (1, 2, 5, 10, 20, 50, 100, 200)


def by_enumeration(hidden: str, example: str, k: int) -> float:
    scores = []
    for subset in combinations(range(len(hidden)), k):
        chosen = [i for i in subset if example[i] == "P"] or list(subset)
        scores.append(sum(hidden[i] == "P" for i in chosen) / len(chosen))
    return sum(scores) / len(scores)


@pytest.mark.parametrize("n", [1, 2, 4, 5])
def test_the_expected_choice_equals_the_mean_over_subsets_and_ties(n: int) -> None:
    for hidden, example in product(product("PA", repeat=n), repeat=2):
        samples = arm("base", ["".join(hidden)], example=["".join(example)])
        for k in range(1, n + 1):
            found = best_of_k(samples, k)
            assert isinstance(found, Estimate)
            assert found.value == pytest.approx(by_enumeration("".join(hidden), "".join(example), k), abs=1e-12)


def test_problems_without_executed_examples_are_left_out() -> None:
    samples = arm("base", ["PA", "PP"], example=["PA", ".."])
    found = best_of_k(samples, 2)
    assert isinstance(found, Estimate)
    assert (found.value, found.problems, found.left_out) == (1.0, 1, 1)


def test_more_samples_than_there_are_cannot_be_chosen_among() -> None:
    assert isinstance(best_of_k(arm("base", ["PA"], example=["PA"]), 3), NotEstimable)
    assert isinstance(best_of_k(arm("base", ["PA"], example=["PA"]), 0), NotEstimable)
