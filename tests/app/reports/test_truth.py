"""Runs with a known truth: planted effects are found with their sign and size, and chance is not called evidence."""

import json
import re

import numpy as np
import pytest

from app.reports.build import build_report
from app.reports.compare import compare
from app.reports.equal_samples import against_resampling
from app.reports.equal_tokens import equal_tokens
from app.reports.estimates import Estimate
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.report import Report
from app.reports.samples import ArmSamples
from app.reports.tables import find_report_table
from benchmarks.simulated_runs import Truth, first, settings_of_truth, simulate
from benchmarks.truth import SEED
from benchmarks.truth_coverage import MEMORISED, coverage
from models.enums import RunState
from tests.app.reports.inputs import Inputs

pytestmark = pytest.mark.slow

CLAIM = re.compile(r"evidence that repair beats|resampling did better here")
REPEATS = 60
ALLOWED = 0.05 + 2 * np.sqrt(0.05 * 0.95 / REPEATS)
"""The largest share of false claims that a 5% test shows in so many runs, but for 1 time in 40."""


def runs(truth: Truth, repeats: int = REPEATS, seed: int = 1) -> list[list[ArmSamples]]:
    chance = np.random.default_rng(seed)
    return [simulate(truth, chance) for _ in range(repeats)]


def claims(report: Report) -> bool:
    return CLAIM.search(report.verdict) is not None


def at_equal_tokens(truth: Truth) -> float:
    """The mean difference over a few runs."""
    found = []
    for base, critic, *again in runs(truth, 10):
        change = equal_tokens(base, critic, again[0] if again else None).difference
        assert isinstance(change, Estimate)
        found.append(change.value)
    return float(np.mean(found))


@pytest.mark.parametrize("resamples", [True, False])
@pytest.mark.parametrize("cost", [1, 3])
@pytest.mark.parametrize("fixes", [1.0, None, 0.0])
def test_equal_tokens_find_the_sign_and_size_of_a_known_effect(
    fixes: float | None, cost: int, resamples: bool
) -> None:
    truth = Truth(problems=200, samples=10, rates=(0.4, 0.6), fixes=fixes, cost=cost, resamples=resamples)

    # Within 1 + cost drafts' tokens, drafting alone fails 1 + cost times; the critic repairs once, and at equal cost
    # of drafts goes on to no second draft.
    def fails(times: int) -> float:  # mean of (1 − p)^times for p from beta(0.4, 0.6)
        return float(np.prod([(0.6 + step) / (1 + step) for step in range(times)]))

    ours = {1.0: 0.0, 0.0: fails(1)}.get(fixes, fails(2)) if fixes is not None else fails(2)
    expected = fails(1 + cost) - ours
    assert at_equal_tokens(truth) == pytest.approx(expected, abs=0.03)


def test_unscored_revisions_are_never_a_gain() -> None:
    for truth in (Truth(missing=0.1), Truth(missing=0.1, resamples=False)):
        reports = [build_report(settings_of_truth(truth), arms) for arms in runs(truth)]
        assert np.mean([claims(report) for report in reports]) <= ALLOWED
        assert np.mean([report.duels[0].equal_tokens.convincing for report in reports]) <= ALLOWED
        assert "missing: in the worst cases the difference is between" in reports[0].verdict


def test_a_null_critic_beats_nobody_whatever_it_costs() -> None:
    for truth in (Truth(), Truth(resamples=False), Truth(cost=3), Truth(critics=3, problems=40)):
        reports = [build_report(settings_of_truth(truth), arms) for arms in runs(truth, 50)]
        assert np.mean([any(duel.equal_samples.convincing for duel in report.duels) for report in reports]) <= 0.11
        assert np.mean([claims(report) for report in reports]) <= 0.11


def test_a_real_effect_is_found_and_a_perfect_critic_never_called_worse() -> None:
    truth = Truth(fixes=0.9, problems=80)
    reports = [build_report(settings_of_truth(truth), arms) for arms in runs(truth, 20)]
    assert np.mean(["evidence that repair beats resampling" in report.verdict for report in reports]) > 0.95
    assert not any("resampling did better" in report.verdict for report in reports)


def test_looking_again_and_again_problems_claims_nothing_false() -> None:
    truth = Truth(problems=120, samples=2)
    settings = settings_of_truth(truth, RunState.RUNNING)
    ever = 0
    for arms in runs(truth, 60):
        ever += any(claims(build_report(settings, first(arms, seen))) for seen in range(20, 121, 20))
    assert ever / 60 <= 0.05


def test_an_unfinished_run_shows_no_fixed_sample_test() -> None:
    truth = Truth(fixes=1.0, problems=60)
    report = build_report(settings_of_truth(truth, RunState.CANCELLED), runs(truth, 1)[0])
    assert "always-valid p < 0.001" in report.verdict
    assert "evidence that repair beats resampling" in report.verdict
    assert not re.search(r"(?<!always-valid )p [<=]", report.verdict)


def test_opposite_effects_on_seen_and_unseen_problems_are_not_added_up() -> None:
    truth = Truth(fixes=0.95, unseen_fixes=0.0, problems=100)
    for arms in runs(truth, 3):
        report = build_report(settings_of_truth(truth), arms)
        assert "no claim over all problems, because seen and unseen ones differ by +" in report.verdict
        for name in ("equal_samples", "token_budget"):
            [row] = json.loads(b"".join(find_report_table(name).json(Inputs(report=report))))
            assert row["convincing"] is False
        assert re.search(r"on 50 seen problems \+\d+\.\d pp \(95% CI", report.verdict)
        assert re.search(r"on 50 unseen problems −\d+\.\d pp \(95% CI", report.verdict)
        assert "evidence that repair beats" not in report.verdict


def test_a_control_without_a_trace_that_does_as_well_is_named() -> None:
    truth = Truth(fixes=0.6, control=True, problems=60)
    reports = [build_report(settings_of_truth(truth), arms) for arms in runs(truth, 10)]
    said = [
        re.search("The trace did not matter|no evidence that the trace mattered", one.verdict) for one in reports
    ]
    assert sum(map(bool, said)) >= 9


def test_eight_null_rows_of_a_comparison_rarely_show_an_interval_without_0() -> None:
    chance = np.random.default_rng(3)
    truth, shown, claimed = Truth(problems=160, samples=1, resamples=False, critics=0), 0, 0
    for _ in range(REPEATS):
        # Two runs over the same problems differ in their samples alone.
        rates = chance.beta(2, 2, 160)
        sides = [_sets(simulate(truth, chance)[0], rates, chance) for _ in range(2)]
        found = compare((settings_of_truth(truth), sides[0]), (settings_of_truth(truth), sides[1]))
        rows = [found.result, *(part.result for part in found.slices)]
        assert len(rows) == 9
        shown += any(_without_0(row.difference) for row in rows)
        claimed += any(row.convincing for row in rows)
    assert shown / REPEATS <= ALLOWED
    assert claimed / REPEATS <= ALLOWED


def _without_0(found: object) -> bool:
    return isinstance(found, Estimate) and found.interval is not None and 0.0 not in found.interval


def _sets(arm: ArmSamples, rates: np.ndarray, chance: np.random.Generator) -> ArmSamples:
    from dataclasses import replace

    problems = tuple(
        replace(problem, problem_set=f"set-{number % 8}@1") for number, problem in enumerate(arm.problems)
    )
    passes = chance.random(arm.verdict.shape) < rates[:, None]
    verdict = np.where(passes, 0, 5).astype(np.int8)
    return replace(arm, problems=problems, verdict=verdict, draft=verdict)


@pytest.mark.parametrize(
    ("problems", "samples", "rates"),
    [(10, 10, (0.3, 0.7)), (20, 10, (0.05, 1.5)), (20, 10, (0.1, 0.9)), (44, 10, (0.02, 2)), (50, 10, (0.05, 1.5)),
     (20, 10, (5, 0.3)), (10, 10, (1, 19)), (50, 10, (0.3, 0.7)), (200, 10, (0.02, 2))],
)  # fmt: skip
def test_the_interval_of_pass_at_1_keeps_its_level_for_few_problems(
    problems: int, samples: int, rates: tuple[float, float]
) -> None:
    chance = np.random.default_rng(5)
    truth, inside = rates[0] / sum(rates), 0
    for _ in range(150):
        passed = chance.binomial(samples, chance.beta(*rates, problems))
        found = estimate_pass_at_k(np.full(problems, samples), passed, 1)
        inside += isinstance(found, Estimate) and truth in (found.interval or ())
    assert 0.9 <= inside / 150 <= 1


@pytest.mark.parametrize(
    ("problems", "memorised", "others"),
    [(10, 0.2, 0.05), (15, 0.1, 0.05), (20, 0.2, 0.05), (50, 0.2, 0.05), (164, 0.5, 0.3)],
)
def test_the_interval_of_pass_at_1_holds_where_a_part_of_the_problems_is_memorised(
    problems: int, memorised: float, others: float
) -> None:
    chance = np.random.default_rng(6)
    truth, inside = memorised + (1 - memorised) * others, 0
    for _ in range(150):
        rates = np.where(chance.random(problems) < memorised, 1.0, others)
        found = estimate_pass_at_k(np.full(problems, 10), chance.binomial(10, rates), 1)
        inside += isinstance(found, Estimate) and truth in (found.interval or ())
    assert 0.92 <= inside / 150 <= 1


@pytest.mark.parametrize(
    ("problems", "rates", "memorised"),
    [(20, (0.1, 0.9), 0.0), (10, MEMORISED, 0.2), (15, MEMORISED, 0.1)],
)
def test_few_problems_are_covered_often_enough_and_not_too_often(
    problems: int, rates: tuple[float, float], memorised: float
) -> None:
    """What keeps the memorised mixes at their level made the interval of a beta distribution too wide."""
    [figure] = coverage(np.random.default_rng([SEED, 26]), problems, 10, rates, memorised, 2_500)
    assert figure.holds, figure


def test_repairs_of_the_two_sides_are_told_with_both_bills() -> None:
    truth = Truth(cost=3, fixes=0.5)
    base, critic, again = runs(truth, 1)[0]
    found = against_resampling(base, critic, again)
    assert found.critic_tokens == 3 * found.rival_tokens
