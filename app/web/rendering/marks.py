"""Marks: how a verdict looks, in shape and in hue, and how a strip of samples is drawn.

Four families carry the four hues and shapes (✓ passed, ✗ wrong, ! does not build, ◷ over a limit); a grey `–` says
that nothing was shown. A strip longer than `SINGLE_MARKS` is drawn as shares: two hundred glyphs say less than five.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from models.enums import Verdict
from models.marks import verdicts

SINGLE_MARKS = 24


class Family(StrEnum):
    """What a reader tells apart at a glance; the value is the CSS class."""

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
    Verdict.SANDBOX_ERROR: Family.NONE,
}
WORDS = {
    Verdict.PASSED: "passed",
    Verdict.IMPORT: "import error",
    Verdict.SYNTAX: "syntax error",
    Verdict.TYPE: "type error",
    Verdict.VET: "refused by vet",
    Verdict.ASSERTION: "wrong answer",
    Verdict.PANIC: "panic",
    Verdict.TIMEOUT_COMPILE: "compile timeout",
    Verdict.TIMEOUT_RUN: "timeout",
    Verdict.MEMORY: "out of memory",
    Verdict.OUTPUT: "too much output",
    Verdict.VACUOUS: "no test ran",
    Verdict.FLAKY: "flaky",
    Verdict.SANDBOX_ERROR: "unscored",
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One sample's verdict as it is drawn."""

    family: Family
    sign: str
    words: str
    """The verdict in words: the hover text and what a screen reader says."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many samples of a strip share one verdict, and where their stretch of the bar begins (percent)."""

    mark: Mark
    samples: int
    start: float
    width: float


def mark_of(verdict: Verdict | None) -> Mark:
    """None is a sample that was not executed yet."""
    if verdict is None:
        return Mark(family=Family.NONE, sign="·", words="not executed yet")
    family = _FAMILIES[verdict]
    return Mark(family=family, sign=SIGNS[family], words=WORDS[verdict])


_PLACES = {family: place for place, family in enumerate(Family)}
_MARKS: dict[Verdict | None, Mark] = {verdict: mark_of(verdict) for verdict in (None, *Verdict)}


def marks_of(strip: str) -> list[Mark]:
    """One mark a sample, in sample order."""
    return [_MARKS[verdict] for verdict in verdicts(strip)]


def shares_of(strip: str) -> list[Share]:
    """The strip as shares of a bar, most frequent families first as the enum orders them."""
    counts = Counter(strip)
    marks = {sign: _MARKS[verdicts(sign)[0]] for sign in counts}
    shares, start = [], 0.0
    for sign in sorted(counts, key=lambda sign: (_PLACES[marks[sign].family], -counts[sign])):
        width = 100 * counts[sign] / len(strip)
        shares.append(Share(mark=marks[sign], samples=counts[sign], start=round(start, 2), width=round(width, 2)))
        start += width
    return shares
