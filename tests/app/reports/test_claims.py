"""Claims counted in problems, and sizes of runs that would find an effect."""

import numpy as np
import pytest
from scipy import stats

from app.reports.claims import NoClaim, check_claim, plan_sizes, size_in_words, smallest_effect
from app.reports.errors import ReportError


def test_a_claim_that_is_one_problem_is_told_so() -> None:
    found = check_claim("+3.4 points on 30")
    assert (found.moved, found.needed, found.p_value) == (1, 6, 1.0)
    assert found.in_words.startswith("+3.4 pp on 30 problems is 1 problem.")
    assert (
        "p = 1, which is not distinguishable from chance. Evidence takes 6 problems moving one way"
        in found.in_words
    )


@pytest.mark.parametrize(
    "text", ["+20 points on 30", "20% of 30", "−20 pp over 30 problems", " 20,0 points on 30"]
)
def test_a_claim_may_be_written_in_several_ways(text: str) -> None:
    found = check_claim(text)
    assert (abs(found.difference), found.problems, found.moved) == (0.2, 30, 6)
    assert "which is more than chance" in found.in_words


def test_thousands_of_problems_may_have_a_comma() -> None:
    assert check_claim("+0.5 points on 30,000").problems == check_claim("+0.5 points on 30000").problems == 30_000


def test_a_claim_that_no_whole_number_of_problems_gives_is_said_to_be_none() -> None:
    said = check_claim("+5 points on 30").in_words
    assert said.startswith(
        "+5.0 pp on 30 problems is 1.5 problems, which one sample each cannot give; the nearest is "
    )
    assert "2 problems, +6.7 pp. If none moved the other way" in said


@pytest.mark.parametrize("text", ["", "much better", "+3.4 points", "+300 points on 30", "+3.4 points on 1"])
def test_what_is_no_claim_is_refused(text: str) -> None:
    with pytest.raises(NoClaim, match=r"\+3.4 points on 30"):
        check_claim(text)


def test_more_samples_help_until_only_problems_do() -> None:
    problems = [one.problems for one in plan_sizes(0.1)]
    assert problems == sorted(problems, reverse=True)
    assert problems[-1] >= 8


def test_a_planned_run_finds_its_effect_about_as_often_as_planned() -> None:
    (size,) = plan_sizes(0.1, samples=(10,))
    chance = np.random.default_rng(4)
    rates = chance.beta(0.3, 0.7, (600, size.problems))
    effects = chance.normal(0.1, 0.1, rates.shape)
    error = np.sqrt(2 * rates * (1 - rates) / 10)
    changes = effects + error * chance.normal(size=rates.shape)
    found = stats.ttest_1samp(changes, 0, axis=1).pvalue < 0.05
    assert 0.65 < found.mean() < 0.95


def test_a_plan_without_an_effect_is_refused() -> None:
    with pytest.raises(ReportError, match="above 0%"):
        plan_sizes(0)


@pytest.mark.parametrize("effect", [0.02, 0.05, 0.2])
def test_a_run_of_the_planned_size_finds_the_planned_effect(effect: float) -> None:
    for size in plan_sizes(effect):
        found = smallest_effect(size.problems, size.samples)
        fewer = smallest_effect(size.problems - 1, size.samples)
        assert found is not None
        assert found <= effect
        assert fewer is None or fewer > effect


def test_five_problems_find_nothing_however_many_samples_they_have() -> None:
    assert smallest_effect(5, 1_000) is None
    assert size_in_words(5, 10) == "5 problems with 10 samples each: too few to find any difference."
    assert size_in_words(60, 10).startswith("60 problems with 10 samples each find a difference of ")
