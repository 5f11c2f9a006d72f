"""The exact test of moved problems against statsmodels, and the words under the table."""

import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from app.reports.paired import Flips, exact_p, flips_in_words, flips_needed


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
    assert words == (
        "6 problems moved: 5 fixed, 1 broken (p = 0.22); against 1 broken, p < 0.05 would take 8 fixed."
    )


def test_the_words_turn_round_where_more_broke_than_was_fixed() -> None:
    words = flips_in_words(Flips(fixed=0, broken=1, both=10, neither=9))
    assert words.startswith("1 problem moved: 0 fixed, 1 broken")
    assert "against 0 fixed, p < 0.05 would take 6 broken" in words


def test_no_move_is_said_plainly() -> None:
    assert flips_in_words(Flips(fixed=0, broken=0, both=3, neither=2)).startswith("No problem moved")
