"""What missing samples and unfinished runs may not do: claim, deny, or show an interval that looking often breaks."""

from typing import Any

import pytest

from app.reports.build import build_report
from app.reports.compare import compare
from app.reports.equal_samples import against_resampling
from app.reports.estimates import Estimate, Estimated, IntervalKind
from app.reports.markdown import report_markdown
from app.reports.report import Report, as_dict
from app.reports.samples import ArmSamples
from models.enums import Origin, RunState, TestsKind
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of

SEEN, UNSEEN, UNKNOWN = Origin.SEEN, Origin.UNSEEN, Origin.UNKNOWN


def lossy(lost: int) -> list[ArmSamples]:
    """A critic that fixes 12 of 40 failures and has no verdict on some more."""
    drafts = ["A"] * 40
    finals = ["P"] * 12 + ["E"] * lost + ["A"] * (28 - lost)
    again = ["A"] * 12 + ["P"] * lost + ["A"] * (28 - lost)
    return [arm("base", drafts), arm("critic", finals, drafts=drafts), arm("resample", again, drafts=drafts)]


def test_a_difference_that_missing_samples_undo_is_neither_claimed_nor_called_chance() -> None:
    report = build_report(settings_of(), lossy(10))
    found = report.duels[0].equal_samples.evidence
    assert found.p_value is not None
    assert found.p_value < 0.001
    assert found.undone_by_missing
    said = report.verdict
    assert (
        "nothing is claimed, because it would not hold if all 10 missing samples spoke against it: +40.0 pp"
        in said
    )
    assert "chance" not in said
    assert "would have been found" not in said
    assert as_dict(report)["duels"][0]["equal_samples"]["evidence"]["undone_by_missing"] is True


def test_a_comparison_that_missing_samples_undo_gives_that_reason() -> None:
    _, critic, again = lossy(10)
    run = settings_of(gated=False)
    said = compare((run, again), (run, critic)).verdict
    assert "Nothing is claimed of critic and resample, because it would not hold if all 10 missing samples" in said
    assert "No evidence" not in said


def test_what_could_have_been_found_counts_what_is_missing() -> None:
    """Nothing but the missing samples tells these runs apart."""
    few, many = (against_resampling(*lossy_null(lost)).evidence for lost in (0, 12))
    assert few.detectable is not None
    assert many.detectable is not None
    assert many.detectable > few.detectable + 0.05


def lossy_null(lost: int) -> tuple[ArmSamples, ArmSamples, ArmSamples]:
    drafts = ["A"] * 60
    finals = ["P"] * 8 + ["A"] * (52 - lost) + ["E"] * lost
    again = ["A"] * 4 + ["P"] * 8 + ["A"] * (48 - lost) + ["P"] * (lost // 2) + ["A"] * (lost - lost // 2)
    return arm("base", drafts), arm("critic", finals, drafts=drafts), arm("resample", again, drafts=drafts)


def test_the_gap_has_worst_cases_where_samples_are_missing() -> None:
    origins = [SEEN] * 10 + [UNSEEN] * 10
    base = arm("base", ["PA"] * 8 + ["PE"] * 2 + ["AA"] * 9 + ["EA"], origins=origins)
    report = build_report(settings_of(), [base])
    missing = report.gaps[0].missing
    assert (missing.samples, missing.of, missing.many) == (3, 40, True)
    # Seen: 10 of 20 passed, 12 at most; unseen: none passed, one at most.
    assert (missing.low, missing.high) == pytest.approx((0.5 - 0.05, 0.6))
    words = "3 samples of 40 missing: in the worst cases the difference is between +45.0 and +60.0 pp."
    assert words in report_markdown(report)


def test_what_a_critic_changes_of_the_gap_has_worst_cases_too() -> None:
    origins = [SEEN] * 10 + [UNSEEN] * 10
    base = arm("base", ["A"] * 20, origins=origins)
    critic = arm("critic", ["P"] * 6 + ["E"] * 2 + ["A"] * 12, drafts=["A"] * 20, origins=origins)
    missing = build_report(settings_of(), [base, critic]).repairs[0].gap_missing
    assert (missing.low, missing.high) == pytest.approx((0.6, 0.8))
    assert missing.samples == 2


def intervals(value: Any) -> list[str]:
    """The kinds of all intervals in a tree."""
    if isinstance(value, dict):
        own = [value["kind"]] if {"low", "high", "kind"} <= value.keys() else []
        return own + [kind for inner in value.values() for kind in intervals(inner)]
    return [kind for inner in value for kind in intervals(inner)] if isinstance(value, list) else []


def mixed(state: RunState) -> Report:
    origins = [SEEN] * 20 + [UNSEEN] * 20
    drafts = ["PA", "AA", "PP", "AA"] * 10
    finals = ["PA", "PA", "PP", "AA"] * 10
    arms = [
        arm("base", drafts, origins=origins, example=drafts),
        arm("critic", finals, drafts=drafts, origins=origins, example=finals),
        arm("resample", drafts, drafts=drafts, origins=origins, example=drafts),
    ]
    return build_report(settings_of(state=state, gate=TestsKind.EXAMPLE), arms)


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.PAUSED, RunState.CANCELLED, RunState.FAILED])
def test_no_interval_of_a_run_that_is_not_done_is_of_a_fixed_sample(state: RunState) -> None:
    """A difference of two always-valid intervals is made from both by square-and-add."""
    kinds = set(intervals(as_dict(mixed(state))))
    assert kinds == {IntervalKind.ALWAYS_VALID, IntervalKind.NEWCOMBE_BY_PROBLEM}
    assert IntervalKind.BETA_BINOMIAL in intervals(as_dict(mixed(RunState.DONE)))


def test_the_repair_rate_of_an_unfinished_run_has_no_interval_and_says_why() -> None:
    report = mixed(RunState.RUNNING)
    rate: Estimated = report.repairs[0].repairs.rate
    assert isinstance(rate, Estimate)
    assert rate.interval is None
    text = report_markdown(report)
    assert "no interval while the run is not complete" in text
    assert "no interval from a single problem" not in text


def test_a_base_alone_says_too_that_its_run_is_not_complete() -> None:
    said = build_report(settings_of(state=RunState.RUNNING), [arm("base", ["PA"] * 12 + ["AA"] * 8)]).verdict
    assert "so its tests and intervals are always-valid" in said


@pytest.mark.parametrize("other", [UNKNOWN, UNSEEN])
def test_an_effect_on_seen_problems_alone_is_not_pooled_with_unknown_ones(other: Origin) -> None:
    drafts, origins = ["AA"] * 60, [SEEN] * 30 + [other] * 30
    base = arm("base", drafts, origins=origins)
    critic = arm("critic", ["PP"] * 30 + ["AA"] * 30, drafts=drafts, origins=origins)
    again = arm("resample", ["AA"] * 60, drafts=drafts, origins=origins)
    report = build_report(settings_of(), [base, critic, again])
    duel = report.duels[0].equal_samples
    assert duel.differs_by_origin
    assert duel.contrast == (SEEN, other)
    assert not duel.convincing
    assert f"no claim over all problems, because seen and {other} ones differ by +100.0 pp" in report.verdict
    assert as_dict(report)["duels"][0]["equal_samples"]["contrast"] == ["seen", str(other)]


def test_an_effect_on_unknown_problems_alone_is_not_pooled_with_unseen_ones() -> None:
    drafts, origins = ["AA"] * 60, [UNSEEN] * 30 + [UNKNOWN] * 30
    base = arm("base", drafts, origins=origins)
    critic = arm("critic", ["AA"] * 30 + ["PP"] * 30, drafts=drafts, origins=origins)
    again = arm("resample", ["AA"] * 60, drafts=drafts, origins=origins)
    said = build_report(settings_of(), [base, critic, again]).verdict
    assert "no claim over all problems, because unseen and unknown ones differ by −100.0 pp" in said
