"""Seen minus unseen: values, intervals and what is said where one side is missing."""

import numpy as np
import pytest

from app.reports.attribution import gap_change, seen_gap, subtract
from app.reports.estimates import Estimate, NotEstimable, rate_interval
from models.enums import Origin
from tests.app.reports.arms import arm

SEEN, UNSEEN, UNKNOWN = Origin.SEEN, Origin.UNSEEN, Origin.UNKNOWN
BOTH = [SEEN] * 3 + [UNSEEN] * 3


def test_the_gap_is_the_difference_of_mean_rates() -> None:
    gap = seen_gap(arm("base", ["PP", "PA", "PP", "AA", "PA", "AA"], origins=BOTH))
    assert isinstance(gap.difference, Estimate)
    assert gap.difference.value == pytest.approx(5 / 6 - 1 / 6)
    assert gap.unknown == 0


def test_problems_of_unknown_origin_take_no_part_and_are_counted() -> None:
    gap = seen_gap(arm("base", ["P", "A", "A"], origins=[SEEN, UNSEEN, UNKNOWN]))
    assert isinstance(gap.unseen, Estimate)
    assert (gap.unseen.problems, gap.unknown) == (1, 1)


def test_without_seen_problems_there_is_no_gap() -> None:
    gap = seen_gap(arm("base", ["P", "A"], origins=[UNSEEN, UNSEEN]))
    assert gap.seen == NotEstimable(reason="no seen problem has a scored sample")
    assert isinstance(gap.difference, NotEstimable)


def test_a_memorised_set_leaves_an_interval_of_some_width() -> None:
    gap = seen_gap(arm("base", ["PP"] * 20 + ["AA"] * 20, origins=[SEEN] * 20 + [UNSEEN] * 20))
    assert isinstance(gap.difference, Estimate)
    assert gap.difference.interval is not None
    assert gap.difference.value == 1.0
    assert 0.6 < gap.difference.interval.low < 0.9


def test_the_critic_changes_the_gap_by_the_difference_of_its_two_gains() -> None:
    base = arm("base", ["PA", "PA", "PA", "AA", "AA", "AA"], origins=BOTH)
    critic = arm("critic", ["PP", "PP", "PP", "AA", "PA", "AA"], origins=BOTH)
    change = gap_change(base, critic)
    assert isinstance(change, Estimate)
    assert change.value == pytest.approx(0.5 - 1 / 6)


def test_the_interval_of_a_gap_covers_the_truth() -> None:
    chance = np.random.default_rng(4)
    covered = 0
    for _ in range(1_000):
        sides = [chance.binomial(10, chance.beta(a, b, size)) / 10 for a, b, size in ((8, 2, 40), (1, 3, 25))]
        means = [Estimate(value=s.mean(), interval=rate_interval(s), problems=len(s)) for s in sides]
        gap = subtract(means[0], means[1])
        assert isinstance(gap, Estimate)
        assert gap.interval is not None
        covered += (0.8 - 0.25) in gap.interval
    assert 0.93 <= covered / 1_000 <= 0.97
