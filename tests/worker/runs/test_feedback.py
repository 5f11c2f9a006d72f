"""A critic is shown the tests that are its feedback, and never a word of hidden tests that are not."""

import pytest

from models.enums import Harness, Rule, Shape, Stage, TestsKind, Verdict
from worker.ruler import Assembly, Judgement, RulerFingerprint, RulerTrace, Tests
from worker.runs.feedback import HIDDEN_FAIL, feedback_in_words
from worker.runs.programs import JudgedProgram

RULER = RulerFingerprint(go="go", xtools="x", vet_policy=(), limits={}, harness_version="1", sandbox="none")
TESTS = Tests(harness=Harness.GO_TEST, setup="", source="func TestA(t *testing.T) {}")
ATTEMPT = "\treturn n\n}\n"


def judgement(verdict: Verdict, message: str = "", stage: Stage = Stage.RUN, named: bool = True) -> Judgement:
    trace = RulerTrace(
        rule=Rule.GOIMPORTS, verdict=verdict, stage=stage, message=message, tests_named=("TestA",) if named else ()
    )
    return Judgement(key="k", assembly=Assembly(shape=Shape.BODY), fixed=trace, raw=trace, ruler=RULER)


def words(
    hidden: Judgement,
    example: Judgement | None,
    feedback: TestsKind = TestsKind.EXAMPLE,
    gate: TestsKind = TestsKind.HIDDEN,
) -> str:
    judged = JudgedProgram(
        hidden=hidden, hidden_tests=TESTS, example=example, example_tests=TESTS if example else None
    )
    return feedback_in_words(judged, feedback, gate, ATTEMPT)


SECRET = judgement(Verdict.ASSERTION, "the secret is 42")
PASSED = judgement(Verdict.PASSED)


def test_the_failure_of_the_example_tests_is_shown() -> None:
    shown = words(SECRET, judgement(Verdict.PANIC, "index out of range"))
    assert shown.startswith("panic at run")
    assert "index out of range" in shown
    assert "secret" not in shown


def test_if_the_example_tests_pass_only_the_failure_of_hidden_tests_is_shown() -> None:
    assert words(SECRET, PASSED) == f"assertion at run\n{HIDDEN_FAIL}"


def test_a_problem_without_example_tests_says_so_and_shows_no_hidden_message() -> None:
    assert words(SECRET, None) == ("assertion at run\nThe problem has no example tests; hidden tests fail.")


def test_what_does_not_build_is_shown_although_there_are_no_example_tests() -> None:
    shown = words(judgement(Verdict.TYPE, "undefined: m", Stage.CHECK, named=False), None)
    assert shown.startswith("type at check")
    assert "undefined: m" in shown


@pytest.mark.parametrize("example", [None, PASSED, judgement(Verdict.PANIC, "index out of range")])
def test_hidden_tests_are_shown_if_they_are_the_feedback(example: Judgement | None) -> None:
    shown = words(SECRET, example, TestsKind.HIDDEN)
    assert shown.startswith("assertion at run")
    assert "the secret is 42" in shown


@pytest.mark.parametrize("feedback", list(TestsKind))
def test_an_attempt_that_passes_everything_says_so(feedback: TestsKind) -> None:
    assert words(PASSED, PASSED, feedback).startswith("passed")


def test_where_example_tests_gate_nothing_is_told_of_hidden_tests() -> None:
    shown = words(SECRET, PASSED, gate=TestsKind.EXAMPLE)
    assert shown.startswith("passed")
    assert "hidden" not in shown
