"""One character a verdict, for the strips kept in `run_problem_count`.

A strip is written in sample order; `.` stands for a sample that has no verdict yet or never was executed.
"""

from models.enums import Verdict

ABSENT = "."
MARK_OF: dict[Verdict, str] = {
    Verdict.PASSED: "P",
    Verdict.IMPORT: "I",
    Verdict.SYNTAX: "S",
    Verdict.TYPE: "T",
    Verdict.VET: "V",
    Verdict.ASSERTION: "A",
    Verdict.PANIC: "X",
    Verdict.TIMEOUT_COMPILE: "C",
    Verdict.TIMEOUT_RUN: "R",
    Verdict.MEMORY: "M",
    Verdict.OUTPUT: "O",
    Verdict.DENIED: "D",
    Verdict.VACUOUS: "U",
    Verdict.FLAKY: "F",
    Verdict.SANDBOX_ERROR: "E",
}
VERDICT_OF: dict[str, Verdict] = {mark: verdict for verdict, mark in MARK_OF.items()}


def mark(verdict: Verdict | None) -> str:
    return ABSENT if verdict is None else MARK_OF[verdict]


def verdicts(strip: str) -> list[Verdict | None]:
    """The verdicts a strip stands for, in sample order.

    Raises:
        KeyError: the strip holds a character that is no mark.
    """
    return [None if sign == ABSENT else VERDICT_OF[sign] for sign in strip]
