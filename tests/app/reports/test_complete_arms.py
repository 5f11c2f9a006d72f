"""An unfinished run is not judged by drafts that an arm has yet to revise."""

from app.reports.build import build_report
from app.reports.estimates import Estimate, NotEstimable
from app.reports.repairs import complete_or_empty, revisions_owed
from models.arm_kinds import ArmKind
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of

DRAFTS = ["PA", "AA", "AA"]
BASE = arm("base", DRAFTS)
CRITIC = arm("critic", ["PP", "PA", "AA"], drafts=DRAFTS, rounds=[[0, 1], [1, 1], [1, 0]])
RESAMPLE = arm("resample", DRAFTS, drafts=DRAFTS, kind=ArmKind.RESAMPLE, rounds=[[0, 0]] * 3)


def test_a_gated_run_owes_revisions_of_failed_drafts_by_arms_that_repair() -> None:
    assert revisions_owed(RESAMPLE, gated=True, rounds=1).tolist() == [[False, True], [True, True], [True, True]]
    assert revisions_owed(RESAMPLE, gated=False, rounds=1).all()
    assert not revisions_owed(RESAMPLE, gated=True, rounds=0).any()
    assert not revisions_owed(BASE, gated=True, rounds=1).any()


def test_an_incomplete_arm_has_no_rates_yet() -> None:
    assert complete_or_empty(CRITIC, gated=True, rounds=1).problems == ()
    assert complete_or_empty(BASE, gated=True, rounds=1) is BASE
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


def test_the_failures_that_an_incomplete_arm_did_revise_are_counted() -> None:
    report = build_report(settings_of(), [BASE, CRITIC, RESAMPLE])
    critic, resample = (one.repairs for one in report.repairs)
    assert (critic.failures, critic.repaired) == (4, 2)
    assert resample.failures == 0


def test_passing_drafts_alone_do_not_give_an_incomplete_arm_100_percent() -> None:
    base = arm("base", ["PP", "AA"])
    waits = arm("resample", ["PP", ".."], drafts=["PP", "AA"], kind=ArmKind.RESAMPLE, rounds=[[0, 0], [0, 0]])
    report = build_report(settings_of(), [base, waits])
    assert isinstance(report.arms[1].pass_at_k[0].estimate, NotEstimable)
