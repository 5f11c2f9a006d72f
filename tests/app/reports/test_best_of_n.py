"""Best-of-n by example tests against enumeration of subsets and ties."""

from itertools import combinations, product

import pytest

from app.reports.estimates import Estimate, NotEstimable
from app.reports.pass_at_k import best_of_k
from tests.app.reports.arms import arm


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
