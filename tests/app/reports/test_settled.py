"""A run that stopped half-way is not judged by drafts that an arm never saw."""

from app.reports.build import build_report
from app.reports.estimate import Estimate, NotEstimable
from app.reports.settled import settled, waiting
from models.enums import ArmKind
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of

DRAFTS = ["PA", "AA", "AA"]
BASE = arm("base", DRAFTS)
CRITIC = arm("critic", ["PP", "PA", "AA"], drafts=DRAFTS, rounds=[[0, 1], [1, 1], [1, 0]])
RESAMPLE = arm("resample", DRAFTS, drafts=DRAFTS, kind=ArmKind.RESAMPLE, rounds=[[0, 0]] * 3)


def test_only_failing_drafts_of_a_gated_run_wait_and_only_for_arms_that_repair() -> None:
    assert waiting(settings_of(), RESAMPLE).tolist() == [[False, True], [True, True], [True, True]]
    assert waiting(settings_of(gated=False), RESAMPLE).all()
    assert not waiting(settings_of(rounds=0), RESAMPLE).any()
    assert not waiting(settings_of(), BASE).any()


def test_an_arm_that_owes_a_revision_has_no_numbers_yet() -> None:
    assert settled(settings_of(), CRITIC).problems == ()
    assert settled(settings_of(), BASE) is BASE
    report = build_report(settings_of(), [BASE, CRITIC, RESAMPLE])
    base, critic, resample = report.arms
    assert isinstance(base.pass_at_k[0].estimate, Estimate)
    assert (critic.scored, critic.passed, resample.scored) == (0, 0, 0)
    assert all(isinstance(pair.difference, NotEstimable) for pair in report.pairs)
    (duel,) = report.duels
    assert isinstance(duel.equal_samples.difference, NotEstimable)
    assert isinstance(duel.equal_tokens.difference, NotEstimable)
    assert duel.equal_tokens.points == ()
    assert any(warning.startswith("1 draft not yet revised by critic") for warning in report.warnings)


def test_what_it_made_of_the_failures_that_it_did_revise_is_counted() -> None:
    report = build_report(settings_of(), [BASE, CRITIC, RESAMPLE])
    critic, resample = (one.repairs for one in report.repairs)
    assert (critic.failures, critic.repaired) == (4, 2)
    assert resample.failures == 0


def test_passing_drafts_alone_are_no_hundred_percent() -> None:
    base = arm("base", ["PP", "AA"])
    waits = arm("resample", ["PP", ".."], drafts=["PP", "AA"], kind=ArmKind.RESAMPLE, rounds=[[0, 0], [0, 0]])
    report = build_report(settings_of(), [base, waits])
    assert isinstance(report.arms[1].pass_at_k[0].estimate, NotEstimable)
