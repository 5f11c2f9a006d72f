"""Which line of a message decided the verdict, on messages that the ruler really wrote."""

import pytest

from models.enums import Verdict
from models.messages import deciding_fault, deciding_line, faults_in

LEXICAL_AMONG_OTHERS = """candidate.go:2:15: undefined: r
candidate.go:3:24: hexadecimal literal has no digits
candidate.go:5:9: undefined: rtirmin
candidate_test.go:4:2: "github.com/stretchr/testify/assert" imported and not used
candidate_test.go:5:2: "testing" imported and not used"""
TYPE_AMONG_IMPORTS = """prompt.go:4:2: "strings" imported and not used
candidate.go:4:46: too many arguments in call to HanoiMoves
\thave (int, string)
\twant (int)
candidate.go:9:1: too many errors"""


@pytest.mark.parametrize(
    ("verdict", "message", "line", "words"),
    [
        (Verdict.SYNTAX, LEXICAL_AMONG_OTHERS, 3, "hexadecimal literal has no digits"),
        (Verdict.SYNTAX, "candidate.go:4:13: newline in string", 4, "newline in string"),
        (Verdict.SYNTAX, "candidate.go:4:2: undefined: x\ncandidate.go:7:22: syntax error: unexpected ]", 7,
         "syntax error: unexpected ]"),
        (Verdict.TYPE, "candidate_test.go:3:5: undefined: Max\ncandidate.go:9:2: undefined: least", 9,
         "undefined: least"),
        (Verdict.TYPE, TYPE_AMONG_IMPORTS, 4, "too many arguments in call to HanoiMoves"),
        (Verdict.IMPORT, "candidate.go:3:9: undefined: strings", 3, "undefined: strings"),
        (Verdict.VET, "candidate.go:3:9: fmt.Sprintf format %d has arg x of wrong type string", 3,
         "fmt.Sprintf format %d has arg x of wrong type string"),
    ],
)  # fmt: skip
def test_the_deciding_fault_is_of_the_verdicts_class_and_in_the_program(
    verdict: Verdict, message: str, line: int, words: str
) -> None:
    fault = deciding_fault(verdict, message)
    assert fault is not None
    assert (fault.file, fault.line, fault.first_line) == ("candidate.go", line, words)
    assert deciding_line(verdict, message) == words


def test_a_fault_of_the_tests_decides_where_there_is_no_other() -> None:
    fault = deciding_fault(Verdict.TYPE, "candidate_test.go:32:16: use of untyped nil in assignment")
    assert fault is not None
    assert (fault.file, fault.line, fault.column) == ("candidate_test.go", 32, 16)


def test_further_lines_belong_to_the_fault_before_them() -> None:
    first, second, _ = faults_in(TYPE_AMONG_IMPORTS)
    assert first.text == '"strings" imported and not used'
    assert second.text == "too many arguments in call to HanoiMoves\n\thave (int, string)\n\twant (int)"


def test_a_verdict_of_a_run_has_no_fault_and_its_panic_is_its_line() -> None:
    panic = "panic: runtime error: index out of range [3] [recovered, repanicked]"
    message = f"--- FAIL: TestX (0.00s)\n{panic}\n\ngoroutine 7 [running]:"
    assert deciding_fault(Verdict.PANIC, message) is None
    assert deciding_line(Verdict.PANIC, message) == "panic: runtime error: index out of range [3]"


def test_a_message_without_places_gives_its_first_line_with_words() -> None:
    assert deciding_line(Verdict.TIMEOUT_COMPILE, "The compiler did not finish in its time.") == (
        "The compiler did not finish in its time."
    )
    assert deciding_line(Verdict.TIMEOUT_RUN, "") == ""
    assert deciding_line(Verdict.SYNTAX, "no places here") == "no places here"
