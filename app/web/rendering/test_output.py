"""The failures that a run of tests printed: which test, which line, what was got and what was wanted.

In: the message of a trace that reached its tests. Out: one `TestFailure` for each report, in their order. Known are the
reports of testify, of Go's examples and of `t.Errorf` in its usual words, and panics. What cannot be split into got and
want without doubt stays the text that was printed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from models.enums import Verdict
from models.messages import TEST_FILE, deciding_line

MOST_FAILURES = 200
"""So many failures of one message are taken apart."""
_OF_TESTS = frozenset({Verdict.ASSERTION, Verdict.PANIC, Verdict.VACUOUS, Verdict.FLAKY})
_PANIC = re.compile(r"(?m)^(?:panic|fatal error): ")
_FAILED = re.compile(r"^ *--- FAIL: (\S+) \(")
_REPORT = re.compile(r"^( +)(\w+\.go):(\d+): ?(.*)$")
_LABEL = re.compile(r"^\s*\t(Error Trace|Error|Test|Messages):\s*\t(.*)$")
_MORE = re.compile(r"^\s*\t {12}\t(.*)$")
_FRAME = re.compile(rf"(?m)^main\.(\w+).*\n\t{re.escape(TEST_FILE)}:(\d+)\b")
_ENDS = re.compile(r"^(?:FAIL|PASS|exit status \d+|panic: .*)$")
_NUMBER = r"-?(?:\d[\d.]*(?:e[-+]\d+)?|NaN|\+?Inf)"
_SAYINGS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), got, want)
    for pattern, got, want in (
        (r"Should be true", "false", "true"),
        (r"Should be false", "true", "false"),
        (r"Should be empty, but was (.*)", r"\1", "empty"),
        (r"Should be zero, but was (.*)", r"\1", "zero"),
        (r"Expected nil, but got: (.*)", r"\1", "nil"),
        (r"Expected value not to be nil\.", "nil", "not nil"),
        (r"An error is expected but got nil\.", "nil", "an error"),
        (r"Received unexpected error:\n(.*)", r"\1", "no error"),
        (r'".*" should have (\d+) item\(s\), but has (\d+)', r"\2 items", r"\1 items"),
        (rf"Max difference between ({_NUMBER}) and ({_NUMBER}) allowed is ({_NUMBER}), but difference was {_NUMBER}",
         r"\2", r"\1 ± \3"),
    )
)  # fmt: skip
_ERRORF: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), separators)
    for pattern, separators in (
        (r"(?:.*: )?got (?P<got>.+), (?:want|wanted|expected) (?P<want>.+)", ("got ", ", ")),
        (r"(?:.*: )?(?:want|wanted|expected|Expected) (?P<want>.+?),? (?:but )?got (?P<got>.+)", ("got ",)),
        (r"\w[\w.]*\(.*\) = (?P<got>.+), want (?P<want>.+)", (" = ", ", want ")),
    )
)


@dataclass(frozen=True, kw_only=True)
class TestFailure:
    """One report of a failed test."""

    __test__ = False
    test: str
    """The test or subtest; empty if the output does not say."""
    line: int | None
    """In the file of the tests: their set-up, then the tests."""
    got: str | None
    want: str | None
    """None where the report does not say what it wanted, or cannot be split without doubt."""
    text: str
    """The report as it was printed, without its place."""


def failures_in(verdict: Verdict, message: str) -> tuple[TestFailure, ...]:
    """The failures that a run printed; none for a verdict that no test gave, and for output that is not understood."""
    if verdict not in _OF_TESTS:
        return ()
    reported = tuple(islice(_failures(message.split("\n")), MOST_FAILURES))
    # A panic ends the tests; those that failed before it are listed after it.
    return (_panicked(verdict, message), *reported) if _PANIC.search(message) else reported


def failed_tests(message: str) -> frozenset[str]:
    """The tests that the output says failed, without their subtests."""
    return frozenset(match[1] for line in message.split("\n") if (match := re.match(r"^--- FAIL: (\S+) \(", line)))


def _panicked(verdict: Verdict, message: str) -> TestFailure:
    """The panic, at the outermost line of the tests that led to it."""
    frames = _FRAME.findall(message)
    function, line = frames[-1] if frames else ("", None)
    return TestFailure(
        test=function,
        line=int(line) if line else None,
        got=None,
        want=None,
        text=deciding_line(verdict, message),
    )


def _failures(lines: list[str]) -> Iterator[TestFailure]:
    test, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if failed := _FAILED.match(line):
            test = failed[1]
            if lines[number : number + 1] == ["got:"]:
                end = _end(lines, number, _is_outside_example)
                yield _of_example(test, lines[number:end])
                number = end
        elif test and (report := _REPORT.match(line)):
            margin = report[1] + "    "
            end = _end(lines, number, partial(_is_outside_report, margin))
            body = [one.removeprefix(margin) for one in lines[number:end]]
            place = int(report[3]) if report[2] == TEST_FILE else None
            yield _of_report(test, place, report[4], body)
            number = end


def _end(lines: list[str], start: int, is_outside: Callable[[str], bool]) -> int:
    return next((at for at in range(start, len(lines)) if is_outside(lines[at])), len(lines))


def _is_outside_example(line: str) -> bool:
    return bool(_FAILED.match(line) or _ENDS.match(line))


def _is_outside_report(margin: str, line: str) -> bool:
    return bool(line.strip()) and not line.startswith(margin)


def _of_example(test: str, lines: list[str]) -> TestFailure:
    text = "\n".join(lines).strip("\n")
    got, want = None, None
    if lines.count("want:") == 1 and lines.count("got:") == 1:
        at = lines.index("want:")
        got, want = "\n".join(lines[1:at]), "\n".join(lines[at + 1 :]).strip("\n")
    return TestFailure(test=test, line=None, got=got, want=want, text=text)


def _of_report(test: str, line: int | None, first: str, body: list[str]) -> TestFailure:
    labelled = _labelled(body)
    if "Error" in labelled and not first.strip():
        text = labelled["Error"].strip("\n")
        got, want = _of_testify(text)
        said = labelled.get("Messages", "").strip()
        return TestFailure(test=test, line=line, got=got, want=want, text=f"{said}\n{text}" if said else text)
    text = "\n".join([first, *body]).strip("\n")
    got, want = _of_errorf(text)
    return TestFailure(test=test, line=line, got=got, want=want, text=text)


def _labelled(body: list[str]) -> dict[str, str]:
    """What testify prints under each of its labels."""
    found: dict[str, list[str]] = {}
    label = ""
    for line in body:
        if match := _LABEL.match(f"\t{line}" if not line.startswith("\t") else line):
            label = match[1]
            found[label] = [match[2]]
        elif label and (more := _MORE.match(line)):
            found[label].append(more[1])
        elif line.strip():
            return {}
    return {name: "\n".join(lines) for name, lines in found.items()}


def _of_testify(text: str) -> tuple[str | None, str | None]:
    """Got and want of one report of testify."""
    if text.startswith("Not equal:"):
        compared = text.partition("\n")[2].partition("\n\nDiff:")[0].rstrip()
        parts = re.fullmatch(r"expected: (.*)\nactual  : (.*)", compared, re.DOTALL)
        once = compared.count("\nactual  : ") == 1
        return (parts[2], parts[1]) if parts and once else (None, None)
    for pattern, got, want in _SAYINGS:
        if found := pattern.fullmatch(text):
            return found.expand(got).rstrip(), found.expand(want)
    return None, None


def _of_errorf(text: str) -> tuple[str | None, str | None]:
    """Got and want of the usual words, if each separator stands in the text once."""
    for pattern, separators in _ERRORF:
        found = pattern.fullmatch(text)
        if found and all(text.count(separator) == 1 for separator in separators):
            return found["got"], found["want"]
    return None, None
