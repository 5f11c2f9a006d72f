"""Import fixing vs. the critic, problems the base never solved, and seen vs. unseen problems."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from app.reports.attribution import (
    AttributionStep,
    ceiling,
    gap_change,
    repair_step,
    rule_steps,
    seen_gap,
    subtract,
    upper_bound,
)
from app.reports.estimates import Estimate, NotEstimable, rate_interval
from models.enums import Origin
from tests.app.reports.arms import arm


def test_samples_that_pass_only_with_imports_fixed_are_credited_to_plumbing() -> None:
    base = arm("base", ["PPAE"], raw=["PIAE"])
    assert rule_steps(base) == (
        AttributionStep(
            before="raw", after="goimports", scored=3, passed_before=1, passed_after=2, to_pass=1, to_fail=0,
            to_pass_problems=1, to_fail_problems=0,
        ),
    )  # fmt: skip


def test_the_legacy_rule_is_shown_where_it_was_audited() -> None:
    legacy = rule_steps(arm("base", ["PPA"], raw=["PPA"], legacy=["SPP"]))[1]
    assert (legacy.before, legacy.to_pass, legacy.to_fail) == ("legacy", 1, 1)


def test_the_critics_step_starts_from_the_drafts_with_imports_fixed() -> None:
    step = repair_step(arm("base", ["PAAE"]), arm("critic", ["APAP"], drafts=["PAAE"]))
    assert (step.scored, step.to_pass, step.to_fail) == (3, 1, 1)
    assert step.passed_after - step.passed_before == step.to_pass - step.to_fail


def test_a_rule_that_was_never_run_scores_nothing() -> None:
    assert rule_steps(arm("base", ["PP"]))[0].scored == 0


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
