"""Failures of tests, read from what testify, Go's examples, `t.Errorf` and panics really print."""

import pytest

from app.web.rendering.test_output import failed_tests, failures_in
from models.enums import Verdict


def _testify(line: int, *error: str, test: str = "TestX", messages: str = "") -> str:
    rows = [f"    candidate_test.go:{line}: ", f"        \tError Trace:\tcandidate_test.go:{line}"]
    rows.append(f"        \tError:      \t{error[0]}")
    rows += [f"        \t            \t{more}" for more in error[1:]]
    rows.append(f"        \tTest:       \t{test}")
    if messages:
        rows.append(f"        \tMessages:   \t{messages}")
    return "\n".join(rows)


def _failed(*reports: str) -> str:
    return "\n".join(["--- FAIL: TestX (0.00s)", *reports, "FAIL"])


@pytest.mark.parametrize(
    ("error", "got", "want"),
    [
        (("Not equal: ", 'expected: "a"', 'actual  : ".a."', "", "Diff:", "--- Expected", "+++ Actual", "-a", "+.a."),
         '".a."', '"a"'),
        (("Not equal: ", "expected: int64(3)", "actual  : int(3)"), "int(3)", "int64(3)"),
        (("Not equal: ", "expected: <nil>(<nil>)", "actual  : string(\"x\")"), 'string("x")', "<nil>(<nil>)"),
        (("Should be true",), "false", "true"),
        (("Should be false",), "true", "false"),
        (("Should be empty, but was [1 2]",), "[1 2]", "empty"),
        (('"[1 2]" should have 3 item(s), but has 2',), "2 items", "3 items"),
        (("Expected nil, but got: &errors.errorString{s:\"no\"}",), '&errors.errorString{s:"no"}', "nil"),
        (("Received unexpected error:", "no such month"), "no such month", "no error"),
        (("An error is expected but got nil.",), "nil", "an error"),
        (("Max difference between 1.5 and 2 allowed is 0.1, but difference was -0.5",), "2", "1.5 ± 0.1"),
    ],
)  # fmt: skip
def test_testify_says_what_it_got_and_what_it_wanted(error: tuple[str, ...], got: str, want: str) -> None:
    (failure,) = failures_in(Verdict.ASSERTION, _failed(_testify(11, *error)))
    assert (failure.test, failure.line, failure.got, failure.want) == ("TestX", 11, got, want)


@pytest.mark.parametrize(
    "error",
    [
        ("Not equal: ", "expected: 1", "actual  : 2", "actual  : 3"),
        ("elements differ", "", "extra elements in list A:", "([]interface {}) (len=1)"),
        ('"abc" does not contain "d"',),
    ],
)
def test_what_cannot_be_split_without_doubt_stays_as_it_was_printed(error: tuple[str, ...]) -> None:
    (failure,) = failures_in(Verdict.ASSERTION, _failed(_testify(11, *error)))
    assert (failure.got, failure.want) == (None, None)
    assert failure.text == "\n".join(error)


def test_every_report_is_a_failure_and_a_message_of_the_test_comes_first() -> None:
    first = _testify(11, "Should be true", messages="the empty list")
    second = _testify(12, "Not equal: ", "expected: 1", "actual  : 2")
    failures = failures_in(Verdict.ASSERTION, _failed(first, second))
    assert [one.line for one in failures] == [11, 12]
    assert failures[0].text == "the empty list\nShould be true"


def test_a_subtest_names_itself() -> None:
    message = (
        "--- FAIL: TestX (0.00s)\n    --- FAIL: TestX/small (0.00s)\n"
        "        candidate_test.go:12: F(1) = 2, want 3\nFAIL"
    )
    (failure,) = failures_in(Verdict.ASSERTION, message)
    assert (failure.test, failure.line, failure.got, failure.want) == ("TestX/small", 12, "2", "3")
    assert failed_tests(message) == {"TestX"}


@pytest.mark.parametrize(
    ("words", "got", "want"),
    [
        ("F(1) = 2, want 3", "2", "3"),
        ("got 2, want 3", "2", "3"),
        ("F(1): got 2; want 3", None, None),
        ("expected 3, got 2", "2", "3"),
        ("Expected 3 but got 2", "2", "3"),
        ("got a, want b, want c", None, None),
        ("F(x) = a = b, want c", None, None),
        ("wrong", None, None),
    ],
)
def test_words_of_errorf_are_split_only_where_each_separator_stands_once(
    words: str, got: str | None, want: str | None
) -> None:
    (failure,) = failures_in(Verdict.ASSERTION, _failed(f"    candidate_test.go:9: {words}"))
    assert (failure.got, failure.want, failure.text) == (got, want, words)


def test_an_example_prints_both_outputs() -> None:
    message = "--- FAIL: ExampleF (0.00s)\ngot:\n1\n2\nwant:\n1\n3\nFAIL"
    (failure,) = failures_in(Verdict.ASSERTION, message)
    assert (failure.test, failure.line, failure.got, failure.want) == ("ExampleF", None, "1\n2", "1\n3")


PANIC = """--- FAIL: TestSort (0.00s)
    candidate_test.go:9: F(1) = 2, want 3
panic: runtime error: index out of range [0] with length 0 [recovered, repanicked]

goroutine 7 [running]:
main.Sort({0x97ce97bfe68, 0x0, 0x97ce97461c8?})
\tcandidate.go:4 +0x190
main.TestSort(0x97ce97da6c8)
\tcandidate_test.go:14 +0x545
testing.tRunner(0x97ce97da6c8, 0x97ce974a300)
\ttesting/testing.go:2195 +0xea"""


def test_a_panic_stands_at_the_line_of_the_tests_that_led_to_it_before_earlier_failures() -> None:
    panic, earlier = failures_in(Verdict.PANIC, PANIC)
    assert (panic.test, panic.line, panic.got) == ("TestSort", 14, None)
    assert panic.text == "panic: runtime error: index out of range [0] with length 0"
    assert (earlier.line, earlier.got) == (9, "2")


def test_a_main_that_panics_is_named_and_placed_where_it_called() -> None:
    message = (
        "panic: Exception --- test case 0 failed to pass\n\ngoroutine 1 [running]:\n"
        "main.deepCompare({0x688ee8?, 0x988de4ac078?}, {0x55ad09, 0x28})\n\tcandidate_test.go:26 +0x21b\n"
        "main.main()\n\tcandidate_test.go:33 +0x2e9"
    )
    (failure,) = failures_in(Verdict.ASSERTION, message)
    assert (failure.test, failure.line, failure.got, failure.want) == ("main", 33, None, None)


def test_other_verdicts_and_foreign_output_have_no_failures() -> None:
    assert failures_in(Verdict.TYPE, "candidate.go:1:1: undefined: x") == ()
    assert failures_in(Verdict.TIMEOUT_RUN, "") == ()
    assert failures_in(Verdict.ASSERTION, "nothing that a test prints") == ()
