"""Like failures get one fingerprint, and different ones different fingerprints."""

import pytest

from models.enums import Stage, Verdict
from models.fingerprints import LONGEST, fingerprint_of, verdict_of

CHECKED = [
    ("undefined: strings.Foo", "undefined: X"),
    ("declared and not used: seen", "declared and not used: X"),
    ("cannot use 0 (untyped int constant) as []int value in assignment", "cannot use X as T value in assignment"),
    ("cannot use a as string value in argument to f", "cannot use X as T value in argument to X"),
    ("invalid operation: a + b (mismatched types int and string)", "invalid operation: mismatched types T and T"),
    ("invalid operation: operator ! not defined on n (variable of type int)",
     "invalid operation: operator ! not defined on X"),
    ("invalid operation: cannot call a (variable of type map[int]int): map[int]int is not a function",
     "invalid operation: cannot call X"),
    ("assignment mismatch: 2 variables but f returns 1 value", "assignment mismatch: N variables but N values"),
    ("too many arguments in call to HanoiMoves", "too many arguments in call to X"),
    ("x.Foo undefined (type T has no field or method Foo)", "X undefined: T has no such field or method"),
    ("duplicate case 2 (constant of type int) in expression switch", "duplicate case X"),
    ("300 (untyped int constant) overflows byte", "X overflows T"),
    ("missing return", "missing return"),
    ("cannot range over n (variable of type float64)", "cannot range over X"),
    ("something new about *Node and map[string]int at 0x1f, 3 times", "something new about T and T at N, … times"),
]  # fmt: skip
PARSED = [
    ("syntax error: unexpected EOF, expected }", "unexpected EOF, expected }"),
    ("syntax error: unexpected name folderLunt at end of statement", "unexpected name X at end of statement"),
    ('syntax error: unexpected literal ", a.Name, expected name or (', "unexpected literal X, expected name or ("),
    ('syntax error: unexpected literal "), expected :', "unexpected literal X, expected :"),
    ("syntax error: cannot use _, r := rangef as value", "cannot use X as value"),
    ("newline in string", "newline in string"),
    ("invalid character U+0017", "invalid character"),
]
TESTIFY = """--- FAIL: TestHiddenTreeHeight (0.00s)
    candidate_test.go:8: 
        \tError Trace:\tcandidate_test.go:8
        \tError:      \tNot equal: 
        \t            \texpected: 1
        \t            \tactual  : 0
"""  # noqa: W291  # as testify prints it


@pytest.mark.parametrize(("message", "words"), CHECKED)
def test_names_numbers_and_types_are_left_out_of_what_the_type_checker_says(message: str, words: str) -> None:
    found = fingerprint_of(Verdict.TYPE, Stage.CHECK, f"candidate.go:12:7: {message}\n\thave (int)\n\twant ()")
    assert found == f"type: {words}"


@pytest.mark.parametrize(("message", "words"), PARSED)
def test_names_and_literals_are_left_out_of_a_syntax_error_and_tokens_are_kept(message: str, words: str) -> None:
    assert fingerprint_of(Verdict.SYNTAX, Stage.PARSE, f"prompt.go:9:1: {message}") == f"syntax: {words}"


def test_the_line_that_decided_the_verdict_counts_and_not_the_first_one() -> None:
    message = (
        "candidate.go:1:2: declared and not used: init\n"
        'candidate_test.go:4:2: "testing" imported and not used\n'
        "candidate.go:3:29: invalid character U+FFFD in identifier"
    )
    assert fingerprint_of(Verdict.SYNTAX, Stage.PARSE, message) == "syntax: invalid character"
    assert fingerprint_of(Verdict.TYPE, Stage.CHECK, message) == "type: declared and not used: X"
    assert fingerprint_of(Verdict.VET, Stage.VET, message) == "vet: declared and not used: X"


def test_a_failed_assertion_is_named_by_what_was_asserted() -> None:
    assert fingerprint_of(Verdict.ASSERTION, Stage.RUN, TESTIFY) == "assertion: Not equal"
    logged = "--- FAIL: TestX (0.00s)\n    x_test.go:12: Sum([]int{1, 2}) = 4, want 3"
    assert fingerprint_of(Verdict.ASSERTION, Stage.RUN, logged) == "assertion: X = N, want N"
    panicked = "panic: Exception -- test case 7 did not pass. x0 = -1\n\ngoroutine 1 [running]:"
    words = "assertion: Exception -- test case N did not pass. X = N"
    assert fingerprint_of(Verdict.ASSERTION, Stage.RUN, panicked) == words


def test_panics_differ_by_what_went_wrong_and_not_by_where() -> None:
    def of(words: str) -> str:
        return fingerprint_of(Verdict.PANIC, Stage.RUN, f"--- FAIL: TestA (0.00s)\npanic: {words}\n\ngoroutine 7:")

    near = of("runtime error: index out of range [5] with length 3 [recovered, repanicked]")
    assert near == of("runtime error: index out of range [10] with length 4")
    assert near == "panic: runtime error: index out of range [N] with length N"
    assert near != of("runtime error: integer divide by zero")


def test_a_pass_and_what_could_not_be_scored_have_none() -> None:
    assert fingerprint_of(Verdict.PASSED, Stage.RUN, "PASS") == ""
    assert fingerprint_of(Verdict.SANDBOX_ERROR, Stage.RUN, "The sandbox failed: no process left") == ""


@pytest.mark.parametrize("verdict", [one for one in Verdict if one.scored and one is not Verdict.PASSED])
def test_every_failure_has_one_that_says_its_verdict_whatever_its_message(verdict: Verdict) -> None:
    for message in ("", "\n\n", "?", "x" * 5_000, "candidate.go:1:1: ", "((((" * 400, "[]" * 900):
        found = fingerprint_of(verdict, Stage.RUN, message)
        assert 0 < len(found) <= LONGEST
        assert verdict_of(found) is verdict


def test_only_a_fingerprint_names_a_verdict() -> None:
    assert verdict_of("type: undefined: X") is Verdict.TYPE
    assert verdict_of("undefined: X") is None
    assert verdict_of("") is None
