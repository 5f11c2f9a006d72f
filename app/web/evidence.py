"""What the ruler found about one program, in the order in which it is read: why, where, then everything that it said.

In: a trace and the problem's tests. Out: the line that decided the verdict, the faults or failures behind it, and what
became of each named test. Nothing is invented: what a test did not print is empty, and the whole message is kept.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from markupsafe import Markup

from app.queries.problem_detail import ProblemStatement, ProgramView, TraceView
from app.web.rendering.diff import listing, marked_words
from app.web.rendering.go_code import coloured
from app.web.rendering.go_tests import statement_at
from app.web.rendering.hunks import DiffLine
from app.web.rendering.test_output import TestFailure, failed_tests, failures_in
from models.enums import Stage, Verdict
from models.messages import Fault, deciding_fault, deciding_line, faults_in

SHOWN_FAILURES = 30
SHORT = 60
_CUT = "\n[…]\n"
"""Where the ruler left out the middle of a long output."""


class TestOutcome(StrEnum):
    """What became of one named test."""

    __test__ = False
    PASSED = "passed"
    FAILED = "failed"
    UNFINISHED = "did not complete"
    COMPLETED = "completed"
    """Its result is in the part of the output that was left out."""


@dataclass(frozen=True, kw_only=True)
class FailureView:
    """One failure of a test, as the page shows it."""

    test: str
    line: int | None
    """In the file of the tests, which the page numbers."""
    call: list[Markup]
    """The statement of the test as Go; empty where its line is not known."""
    got: Markup | None
    want: Markup | None
    short: str
    """In one line: got and want, or the first line of the report."""
    text: str
    """The report as it was printed."""


@dataclass(frozen=True, kw_only=True)
class TraceEvidence:
    """Why one program got its verdict."""

    headline: str
    """The line of the message that decided the verdict; for a failed test, what was got and what was wanted."""
    line: int | None
    column: int | None
    """Where the program is at fault, in the program as the model wrote it."""
    fault: Fault | None
    """The fault of the compiler or of vet that decided."""
    other_faults: tuple[Fault, ...]
    failures: tuple[FailureView, ...]
    failed: int
    """How many failures the output holds; the page shows the first of them."""
    tests: tuple[tuple[str, TestOutcome], ...]
    """Every named test, in the order of the tests; empty for a program that did not run."""
    message: str
    """The whole message."""

    @property
    def says_more(self) -> bool:
        """Whether the message holds more than the page shows of it in other places."""
        shown = len(self.message.splitlines()) if self.fault and not self.other_faults else 0
        return self.message.strip() not in ("", "PASS") and shown != 1

    @property
    def passed(self) -> int:
        return sum(outcome is TestOutcome.PASSED for _, outcome in self.tests)


def evidence_of(program: ProgramView | None, problem: ProblemStatement) -> TraceEvidence | None:
    """The evidence of a program's verdict; None before it was executed."""
    if program is None or program.trace is None:
        return None
    trace = program.trace
    fault = deciding_fault(trace.verdict, trace.message)
    failures = failures_in(trace.verdict, trace.message)
    shown = tuple(_failure(one, problem) for one in failures[:SHOWN_FAILURES])
    line, column = trace.place
    return TraceEvidence(
        headline=_headline(trace, shown),
        line=line,
        column=column,
        fault=fault,
        other_faults=tuple(one for one in faults_in(trace.message) if one != fault) if fault else (),
        failures=shown,
        failed=len(failures),
        tests=_outcomes(trace),
        message=trace.message,
    )


def numbered_tests(problem: ProblemStatement) -> list[DiffLine]:
    """The hidden tests with the numbers that messages give their lines: the set-up stands before them."""
    before = problem.test_setup.count("\n")
    numbered = [replace(line, number=line.number + before) for line in listing(problem.hidden_tests)]
    while numbered and not numbered[0].html.strip():
        numbered = numbered[1:]
    return numbered


def _headline(trace: TraceView, failures: tuple[FailureView, ...]) -> str:
    if trace.verdict is Verdict.PASSED:
        return ""
    if failures and failures[0].line is not None:
        return f"{failures[0].test}, line {failures[0].line}: {failures[0].short}"
    return failures[0].short if failures else deciding_line(trace.verdict, trace.message)


def _failure(failure: TestFailure, problem: ProblemStatement) -> FailureView:
    source = problem.test_setup + problem.hidden_tests
    call = statement_at(source, failure.line) if failure.line is not None else ()
    got, want = failure.got, failure.want
    marked = marked_words(got, want) if got is not None and want is not None else (None, None)
    return FailureView(
        test=failure.test,
        line=failure.line,
        call=coloured("\n".join(call)) if call else [],
        got=marked[0],
        want=marked[1],
        short=_in_one_line(failure),
        text=failure.text,
    )


def reason_in_one_line(verdict: Verdict, message: str) -> str:
    """Why a program failed, for a list: got and want of its first failed test, else the line that decided."""
    failures = () if verdict is Verdict.PASSED else failures_in(verdict, message)
    return _in_one_line(failures[0]) if failures else deciding_line(verdict, message)


def _in_one_line(failure: TestFailure) -> str:
    if failure.got is None or failure.want is None:
        return _short(failure.text, 2 * SHORT)
    return f"got {_short(failure.got)}, want {_short(failure.want)}"


def _short(text: str | None, most: int = SHORT) -> str:
    first = (text or "").split("\n", 1)[0]
    return first if len(first) <= most else f"{first[:most]}…"


def _outcomes(trace: TraceView) -> tuple[tuple[str, TestOutcome], ...]:
    if trace.stage is not Stage.RUN:
        return ()
    failed = failed_tests(trace.message)
    is_whole = _CUT not in trace.message
    return tuple((name, _outcome(name, trace, failed, is_whole=is_whole)) for name in trace.tests_named)


def _outcome(name: str, trace: TraceView, failed: frozenset[str], *, is_whole: bool) -> TestOutcome:
    if name in failed or (name == "main" and trace.verdict is Verdict.ASSERTION):
        return TestOutcome.FAILED
    if name not in trace.tests_completed:
        return TestOutcome.UNFINISHED
    # The tests of a vacuous program skipped themselves.
    has_passed = trace.verdict is Verdict.PASSED or (is_whole and trace.verdict is not Verdict.VACUOUS)
    return TestOutcome.PASSED if has_passed else TestOutcome.COMPLETED
