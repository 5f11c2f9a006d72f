"""A trace's message taken apart: the faults that a compiler lists, and the one that decided the verdict.

In: a verdict and its message. Out: faults with their places, and one line that says why. A compiler lists every fault
that it finds in the order of their lines, so the first may be of another class than the verdict, or in the file of the
tests. Pure functions, for pages and for whatever groups failures.
"""

import re
from dataclasses import dataclass

from models.enums import Verdict

CANDIDATE, TEST_FILE = "candidate.go", "candidate_test.go"
COMPILED = frozenset({Verdict.IMPORT, Verdict.SYNTAX, Verdict.TYPE, Verdict.VET})
"""The verdicts whose message is the compiler's or vet's list of faults."""
_PLACE = re.compile(r"(?m)^(\w+\.go):(\d+)(?::(\d+))?: ")
_TOO_MANY = "too many errors"
_OF_SYNTAX = re.compile(
    # The parser's own words, then those of the Go scanner (cmd/compile/internal/syntax), which have no prefix.
    r"syntax error: |invalid character |identifier cannot begin with digit|invalid radix point|literal has no digits"
    r"|exponent (?:requires|has no)|mantissa requires|invalid digit |'_' must separate|empty rune literal"
    r"|more than one character in rune literal|newline in (?:rune literal|string)|not terminated|unknown escape"
    r"|octal escape value|escape is invalid|invalid (?:NUL character|UTF-8 encoding|BOM)|method has (?:no|multiple) rec"
    r"|index required in 3-index slice|must be function call|must not be parenthesized|can only use \.\.\. with"
    r"|permits at most two iteration variables"
)
_OF_IMPORTS = re.compile(
    r"imported (?:as \S+ )?and not used|is not in std|could not import|no required module|import cycle|imported as"
)
_STOPPED = re.compile(r"(?m)^(?:panic|fatal error): .+$")
_HARNESS_WORDS = re.compile(r"^(?:--- |=== |FAIL$|PASS$|ok\b|exit status|goroutine |\s*$)")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of a compiler's list."""

    file: str
    """`candidate.go`, `prompt.go`, `header.go` or `candidate_test.go`."""
    line: int
    column: int | None
    text: str
    """Without the place; further lines belong to it."""

    @property
    def first_line(self) -> str:
        return self.text.split("\n", 1)[0]


def faults_in(message: str) -> tuple[Fault, ...]:
    """Every fault with a place, in the order of the message."""
    found = list(_PLACE.finditer(message))
    ends = [match.start() for match in found[1:]] + [len(message)] * bool(found)
    return tuple(
        Fault(
            file=match[1],
            line=int(match[2]),
            column=int(match[3]) if match[3] else None,
            text=message[match.end() : end].rstrip("\n"),
        )
        for match, end in zip(found, ends, strict=True)
    )


def deciding_fault(verdict: Verdict, message: str) -> Fault | None:
    """The fault that decided a verdict of the compiler or of vet; None for other verdicts."""
    if verdict not in COMPILED:
        return None
    faults = [fault for fault in faults_in(message) if fault.text != _TOO_MANY]
    own = [fault for fault in faults if fault.file != TEST_FILE] or faults
    wanted = [fault for fault in own if _is_of_class(verdict, fault.first_line)]
    return next(iter(wanted or own), None)


def _is_of_class(verdict: Verdict, text: str) -> bool:
    if verdict is Verdict.SYNTAX:
        return _OF_SYNTAX.search(text) is not None
    # A verdict `import` says that every fault is about imports.
    return verdict is not Verdict.TYPE or _OF_IMPORTS.search(text) is None


def deciding_line(verdict: Verdict, message: str) -> str:
    """The one line that says why a program got its verdict, without its place; the first with words where none does."""
    fault = deciding_fault(verdict, message)
    if fault is not None:
        return fault.first_line
    stopped = _STOPPED.search(message)
    if stopped is not None:
        return stopped[0].removesuffix(" [recovered, repanicked]")
    lines = message.split("\n")
    return next((line.strip() for line in lines if not _HARNESS_WORDS.match(line)), lines[0])
