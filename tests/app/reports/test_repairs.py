"""Transitions, copies, edits, classes and rounds of repair; an unfinished arm is not judged by unrevised drafts."""

from app.reports.build import build_report
from app.reports.estimates import Estimate, IntervalKind, NotEstimable
from app.reports.repairs import RepairRate, Transition, complete_or_empty, repairs, revisions_owed
from models.arm_kinds import ArmKind
from models.enums import BudgetRule, Origin, RunState, Verdict
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of


def test_only_revised_failures_are_counted_as_tried() -> None:
    found = repairs(arm("critic", ["PPAE", "PT"], drafts=["PAAA", "PI"]))
    assert (found.failures, found.repaired, found.revised) == (3, 1, 4)
    assert isinstance(found.rate, Estimate)
    assert (found.rate.value, found.rate.problems) == (1 / 3, 2)


def test_transitions_go_from_the_drafts_class_to_the_final_one() -> None:
    found = repairs(arm("critic", ["PPA", "TP"], drafts=["AAA", "AS"]))
    assert set(found.transitions) == {
        Transition(draft=Verdict.ASSERTION, final=Verdict.PASSED, samples=2, problems=1),
        Transition(draft=Verdict.ASSERTION, final=Verdict.ASSERTION, samples=1, problems=1),
        Transition(draft=Verdict.ASSERTION, final=Verdict.TYPE, samples=1, problems=1),
        Transition(draft=Verdict.SYNTAX, final=Verdict.PASSED, samples=1, problems=1),
    }


def test_samples_are_told_apart_from_the_problems_they_are_of() -> None:
    found = repairs(arm("critic", ["PPA", "PT", "AA"], drafts=["AAA", "AA", "AA"]))
    assert (found.repaired, found.repaired_problems) == (3, 2)
    assert Transition(draft=Verdict.ASSERTION, final=Verdict.PASSED, samples=3, problems=2) in found.transitions
    assert Transition(draft=Verdict.ASSERTION, final=Verdict.ASSERTION, samples=3, problems=2) in found.transitions


def test_rates_by_class_add_up_to_the_whole() -> None:
    found = repairs(arm("critic", ["PPA", "TP"], drafts=["AAI", "AS"]))
    assert sum(rate.tried for rate in found.by_class) == found.failures == 5
    assert sum(rate.repaired for rate in found.by_class) == found.repaired == 3
    assert RepairRate(name="import", tried=1, repaired=0) in found.by_class


def test_each_round_is_tried_by_what_the_rounds_before_left_failed() -> None:
    found = repairs(arm("critic", ["PPA"], drafts=["AAA"], rounds=[[1, 3, 3]]))
    assert found.by_round == (
        RepairRate(name="1", tried=3, repaired=1),
        RepairRate(name="2", tried=2, repaired=0),
        RepairRate(name="3", tried=2, repaired=1),
    )


def test_copies_are_counted_and_their_edits_are_not() -> None:
    critic = arm("critic", ["AAP"], drafts=["AAA"], copied=[[True, False, False]], edit_size=[[0, 4, 8]])
    found = repairs(critic)
    assert (found.copied, found.median_edit_size) == (1, 6.0)


def test_a_passing_draft_that_was_revised_is_in_the_transitions_and_not_in_the_rate() -> None:
    found = repairs(arm("critic", ["A"], drafts=["P"], rounds=[[1]]))
    assert found.transitions == (Transition(draft=Verdict.PASSED, final=Verdict.ASSERTION, samples=1, problems=1),)
    assert (found.failures, found.revised) == (0, 1)
    assert isinstance(found.rate, NotEstimable)


def test_nothing_revised_leaves_every_count_at_zero() -> None:
    found = repairs(arm("critic", ["P"], drafts=["P"]))
    assert (found.revised, found.copied, found.median_edit_size) == (0, 0, None)
    assert found.by_class == found.by_round == found.transitions == ()


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


def test_a_round_that_the_gate_refused_is_owed_the_next_one_while_the_run_goes_on() -> None:
    critic = arm("critic", ["PA", "EA"], drafts=["AA", "AA"], rounds=[[1, 1], [1, 2]])
    assert revisions_owed(critic, gated=True, rounds=2).tolist() == [[False, True], [False, False]]
    running = settings_of(state=RunState.RUNNING, rounds=2)
    said = build_report(running, [arm("base", ["AA", "AA"]), critic])
    assert "1 draft not yet revised by critic" in " ".join(said.warnings)
    assert said.arms[1].problems == 0
    assert isinstance(said.pairs[0].difference, NotEstimable)
    done = build_report(settings_of(rounds=2), [arm("base", ["AA", "AA"]), critic])
    assert not any("not yet revised" in one for one in done.warnings)


def test_resampling_at_equal_tokens_has_no_fixed_number_of_rounds() -> None:
    run = settings_of(state=RunState.RUNNING, rounds=3, budget=BudgetRule.EQUAL_TOKENS)
    assert (run.rounds_owed(ArmKind.RESAMPLE), run.rounds_owed(ArmKind.CRITIC)) == (1, 3)


def test_an_unfinished_run_shows_no_fixed_sample_interval_of_what_repair_changed() -> None:
    origins = [Origin.SEEN] * 6 + [Origin.UNSEEN] * 6
    drafts = ["A"] * 6 + ["P"] * 6
    arms = [arm("base", drafts, origins=origins), arm("critic", ["P"] * 12, drafts=drafts, origins=origins)]
    watched, done = (build_report(settings_of(state=state), arms) for state in (RunState.CANCELLED, RunState.DONE))
    for one in watched.repairs[0].corrections:
        if isinstance(one.estimate, Estimate) and one.estimate.interval is not None:
            assert one.estimate.interval.kind is IntervalKind.ALWAYS_VALID
    for ours, theirs in ((watched.gaps[0].difference, done.gaps[0].difference),
                         (watched.repairs[0].gap_change, done.repairs[0].gap_change)):  # fmt: skip
        assert isinstance(ours, Estimate)
        assert isinstance(theirs, Estimate)
        assert ours.interval is not None
        assert theirs.interval is not None
        assert ours.interval.high - ours.interval.low > theirs.interval.high - theirs.interval.low
