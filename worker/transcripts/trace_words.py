"""A verdict in the words that a critic reads: class, stage and line, then the ruler's own message.

In training and at work the same function writes them; a critic that learned one form must not meet another.
"""

import re

from models.enums import Stage, Verdict

# What differs between two executions of one program, and so between two runs of one specification: where things lay
# in memory, which goroutine it was, how long it took.
CHANCE = (
    (re.compile(r"\b0x[0-9a-f]{5,}"), "0x0"),
    (re.compile(r"^goroutine \d+ ", re.M), "goroutine 1 "),
    (re.compile(r"^( *--- \w+: .+ )\(\d+\.\d\ds\)$", re.M), r"\1(0.00s)"),
)


def trace_in_words(*, verdict: Verdict, stage: Stage, message: str, line: int | None, attempt: str) -> str:
    """The trace as text.

    Args:
        line: 1-based, in the attempt as written; None where the error lies elsewhere.
        attempt: the completion judged, to quote the line from.
    """
    head = f"{verdict.value} at {stage.value}"
    if line is not None:
        head += f", line {line}: {_line(attempt, line)}"
    return "\n".join([head, *_lines(_without_chance(message))])


def _without_chance(message: str) -> str:
    for pattern, instead in CHANCE:
        message = pattern.sub(instead, message)
    return message


def _line(attempt: str, line: int) -> str:
    lines = attempt.splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def _lines(message: str) -> list[str]:
    """The message without indentation, columns of blanks and empty lines: half of what testify prints is layout."""
    squeezed = (" ".join(line.split()) for line in message.splitlines())
    return [line for line in squeezed if line]
