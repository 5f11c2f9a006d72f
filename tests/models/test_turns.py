"""When an arm owes a revision: of failures, of passing drafts in an ungated run, until its rounds or its own pass."""

import pytest

from models.enums import TestsKind, Verdict
from models.turns import gate_verdict, owes_revision


@pytest.mark.parametrize("gated", [True, False])
def test_a_failure_is_owed_revisions_until_the_rounds_are_written(gated: bool) -> None:
    assert [owes_revision(Verdict.PANIC, gated=gated, rounds=2, written=n) for n in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert not owes_revision(Verdict.PANIC, gated=gated, rounds=0)


def test_only_an_ungated_run_owes_a_passing_draft_a_revision_and_none_after_an_own_pass() -> None:
    assert owes_revision(Verdict.PASSED, gated=False, rounds=3)
    assert not owes_revision(Verdict.PASSED, gated=True, rounds=3)
    assert not owes_revision(Verdict.PASSED, gated=False, rounds=3, written=1)


@pytest.mark.parametrize("unscored", [None, *(verdict for verdict in Verdict if not verdict.scored)])
def test_what_has_no_score_is_owed_nothing(unscored: Verdict | None) -> None:
    assert not owes_revision(unscored, gated=False, rounds=3)


def test_the_tests_that_gate_say_whether_a_draft_failed() -> None:
    assert gate_verdict(TestsKind.HIDDEN, Verdict.PANIC, Verdict.PASSED) is Verdict.PANIC
    assert gate_verdict(TestsKind.EXAMPLE, Verdict.PANIC, Verdict.PASSED) is Verdict.PASSED
    assert gate_verdict(TestsKind.EXAMPLE, Verdict.PASSED, None) is None
