"""Shares of self-correction, decay over rounds, and crossings of pass@k, on small tables counted by hand."""

import math

import pytest

from app.reports.coverage import coverage
from app.reports.decay import decays, fit_decay
from app.reports.estimates import Estimate, NotEstimable
from app.reports.self_correction import correction_rates
from tests.app.reports.arms import arm

UNGATED = arm(
    "critic", ["PPAA", "APAP"], drafts=["PAPA", "PPAA"], rounds=[[1, 1, 1, 1], [1, 0, 1, 1]]
)  # one problem: kept, fixed, broken, failed; the other: broken, not revised, failed, fixed


def rates(name: str) -> tuple[int, int, float]:
    rate = next(one for one in correction_rates(UNGATED) if one.name == name)
    assert isinstance(rate.estimate, Estimate)
    return rate.samples, rate.of, rate.estimate.value


def test_the_change_is_what_turned_right_less_what_turned_wrong() -> None:
    assert rates("before") == (4, 8, 0.5)
    assert rates("after") == (4, 8, 0.5)
    assert rates("wrong_to_right") == (2, 8, 0.25)
    assert rates("right_to_wrong") == (2, 8, 0.25)
    assert rates("change") == (0, 8, 0.0)


def test_confidence_and_critique_make_up_the_rate_after_revision() -> None:
    kept, critique = rates("confidence"), rates("critique")
    assert (kept[:2], critique[:2]) == ((1, 3), (2, 4))
    before = 3 / 7  # of the revised drafts
    assert before * kept[2] + (1 - before) * critique[2] == pytest.approx(3 / 7)


def test_shares_of_nothing_are_not_estimable() -> None:
    found = correction_rates(arm("critic", ["EE"], drafts=["EE"]))
    assert all(isinstance(one.estimate, NotEstimable) for one in found)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.2])
def test_a_decay_is_found_again(rate: float) -> None:
    tried = 1_000_000
    rounds = [(tried, round(tried * 0.4 * math.exp(-rate * later))) for later in range(4)]
    fit = fit_decay(rounds)
    assert not isinstance(fit, NotEstimable)
    assert (fit.initial, fit.rate) == pytest.approx((0.4, rate), abs=1e-3)
    assert fit.halves_after == (math.ceil(math.log(2) / rate) if rate else None)
    if rate:
        assert fit.r_squared == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("rounds", "why"), [([(9, 3)], "two rounds"), ([(9, 0), (9, 0)], "no failure was repaired")]
)
def test_too_little_has_no_decay(rounds: list[tuple[int, int]], why: str) -> None:
    fit = fit_decay(rounds)
    assert isinstance(fit, NotEstimable)
    assert why in fit.reason


def test_one_draws_afresh_from_the_round_that_gains_less_than_a_fresh_draft() -> None:
    # Ten drafts a problem, eight of them failed: a fresh draft passes with 2 of 9. Of the eight, four are repaired in
    # round 1, one of the other four in round 2, none in round 3.
    drafts, rounds = ["PPAAAAXXXX"] * 5, [[0, 0, 1, 1, 1, 1, 2, 3, 3, 3]] * 5
    critic = arm("critic", ["PPPPPPPXXX"] * 5, drafts=drafts, rounds=rounds)
    found = {one.group: one for one in decays(arm("base", drafts), critic)}
    assert [(one.number, one.tried, one.repaired) for one in found["all"].rounds] == [
        (1, 40, 20),
        (2, 20, 5),
        (3, 15, 0),
    ]
    assert [one.fresh for one in found["all"].rounds] == [pytest.approx(2 / 9)] * 3
    assert found["all"].afresh_from == 2  # by the fit: 50%, 20%, 8%
    assert set(found) == {"all", "assertion", "panic"}
    assert isinstance(found["assertion"].fit, NotEstimable)


def test_an_arm_that_repeats_itself_is_overtaken_at_a_larger_k() -> None:
    base = arm("base", ["PAAA", "PAAA", "PAAA", "PAAA"])
    narrow = arm("critic", ["PPPP", "PPPP", "AAAA", "AAAA"], drafts=["PAAA"] * 4, rounds=[[1] * 4] * 4)
    curves = coverage(narrow, base)
    assert [(point.k, point.arm, point.rival) for point in curves.points] == [
        (1, 0.5, 0.25), (2, 0.5, 0.5), (4, 0.5, 1.0),
    ]  # fmt: skip
    assert curves.crosses_at == 2


def test_no_crossing_has_its_reason() -> None:
    base, better = arm("base", ["AA", "AA"]), arm("critic", ["PA", "AA"], drafts=["AA", "AA"])
    for curves, why in (
        (coverage(better, base), "leads up to k = 2"),
        (coverage(base, better), "does not lead at k = 1"),
        (coverage(better, base, can_only_gain=True), "keeps every pass of its base"),
        (coverage(arm("critic", []), arm("base", [])), "two values of k"),
    ):
        assert isinstance(curves.crosses_at, NotEstimable)
        assert why in curves.crosses_at.reason
