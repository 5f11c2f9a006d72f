"""The sentence at the top: what it says in each situation, and that it never claims beyond the test."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.equal_samples import against_resampling
from app.reports.equal_tokens import equal_tokens
from app.reports.samples import ArmSamples
from app.reports.verdict import Findings, verdict_in_words
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of


def verdict(base: ArmSamples, critic: ArmSamples, resample: ArmSamples | None = None) -> str:
    arms = [one for one in (base, critic, resample) if one is not None]
    return verdict_in_words(
        Findings(
            run=settings_of(),
            arms=arms,
            critic=critic,
            samples=against_resampling(base, critic, resample),
            tokens=equal_tokens(base, critic, resample),
        )
    )


def without_repair(*arms: ArmSamples) -> str:
    return verdict_in_words(Findings(run=settings_of(), arms=arms))


def test_a_critic_that_fixes_nothing_is_told_so() -> None:
    drafts, fixed = ["A"] * 8 + ["P"] * 4, ["A"] * 8 + ["P"] * 4
    again = ["P"] + ["A"] * 7 + ["P"] * 4
    words = verdict(
        arm("base", drafts), arm("critic", fixed, drafts=drafts), arm("resample", again, drafts=drafts)
    )
    assert words.startswith(
        "This rests on 12 unseen problems. The critic fixed 0 of 8 failures; resampling with as many tries fixed 1 "
        "(80 new tokens against 80); no evidence that repair helps here: −8.3 pp (95% CI −31.1 to +16.8), "
        "p = 1 over 12 problems; a difference of 60.7 pp would have been found with 80% power; with as many tokens: "
    )


def test_a_lead_within_chance_is_not_called_evidence() -> None:
    drafts = ["A"] * 8
    words = verdict(
        arm("base", drafts),
        arm("critic", ["P"] * 3 + ["A"] * 5, drafts=drafts),
        arm("resample", drafts, drafts=drafts),
    )
    assert "The critic fixed 3 of 8 failures; resampling with as many tries fixed 0 (" in words
    assert "this may be chance, no evidence that repair helps here" in words


def test_a_clear_lead_is_evidence_with_its_figures() -> None:
    drafts = ["A"] * 30
    words = verdict(
        arm("base", drafts),
        arm("critic", ["P"] * 12 + ["A"] * 18, drafts=drafts),
        arm("resample", drafts, drafts=drafts),
    )
    assert "evidence that repair beats resampling here: +40.0 pp (95% CI" in words
    assert "p < 0.001 over 30 problems" in words


def test_a_clear_loss_is_said_as_plainly() -> None:
    drafts = ["A"] * 30
    words = verdict(
        arm("base", drafts), arm("critic", drafts, drafts=drafts), arm("resample", ["P"] * 30, drafts=drafts)
    )
    assert "resampling did better here: −100.0 pp (95% CI" in words


def test_without_a_resample_arm_the_expectation_is_called_one() -> None:
    words = verdict(arm("base", ["PAA"]), arm("critic", ["PPA"], drafts=["PAA"]))
    assert "The critic fixed 1 of 2 failures; resampling with as many tries would be expected to fix 1 (" in words


def test_no_failures_say_nothing_about_repair() -> None:
    words = verdict(arm("base", ["P"]), arm("critic", ["P"], drafts=["P"]), arm("resample", ["P"], drafts=["P"]))
    assert (
        words
        == "This rests on 1 unseen problem. No failed draft was given to critic, so this run says nothing about repair."
    )


def test_a_run_whose_resampling_has_not_begun_does_not_deny_what_the_critic_did() -> None:
    again = arm("resample", ["AA"], drafts=["AA"], rounds=[[0, 0]])
    words = verdict(arm("base", ["AA"]), arm("critic", ["PA"], drafts=["AA"]), again)
    assert words.endswith(
        "The critic fixed 1 of 2 failures; resampling has not tried any of them, so nothing can be concluded."
    )


def test_an_empty_run_says_nothing() -> None:
    assert without_repair() == "This run has no results yet, so nothing can be said."
    assert without_repair(arm("base", [])).startswith("This run has no results yet")


def test_a_run_whose_samples_are_all_unscored_says_how_many() -> None:
    words = without_repair(arm("base", ["EE", "E"]))
    assert words == "No sample has been scored (3 samples unscored), so nothing can be said."


def test_a_base_alone_is_described_and_not_judged() -> None:
    words = without_repair(arm("base", ["PA", "AA"]))
    assert "base solved 1 of 2 problems at least once (pass@1 25.0%, 95% CI " in words
    assert words.endswith("no critic repaired its failures.")


marks = st.lists(st.text("PAE", min_size=2, max_size=2), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(drafts=marks, data=st.data())
def test_no_verdict_claims_what_its_test_does_not_show(drafts: list[str], data: st.DataObject) -> None:
    same = st.lists(st.text("PAE", min_size=2, max_size=2), min_size=len(drafts), max_size=len(drafts))
    base = arm("base", drafts)
    critic = arm("critic", data.draw(same), drafts=drafts)
    resample = arm("resample", data.draw(same), drafts=drafts)
    duel = against_resampling(base, critic, resample)
    words = verdict(base, critic, resample)
    claims = re.search(r"evidence that repair beats|resampling did better", words)
    assert bool(claims) == (duel.convincing and duel.failures > 0)
    assert words.endswith(".")


@pytest.mark.parametrize("nonsense", ["nan", "inf", "None"])
def test_no_verdict_shows_a_number_that_is_none(nonsense: str) -> None:
    one = verdict(arm("base", ["A"]), arm("critic", ["P"], drafts=["A"]), arm("resample", ["A"], drafts=["A"]))
    assert nonsense not in one
    assert "no interval from a single problem" in one
