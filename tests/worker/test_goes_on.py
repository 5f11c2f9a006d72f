"""When an arm takes another round: failures only in a gated run, and never after a pass of its own."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from models.arm_kinds import ArmKind
from models.enums import BudgetRule, TestsKind, Verdict
from worker.repair import goes_on


def says(*, passed: bool, gated: bool, round: int, gate: TestsKind = TestsKind.HIDDEN) -> bool:
    """What is decided of a program with this verdict on the tests that gate, and the opposite one on the others."""
    verdicts = (
        (Verdict.PASSED, Verdict.SYNTAX)
        if passed == (gate is TestsKind.HIDDEN)
        else (Verdict.SYNTAX, Verdict.PASSED)
    )
    trace = cast(Any, SimpleNamespace(verdict=verdicts[0], example_verdict=verdicts[1]))
    plan = cast(Any, SimpleNamespace(gated=gated, gate=gate, rounds=3, budget=BudgetRule.EQUAL_TOKENS))
    arm = cast(Any, SimpleNamespace(kind=ArmKind.RESAMPLE))
    return goes_on(plan, arm, trace, round=round, spent=10 * round, costliest=100)


@pytest.mark.parametrize("gate", list(TestsKind))
@pytest.mark.parametrize("gated", [True, False])
def test_an_arm_stops_at_its_first_pass_of_the_tests_that_gate(gated: bool, gate: TestsKind) -> None:
    assert not says(passed=True, gated=gated, round=1, gate=gate)
    assert says(passed=False, gated=gated, round=1, gate=gate)


def test_only_an_ungated_run_revises_a_passing_draft() -> None:
    assert says(passed=True, gated=False, round=0)
    assert not says(passed=True, gated=True, round=0)


def test_resampling_at_equal_tokens_draws_until_it_has_spent_what_the_costliest_arm_spent() -> None:
    assert says(passed=False, gated=True, round=9)
    assert not says(passed=False, gated=True, round=10)
