"""Runs that example tests gate and stop: no hidden verdict decides anything, and a repair may break what was right.

Four drafts a problem: right and accepted, right but refused, wrong but accepted, wrong and refused.
"""

import numpy as np
import pytest

from app.reports.build import build_report
from app.reports.compare import compare
from app.reports.equal_samples import against_resampling
from app.reports.estimates import Estimate
from app.reports.markdown import report_markdown
from app.reports.repairs import complete_or_empty, repairs
from app.reports.report import Report
from app.reports.samples import ArmSamples
from app.reports.token_tries import MeanCosts, draft_tries, first_pass_costs, repair_tries, success_within
from models.enums import TestsKind
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of

GATE = TestsKind.EXAMPLE
DRAFTS, EXAMPLES = "PPAA", "PAPA"
ROUNDS = [0, 1, 0, 1]


def run(problems: int = 20, critic: str = "PAAP", resample: str = "PPAA") -> list[ArmSamples]:
    """The right draft that the example tests refused is broken by the critic; one wrong draft is fixed."""
    drafts, rounds = [DRAFTS] * problems, [ROUNDS] * problems
    return [
        arm("base", drafts, example=[EXAMPLES] * problems),
        arm("critic", [critic] * problems, drafts=drafts, rounds=rounds, example=["PAPP"] * problems),
        arm("resample", [resample] * problems, drafts=drafts, rounds=rounds, example=["PPPA"] * problems),
    ]


def report(**changed: object) -> Report:
    return build_report(settings_of(**{"gate": GATE, "samples": 4, **changed}), run())


def test_the_rate_is_a_plain_one_and_best_of_n_rests_on_no_hidden_verdict() -> None:
    base, critic, resample = report().arms
    assert [one.rate_name for one in (base, critic, resample)] == [
        "pass@k",
        "pass@k after repair",
        "pass@k after repair",
    ]
    assert critic.best_of
    assert resample.best_of


def test_a_hidden_gate_or_hidden_feedback_is_a_hidden_verdict_used() -> None:
    _, critic, _ = report(gate=TestsKind.HIDDEN, gated=False).arms
    assert (
        critic.best_of == ()
    )  # one round for all drafts; but a critic learned which ones the hidden tests failed
    _, critic, resample = report(feedback=TestsKind.HIDDEN).arms
    assert critic.best_of == ()
    assert resample.best_of  # resampling is shown nothing


def test_an_accepted_draft_that_fails_hidden_tests_stays_failed_and_a_refused_one_may_be_broken() -> None:
    done = repairs(run()[1])
    assert (done.failures, done.repaired, done.passed, done.broken, done.accepted) == (20, 20, 20, 20, 20)
    words = report().verdict
    assert "The critic broke 20 of 20 drafts that had passed, but failed the example tests." in words
    assert "20 failed drafts passed the example tests and were not revised." in words
    text = report_markdown(report())
    assert "- Broke 20 of 20 drafts that had passed." in text
    assert "- 20 failed drafts passed the example tests and were not revised." in text
    assert "gated: failed drafts only, example tests gate and stop" in text


def test_the_gain_on_its_own_base_is_tested_because_it_can_be_a_loss() -> None:
    pair = report().pairs[0]
    assert pair.can_only_gain == ""
    assert pair.p_value is not None
    assert report(gate=TestsKind.HIDDEN).pairs[0].p_value is None
    settings = settings_of(gate=GATE)
    found = compare((settings, run()[0]), (settings, run()[1]))
    assert "can only gain" not in found.verdict
    assert "oracle-gated" not in found.verdict


def test_runs_that_different_tests_gate_are_said_to_differ() -> None:
    sides = settings_of(), settings_of(id=2, gate=GATE)
    found = compare((sides[0], run()[1]), (sides[1], run()[1]))
    assert any("differ in gating tests: hidden on the left, example on the right" in one for one in found.warnings)


def test_drafts_that_the_gate_accepted_count_as_they_are_on_both_sides() -> None:
    base, critic, again = run(problems=1)
    duel = against_resampling(base, critic, again, gate=GATE)
    assert (duel.failures, duel.fixed_by_critic, duel.fixed_by_rival) == (1, 1, 0.0)
    assert (duel.problems[0].critic, duel.problems[0].resampling) == (2 / 4, 2 / 4)


def test_without_a_resample_arm_fresh_drafts_are_chosen_by_example_tests() -> None:
    """Two rounds for the refused drafts: of the three others, the first that is accepted, else the last."""
    base, critic, _ = run(problems=1)
    critic = arm("critic", ["PAAP"], drafts=[DRAFTS], rounds=[[0, 2, 0, 2]])
    duel = against_resampling(base, critic, None, gate=GATE)
    # Two of the three others are accepted, so that two draws always meet one: right or wrong with equal chance.
    assert duel.problems[0].resampling == pytest.approx((1 + 1 / 2 + 0 + 1 / 2) / 4)


def test_at_equal_tokens_a_strategy_hands_in_the_first_program_that_example_tests_accept() -> None:
    base = arm("base", [DRAFTS], example=[EXAMPLES], tokens=[[10] * 4])
    critic = arm("critic", ["PAAP"], drafts=[DRAFTS], rounds=[ROUNDS], example=["PAPP"], tokens=[[0, 5, 0, 5]])
    costs = MeanCosts(draft=10, fresh=10, again=5, spent_again=np.zeros(1))
    drafts = first_pass_costs(draft_tries(base, GATE), costs)
    # From the first draft at once; from the third never, because it is wrong and accepted.
    assert success_within(drafts, [10, 20, 40]).tolist() == [1 / 4, 2 / 4, 2 / 4]
    repaired = first_pass_costs(repair_tries(base, critic, GATE), costs)
    assert success_within(repaired, [10, 15, 25]).tolist() == [1 / 4, 2 / 4, 2 / 4]
    assert not repaired.ran_out.any()


def test_an_arm_waits_where_a_refused_draft_has_no_final_verdict() -> None:
    waits = arm("critic", ["P.AP"], drafts=[DRAFTS], rounds=[[0, 0, 0, 1]])
    assert complete_or_empty(waits, gated=True, rounds=1, gate=GATE).problems == ()
    critic = run()[1]
    assert complete_or_empty(critic, gated=True, rounds=1, gate=GATE) is critic


def test_what_was_right_and_revised_has_a_confidence_which_a_hidden_gate_never_shows() -> None:
    rates = {rate.name: rate for rate in report().repairs[0].corrections}
    assert (rates["right_to_wrong"].samples, rates["confidence"].samples, rates["confidence"].of) == (20, 0, 20)
    assert isinstance(rates["confidence"].estimate, Estimate)
    hidden = build_report(settings_of(), [arm("base", ["PA"]), arm("critic", ["PP"], drafts=["PA"])])
    rates = {rate.name: rate for rate in hidden.repairs[0].corrections}
    assert not isinstance(rates["right_to_wrong"].estimate, Estimate)
    assert not isinstance(rates["confidence"].estimate, Estimate)
