"""The whole report of a run, and its edges: empty, unscored, base alone, arms over different problems."""

import math
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from app.reports.build import build_report
from app.reports.report import RunSettings
from app.reports.samples import ArmSamples
from models.arm_kinds import ArmKind
from tests.app.reports.arms import WHOLE_DRAFTS, arm, whole
from tests.app.reports.runs import settings_of


def test_a_report_holds_every_arm_pair_and_duel() -> None:
    report = build_report(settings_of(), whole())
    assert [one.name for one in report.arms] == ["base", "critic", "resample", "no_trace"]
    assert [pair.right for pair in report.pairs] == ["critic", "resample", "no_trace"]
    assert [duel.arm for duel in report.duels] == ["critic", "no_trace"]
    assert [repair.arm for repair in report.repairs] == ["critic", "resample", "no_trace"]
    assert (
        "The critic fixed 2 of 6 failures; resampling with as many tries fixed 2 (60 new tokens against 60);"
        in (report.verdict)
    )


def test_flaky_problems_and_unscored_samples_are_named() -> None:
    report = build_report(settings_of(), whole())
    assert {(one.task_id, one.arm) for one in report.flaky} >= {("T/3", "base")}
    assert "1 sample of base unscored: left out, not counted as failures." in report.warnings


def test_best_of_k_is_there_only_where_examples_were_run() -> None:
    report = build_report(settings_of(), whole())
    assert len(report.arms[0].best_of) + 1 == len(report.arms[0].pass_at_k) == 2
    assert report.arms[1].best_of == ()


def test_arms_over_different_problems_are_warned_of() -> None:
    arms = [arm("base", ["P", "A"]), arm("critic", ["P"], drafts=["P"])]
    assert any(
        "do not cover the same problems" in warning for warning in build_report(settings_of(), arms).warnings
    )


def test_what_a_run_must_tell_comes_first_among_the_warnings() -> None:
    report = build_report(settings_of(notes=("The run is running.",)), whole())
    assert report.warnings[0] == "The run is running."


def test_the_same_samples_give_the_same_report() -> None:
    assert build_report(settings_of(), whole()) == build_report(settings_of(), whole())


def test_a_critic_comes_before_a_prompted_one_whatever_the_order_of_arms() -> None:
    base, critic, *_ = whole()
    prompted = arm("prompted", ["PA", "AA", "TE", "FA"], drafts=WHOLE_DRAFTS)
    report = build_report(settings_of(), [base, prompted, critic])
    assert [duel.arm for duel in report.duels] == ["critic", "prompted"]


def test_arms_that_ask_what_in_the_feedback_works_cost_a_critic_no_power() -> None:
    problems = 40
    drafts = ["A"] * problems
    arms = [
        arm("base", drafts),
        arm("critic", ["P"] * 12 + ["A"] * 28, drafts=drafts),
        arm("resample", ["A"] * 30 + ["P"] * 2 + ["A"] * 8, drafts=drafts),
    ]
    ablations = [arm(name, drafts, drafts=drafts) for name in ("no_trace", "shuffled_trace", "no_reflection")]
    alone, beside = (build_report(settings_of(), chosen).duels for chosen in (arms, [*arms, *ablations]))
    assert [duel.arm for duel in beside] == ["critic", "no_trace", "shuffled_trace", "no_reflection"]
    assert beside[0] == alone[0]
    p_values = [duel.equal_samples.evidence.p_value for duel in beside]
    assert p_values[1] == pytest.approx(min(1.0, 3 * 0.5))
    prompted = arm("prompted", drafts, drafts=drafts)
    corrected = build_report(settings_of(), [*arms, prompted]).duels[0].equal_samples.evidence.p_value
    assert p_values[0] is not None
    assert corrected == pytest.approx(2 * p_values[0])


NOTHING: list[tuple[str, list[ArmSamples]]] = [
    ("no arms", []),
    ("arms without problems", [arm("base", []), arm("critic", [])]),
    ("nothing scored", [arm("base", ["EE", ".."]), arm("critic", ["EE", ".."], drafts=["EE", ".."])]),
    ("base alone", [arm("base", ["PA"])]),
    ("a critic without its base", [arm("critic", ["PA"], drafts=["AA"])]),
    (
        "one problem",
        [arm("base", ["A"]), arm("critic", ["P"], drafts=["A"]), arm("resample", ["A"], drafts=["A"])],
    ),
    ("no problem in common", [arm("base", ["A"], tasks=["a"]), arm("critic", ["P"], drafts=["A"], tasks=["b"])]),
    ("imported", [arm("imported", ["PA"], kind=ArmKind.BASE)]),
]


@pytest.mark.parametrize(("what", "arms"), NOTHING, ids=[what for what, _ in NOTHING])
def test_no_run_is_too_poor_for_a_report(what: str, arms: list[ArmSamples]) -> None:
    report = build_report(settings_of(), arms)
    assert report.verdict.endswith(".")
    for number in numbers(report):
        assert math.isfinite(number)


def numbers(value: Any) -> list[float]:
    """Every float of the tree."""
    if is_dataclass(value) and not isinstance(value, RunSettings):
        return [number for field in fields(value) for number in numbers(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, float) else []
