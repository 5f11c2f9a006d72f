"""Cohen's kappa against statsmodels, and the cases in which it is not defined."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as reference

from app.reports.label_agreement import Kappa, ReviewedProgram, agreements, cohens_kappa

PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=60)


@given(PAIRS)
def test_kappa_and_its_interval_are_those_of_statsmodels(pairs: list[tuple[str, str]]) -> None:
    table = [[pairs.count((a, b)) for b in "abc"] for a in "abc"]
    found = cohens_kappa(pairs)
    assume(found.value is not None)
    with np.errstate(invalid="ignore", divide="ignore"):
        known = reference(table)
    assert found.value == pytest.approx(known.kappa, abs=1e-12)
    if found.low is not None and found.high is not None:
        # Where the variance is 0 its rounded square root is none there.
        low, high = (known.kappa if np.isnan(end) else end for end in (known.kappa_low, known.kappa_upp))
        assert found.low == pytest.approx(max(-1.0, low), abs=1e-6)
        assert found.high == pytest.approx(min(1.0, high), abs=1e-6)


def test_where_kappa_is_not_defined_the_reason_is_said() -> None:
    assert cohens_kappa([("a", "a")]) == Kappa(why_not="fewer than two programs were reviewed by both")
    assert "chance alone" in cohens_kappa([("a", "a")] * 5).why_not
    assert cohens_kappa([("a", "a"), ("b", "b")]) == Kappa(value=1.0), "no spread, so no interval"


def _review(program: str, reviewer: str, *labels: str) -> ReviewedProgram:
    return ReviewedProgram(program=(program,), reviewer=reviewer, labels=frozenset(labels))


def test_a_pair_is_compared_over_the_programs_that_both_reviewed() -> None:
    (pair,) = agreements(
        [
            _review("1", "Ada", "x"), _review("1", "Bo", "x"),
            _review("2", "Ada", "x", "y"), _review("2", "Bo", "y"),
            _review("3", "Ada"), _review("3", "Bo"),
            _review("4", "Ada", "x"), _review("5", "Cy", "x"),
        ]
    )  # fmt: skip
    assert (pair.reviewers, pair.programs) == (("Ada", "Bo"), 3)
    whole, x, y = pair.rows
    assert (whole.label, whole.both) == ("", 2)
    assert (x.label, x.both, x.left, x.right) == ("x", 1, 1, 0)
    assert (y.label, y.kappa.value) == ("y", 1.0)
