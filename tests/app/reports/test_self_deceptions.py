"""Ways to fool oneself, each as a small run, and the sentence or number that must appear."""

from typing import Any

import pytest

from app.reports.build import build_report
from app.reports.claims import check_claim
from app.reports.compare import compare
from app.reports.estimates import Estimate
from app.reports.markdown import report_markdown
from app.reports.report import as_dict
from app.reports.samples import ArmSamples
from app.reports.setting_differences import setting_differences
from app.reports.spread import spread
from models.arm_kinds import ArmKind
from models.enums import Origin, RunKind, RunState, TestsKind
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of


def test_programs_cut_at_the_first_brace_are_counted_apart() -> None:
    base = arm("base", ["PPPP"] * 10, legacy=["PAAA"] * 10, raw=["PPPP"] * 10)
    assert "| base | legacy → goimports | 40 | 30 | 0 |" in report_markdown(build_report(settings_of(), [base]))


def test_revisions_that_goimports_rescued_are_not_the_critics_gain() -> None:
    base = arm("base", ["A"] * 20, raw=["A"] * 20)
    critic = arm("critic", ["P"] * 12 + ["A"] * 8, drafts=["A"] * 20, raw=["I"] * 12 + ["A"] * 8)
    report = build_report(settings_of(), [base, critic])
    assert "| critic | raw → goimports | 20 | 12 | 0 |" in report_markdown(report)
    assert (
        "All 12 fixes by the critic pass only because goimports fixed their imports: as they were written they fail."
    ) in report.verdict
    assert (report.repairs[0].repairs.repaired, report.repairs[0].repairs.rescued) == (12, 12)


def test_the_headline_counts_the_fixes_of_each_arm_that_goimports_rescued() -> None:
    drafts = ["A"] * 9
    critic = arm("critic", ["P"] * 4 + ["A"] * 5, drafts=drafts, raw=["I"] * 3 + ["P"] + ["A"] * 5)
    prompted = arm("no_trace", ["P"] + ["A"] * 8, drafts=drafts, raw=["I"] + ["A"] * 8)
    words = build_report(settings_of(), [arm("base", drafts), critic, prompted]).verdict
    assert "3 of 4 fixes by the critic pass only because goimports fixed their imports." in words
    assert "The only fix by no_trace passes only because goimports fixed its imports:" in words


@pytest.mark.parametrize("raw", [["P"] * 4 + ["A"] * 5, []])
def test_fixes_that_need_no_goimports_or_of_which_that_is_unknown_are_no_imports(raw: list[str]) -> None:
    drafts = ["A"] * 9
    critic = arm("critic", ["P"] * 4 + ["A"] * 5, drafts=drafts, raw=raw)
    assert "goimports" not in build_report(settings_of(), [arm("base", drafts), critic]).verdict


def test_a_small_p_beside_an_interval_around_0_says_which_rule_decides() -> None:
    """Seventeen small gains and three large losses: the sign test sees the gains, the mean hardly any."""
    drafts = ["A" * 10] * 20
    arms = [
        arm("base", drafts),
        arm("critic", ["P" + "A" * 9] * 17 + ["A" * 10] * 3, drafts=drafts),
        arm("resample", ["A" * 10] * 17 + ["P" * 5 + "A" * 5] * 3, drafts=drafts),
    ]
    report = build_report(settings_of(), arms)
    rule = "the test alone finds a difference, but its interval includes 0, and a claim needs both"
    for text in (report.verdict, report_markdown(report)):
        assert f"p = 0.0026 over 20 problems; {rule}" in text
    assert "may be chance" not in report.verdict
    assert not report.duels[0].equal_samples.convincing


def test_one_flip_is_not_3_points() -> None:
    left, right = arm("base", ["A"] * 29 + ["P"]), arm("base", ["P"] + ["A"] * 28 + ["P"])
    found = compare((settings_of(id=1), left), (settings_of(id=2), right))
    assert found.verdict.startswith(
        "No evidence that base of run 2 and base of run 1 differ here: +3.3 pp (95% CI "
    )
    assert "1 problem moved: 1 fixed, 0 broken; evidence would take 6 fixed against 0 broken." in found.verdict
    assert "is 1 problem." in check_claim("+3.4 points on 30").in_words


def test_a_memorised_benchmark_is_said_first() -> None:
    drafts = ["AP"] * 7 + ["PP"] * 57 + ["AA"] * 44
    finals = ["PP"] * 64 + ["AA"] * 44
    origins = [Origin.SEEN] * 64 + [Origin.UNSEEN] * 44
    arms = [
        arm("base", drafts, origins=origins),
        arm("critic", finals, drafts=drafts, origins=origins),
        arm("resample", drafts, drafts=drafts, origins=origins),
    ]
    verdict = build_report(settings_of(), arms).verdict
    assert verdict.startswith(
        "This rests on 64 seen and 44 unseen problems. On 44 unseen problems nothing was solved, drafted or repaired; "
        "all 7 fixes are on problems seen in training. "
    )


def test_problems_of_unknown_origin_are_a_warning() -> None:
    verdict = build_report(settings_of(), [arm("base", ["PA"] * 9, origins=[Origin.UNKNOWN] * 9)]).verdict
    assert verdict.startswith("It is unknown whether 9 problems were in training data")


def test_a_benchmark_of_seen_problems_alone_measures_memory() -> None:
    verdict = build_report(settings_of(), [arm("base", ["PA"] * 9, origins=[Origin.SEEN] * 9)]).verdict
    assert "All of them were seen in training: this measures memory, not skill." in verdict


def test_a_gated_gain_has_no_test_and_no_plain_pass_at_1() -> None:
    base, critic = arm("base", ["A"] * 20), arm("critic", ["P"] * 12 + ["A"] * 8, drafts=["A"] * 20)
    report = build_report(settings_of(), [base, critic])
    assert (report.pairs[0].p_value, report.pairs[0].convincing) == (None, False)
    assert [one.rate_name for one in report.arms] == ["pass@k", "oracle-gated pass@k"]
    text = report_markdown(report)
    assert "| critic | oracle-gated pass@k | 1 |" in text
    assert "not tested over 20 problems" in text


def test_a_placebo_that_does_as_well_is_in_the_headline() -> None:
    drafts, finals = ["A"] * 20, ["P"] * 9 + ["A"] * 11
    arms = [arm("base", drafts), *(arm(name, finals, drafts=drafts) for name in ("critic", "shuffled_trace"))]
    assert (
        "The trace did not matter: of 20 failures shuffled_trace, which was not shown the draft's own trace, "
        "fixed 9 and critic 9."
    ) in build_report(settings_of(), arms).verdict


def test_hidden_tests_that_fed_the_critic_and_broken_drafts_are_in_the_headline() -> None:
    drafts = ["P"] * 10 + ["A"] * 10
    critic = arm("critic", ["P"] * 7 + ["A"] * 3 + ["P"] * 5 + ["A"] * 5, drafts=drafts, rounds=[[1]] * 20)
    again = arm("resample", drafts, drafts=drafts, rounds=[[1]] * 20)
    run = settings_of(gated=False, feedback=TestsKind.HIDDEN)
    verdict = build_report(run, [arm("base", drafts), critic, again]).verdict
    assert "The hidden tests, which score, were shown to the critic as well" in verdict
    assert "The critic broke 3 of 10 drafts that had passed." in verdict


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.PAUSED, RunState.CANCELLED, RunState.FAILED])
def test_a_run_that_is_not_whole_has_always_valid_tests_alone(state: RunState) -> None:
    drafts = ["A"] * 30
    arms = [
        arm("base", drafts),
        arm("critic", ["P"] * 6 + ["A"] * 24, drafts=drafts),
        arm("resample", drafts, drafts=drafts),
    ]
    verdict = build_report(settings_of(state=state), arms).verdict
    assert "always-valid p = " in verdict
    assert "so its tests and intervals are always-valid: they hold however often" in verdict
    assert "evidence that repair beats" not in verdict  # six to none convinces a fixed test, but not this one


def test_an_imported_run_shows_nothing_that_nobody_knows() -> None:
    run = settings_of(kind=RunKind.IMPORTED, ruler="")
    report = build_report(run, [arm("imported", ["PA"] * 5, kind=arm("base", []).kind)])
    known = as_dict(report)
    assert {known["run"][name] for name in ("seed", "feedback", "gated", "gate", "rounds", "budget")} == {None}
    assert {known["arms"][0][name] for name in ("prompt_tokens", "new_tokens", "seconds")} == {None}
    assert not any(
        "settings differ" in one for one in setting_differences(run, settings_of(id=2, rounds=3, seed=5))
    )
    text = report_markdown(report)
    assert "| Repair |" not in text
    assert "| Seed | unknown |" in text
    assert "| imported | 5 | 5 | 10 | 5 | 0 | 0 | unknown |" in text


def test_a_budget_in_tokens_is_not_called_as_many_tries() -> None:
    from models.enums import BudgetRule

    drafts = ["A"] * 10
    arms = [arm("base", drafts), arm("critic", drafts, drafts=drafts), arm("resample", drafts, drafts=drafts)]
    verdict = build_report(settings_of(budget=BudgetRule.EQUAL_TOKENS), arms).verdict
    assert "resampling with a budget of at least as many tokens fixed 0" in verdict
    assert "with as many tries" not in verdict


SEEN, UNSEEN, UNKNOWN = Origin.SEEN, Origin.UNSEEN, Origin.UNKNOWN
ALL_FAILED = ["A"] * 8
HALF_SEEN = [SEEN] * 4 + [UNSEEN] * 4


def headline(*arms: ArmSamples, **settings: Any) -> str:
    return build_report(settings_of(**settings), arms).verdict


def failing(name: str, finals: list[str], origins: list[Origin] = HALF_SEEN, **columns: Any) -> ArmSamples:
    return arm(name, finals, drafts=["A"] * len(finals), origins=origins, **columns)


def test_a_critic_that_has_not_finished_is_not_said_to_have_had_no_failures() -> None:
    critic = failing("critic", ["P", "A", *["."] * 6], rounds=[[1], [1], *[[0]] * 6])
    said = headline(failing("base", ALL_FAILED), critic, state=RunState.RUNNING)
    assert "The critic has yet to revise 6 drafts, so nothing can be said about repair so far." in said
    assert "No failed draft" not in said
    assert "nothing was solved" not in said


def test_a_critic_whose_revisions_are_all_unscored_is_not_said_to_have_had_no_failures() -> None:
    said = headline(failing("base", ALL_FAILED), failing("critic", ["E"] * 8))
    assert said.endswith("8 revisions by critic unscored and none scored, so this run says nothing about repair.")


def test_fixes_on_unknown_problems_alone_are_said_not_to_be_on_unseen_ones() -> None:
    origins = [UNSEEN] * 40 + [UNKNOWN] * 20
    finals = ["A"] * 40 + ["P"] * 20
    said = headline(failing("base", ["A"] * 60, origins), failing("critic", finals, origins))
    assert "On 40 unseen problems nothing was solved, drafted or repaired; of 20 fixes, 0 on problems seen" in said


def test_revisions_of_unseen_problems_that_could_not_be_scored_are_said_where_nothing_was_solved() -> None:
    said = headline(failing("base", ALL_FAILED), failing("critic", ["P"] * 4 + ["E"] * 4))
    assert "On 4 unseen problems, where 4 revisions could not be scored, nothing was solved" in said


def test_fixes_on_problems_of_unknown_origin_are_not_said_to_be_on_seen_ones() -> None:
    origins = [SEEN] * 4 + [UNSEEN] * 4 + [UNKNOWN] * 4
    finals = ["P"] * 2 + ["A"] * 6 + ["P"] * 3 + ["A"]
    arms = [failing(name, ["A"] * 12, origins) for name in ("base", "resample")]
    said = headline(arms[0], failing("critic", finals, origins), arms[1])
    assert "; of 5 fixes, 2 on problems seen in training and 3 on unknown ones." in said


@pytest.mark.parametrize("solver", ["resample", "critic 2"])
def test_unseen_problems_that_any_arm_solved_were_not_left_unsolved(solver: str) -> None:
    kinds = {"critic 2": arm("critic", []).kind}
    other = failing(solver, ["A"] * 4 + ["P"] * 3 + ["A"], kind=kinds.get(solver))
    said = headline(failing("base", ALL_FAILED), failing("critic", ["P"] * 2 + ["A"] * 6), other)
    assert (
        "On 4 unseen problems the base solved 0, and the critic fixed 0 of 4 failures; 2 of its fixes are on"
        in said
    )


def test_a_fix_counts_by_origin_even_where_resampling_has_no_verdict() -> None:
    again = failing("resample", ["A"] * 4 + ["E"] + ["A"] * 3)
    said = headline(failing("base", ALL_FAILED), failing("critic", ["P", *["A"] * 3, "P", *["A"] * 3]), again)
    assert "the critic fixed 1 of 4 failures; 1 of its fixes is on problems seen in training." in said
    assert "The critic fixed 1 of 7 failures that both sides tried again with a verdict (2 of 8 in all);" in said


def test_a_control_that_does_better_is_said_to_and_one_that_fixes_nothing_says_nothing() -> None:
    failed = ["A"] * 20
    base, critic = arm("base", failed), arm("critic", failed, drafts=failed)
    better, nothing = (arm("no_trace", finals, drafts=failed) for finals in (["P"] * 20, failed))
    assert "Repair did better without the draft's own trace: of 20 failures" in headline(base, critic, better)
    assert "This does not show whether the trace matters: of 20 failures" in headline(base, critic, nothing)


def test_a_critic_that_reads_no_trace_was_not_shown_the_hidden_tests() -> None:
    said = headline(failing("base", ALL_FAILED), failing("no_trace", ["P"] * 8), feedback=TestsKind.HIDDEN)
    assert "shown to the critic" not in said


def test_tokens_that_nobody_recorded_are_no_comparison_at_equal_tokens() -> None:
    free = [[0]] * 8
    arms = [failing(name, ALL_FAILED, tokens=free) for name in ("base", "resample")]
    report = build_report(settings_of(), [arms[0], failing("critic", ["P"] * 8, tokens=free), arms[1]])
    assert "(tokens not recorded)" in report.verdict
    assert "with as many tokens" not in report.verdict
    assert report.duels[0].equal_tokens.p_value is None
    assert "not estimable: no tokens are recorded" in report_markdown(report)


def test_no_difference_is_called_detectable_on_fewer_problems_than_the_test_needs() -> None:
    arms = [failing(name, ["A"] * 5, [UNSEEN] * 5) for name in ("base", "critic", "resample")]
    assert "these are too few to find any difference" in headline(*arms)


def test_an_ungated_run_says_that_equal_tokens_stop_at_a_pass() -> None:
    drafts = ["P"] * 10 + ["A"] * 10
    arms = [arm(name, drafts, drafts=drafts, rounds=[[1]] * 20) for name in ("base", "resample")]
    critic = arm("critic", ["A"] * 10 + ["P"] * 10, drafts=drafts, rounds=[[1]] * 20)
    said = headline(arms[0], critic, arms[1], gated=False)
    assert "with as many tokens, stopping at the first program that passes the hidden tests: +50.0 pp" in said
    assert "The critic broke 10 of 10 drafts that had passed." in said


def test_a_second_critic_that_breaks_drafts_is_counted_too() -> None:
    drafts = ["P"] * 10 + ["A"] * 10
    arms = [arm(name, drafts, drafts=drafts, rounds=[[1]] * 20) for name in ("base", "resample")]
    good = arm("critic", ["P"] * 20, drafts=drafts, rounds=[[1]] * 20)
    bad = arm("other critic", ["A"] * 10 + ["P"] * 10, drafts=drafts, rounds=[[1]] * 20, kind=ArmKind.CRITIC)
    said = headline(arms[0], good, bad, arms[1], gated=False)
    assert "other critic broke 10 of 10 drafts that had passed." in said
    assert "The critic broke" not in said


def test_equal_tokens_claim_nothing_where_seen_and_unseen_problems_differ() -> None:
    drafts, origins = ["AA"] * 40, [Origin.SEEN] * 20 + [Origin.UNSEEN] * 20
    base = arm("base", drafts, origins=origins)
    critic = arm("critic", ["PP"] * 20 + ["AA"] * 20, drafts=drafts, origins=origins)
    again = arm("resample", ["AA"] * 30 + ["PP"] * 10, drafts=drafts, origins=origins)
    [duel] = build_report(settings_of(), [base, critic, again]).duels
    assert duel.equal_tokens.differs_by_origin
    assert not duel.equal_tokens.convincing
    assert [
        one.difference.value for one in duel.equal_tokens.by_origin if isinstance(one.difference, Estimate)
    ] == [
        1.0,
        -0.5,
    ]
    text = report_markdown(build_report(settings_of(), [base, critic, again]))
    assert "Here, no claim over all problems, because seen and unseen ones differ by +150.0 pp" in text


def test_fixes_that_nobody_made_are_an_expectation_and_a_gated_rate_has_its_name() -> None:
    drafts = ["AP", "AA", "PA"] * 4
    arms = [arm("base", drafts), arm("critic", ["PP", "AA", "PA"] * 4, drafts=drafts)]
    report = build_report(settings_of(), arms)
    text = report_markdown(report)
    assert "the base's other samples would be expected to fix 8" in text
    assert "| Coverage vs. | k | oracle-gated pass@k | Rival |" in text
    assert report.duels[0].equal_samples.is_expected


def test_one_problem_with_one_sample_does_not_hide_the_sampling_of_the_others() -> None:
    found = spread(arm("base", ["PAPA", "PPPA", "AAAA", "P"]))
    assert found is not None
    assert found.sampling > 0
    assert "more samples would" in found.in_words
    alone = spread(arm("base", ["P", "A", "P", "A"]))
    assert alone is not None
    assert "With one sample per problem" in alone.in_words
