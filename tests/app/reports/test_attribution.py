"""What plumbing moved, what the critic moved, and what the legacy rule would have said."""

from app.reports.attribution import AttributionStep, repair_step, rule_steps
from tests.app.reports.arms import arm


def test_samples_that_pass_only_with_imports_fixed_are_credited_to_plumbing() -> None:
    base = arm("base", ["PPAE"], raw=["PIAE"])
    assert rule_steps(base) == (
        AttributionStep(
            before="raw", after="goimports", scored=3, passed_before=1, passed_after=2, to_pass=1, to_fail=0
        ),
    )


def test_the_legacy_rule_is_shown_where_it_was_audited() -> None:
    legacy = rule_steps(arm("base", ["PPA"], raw=["PPA"], legacy=["SPP"]))[1]
    assert (legacy.before, legacy.to_pass, legacy.to_fail) == ("legacy", 1, 1)


def test_the_critics_step_starts_from_the_drafts_with_imports_fixed() -> None:
    step = repair_step(arm("base", ["PAAE"]), arm("critic", ["APAP"], drafts=["PAAE"]))
    assert (step.scored, step.to_pass, step.to_fail) == (3, 1, 1)
    assert step.passed_after - step.passed_before == step.to_pass - step.to_fail


def test_a_rule_that_was_never_run_scores_nothing() -> None:
    assert rule_steps(arm("base", ["PP"]))[0].scored == 0
