"""How a verdict looks, by shape and by hue, and how a strip of samples is drawn.

Four families have their own shape and hue (✓ passed, ✗ wrong, ! does not build, ◷ over a limit); a grey `–` means
unscored. A template draws a short strip as one mark a sample and a long one as shares of a bar.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from models.counts import verdicts
from models.enums import Verdict


class Family(StrEnum):
    """What a reader distinguishes at a glance; the value is the CSS class."""

    PASS = "pass"
    WRONG = "wrong"
    BUILD = "build"
    LIMIT = "limit"
    NONE = "none"


SIGNS = {Family.PASS: "✓", Family.WRONG: "✗", Family.BUILD: "!", Family.LIMIT: "◷", Family.NONE: "–"}
_FAMILIES = {
    Verdict.PASSED: Family.PASS,
    Verdict.IMPORT: Family.BUILD,
    Verdict.SYNTAX: Family.BUILD,
    Verdict.TYPE: Family.BUILD,
    Verdict.VET: Family.BUILD,
    Verdict.ASSERTION: Family.WRONG,
    Verdict.PANIC: Family.WRONG,
    Verdict.VACUOUS: Family.WRONG,
    Verdict.FLAKY: Family.WRONG,
    Verdict.TIMEOUT_COMPILE: Family.LIMIT,
    Verdict.TIMEOUT_RUN: Family.LIMIT,
    Verdict.MEMORY: Family.LIMIT,
    Verdict.OUTPUT: Family.LIMIT,
    Verdict.DENIED: Family.LIMIT,
    Verdict.SANDBOX_ERROR: Family.NONE,
}
WORDS = {
    Verdict.PASSED: "passed",
    Verdict.IMPORT: "import error",
    Verdict.SYNTAX: "syntax error",
    Verdict.TYPE: "type error",
    Verdict.VET: "refused by vet",
    Verdict.ASSERTION: "failed tests",
    Verdict.PANIC: "panic",
    Verdict.TIMEOUT_COMPILE: "compile timeout",
    Verdict.TIMEOUT_RUN: "timeout",
    Verdict.MEMORY: "out of memory",
    Verdict.OUTPUT: "too much output",
    Verdict.DENIED: "denied by the sandbox",
    Verdict.VACUOUS: "no test ran",
    Verdict.FLAKY: "flaky",
    Verdict.SANDBOX_ERROR: "unscored",
}


@dataclass(frozen=True, kw_only=True)
class VerdictMark:
    """A verdict as it is drawn."""

    family: Family
    sign: str
    words: str
    """The verdict in words: the hover text and what a screen reader says."""


@dataclass(frozen=True, kw_only=True)
class VerdictShare:
    """The samples of a strip with one verdict, as a segment of a bar (start and width in percent)."""

    mark: VerdictMark
    samples: int
    start: float
    width: float


def mark_of(verdict: Verdict | None) -> VerdictMark:
    """The mark of a verdict; None is a sample that was not executed yet."""
    if verdict is None:
        return VerdictMark(family=Family.NONE, sign="·", words="not executed yet")
    family = _FAMILIES[verdict]
    return VerdictMark(family=family, sign=SIGNS[family], words=WORDS[verdict])


_PLACES = {family: place for place, family in enumerate(Family)}
_MARKS: dict[Verdict | None, VerdictMark] = {verdict: mark_of(verdict) for verdict in (None, *Verdict)}


def marks_of(strip: str) -> list[VerdictMark]:
    """One mark for each sample, in sample order."""
    return [_MARKS[verdict] for verdict in verdicts(strip)]


def shares_of(strip: str) -> list[VerdictShare]:
    """The strip as segments of a bar: families in the enum's order, frequent verdicts first within one."""
    counts = Counter(strip)
    marks = {sign: _MARKS[verdicts(sign)[0]] for sign in counts}
    shares, start = [], 0.0
    for sign in sorted(counts, key=lambda sign: (_PLACES[marks[sign].family], -counts[sign])):
        width = 100 * counts[sign] / len(strip)
        shares.append(
            VerdictShare(mark=marks[sign], samples=counts[sign], start=round(start, 2), width=round(width, 2))
        )
        start += width
    return shares
