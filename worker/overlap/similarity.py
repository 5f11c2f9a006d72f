"""The two measures of overlap: word triples of a task's prose, and five-token runs of its solution.

In the runs every name and every literal is alike, so renaming changes nothing. Similarity is the Jaccard index of two
such sets, 0 to 1. Examples in a description are left out: their numbers are no part of the task's wording.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from worker.problem_sets import ProblemContent

PROSE_LENGTH = 3
CODE_LENGTH = 5
FEWEST_RUNS = 25
"""Below this many runs a solution is so short that similarity says nothing (`return a + b`)."""
_WORD = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r'|"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\\n])*\'|\w+|[^\s\w]',
    re.DOTALL,
)
_KEPT = re.compile(
    r"break|case|chan|const|continue|default|defer|else|fallthrough|for|func|go|goto|if|import|interface|map|range"
    r"|return|select|struct|switch|type|var|append|len|make|nil|true|false|string|int|rune|byte|bool"
)

Shingle = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OverlapLimits:
    """The similarities from which two problems count as near-duplicates; reaching one of them is enough."""

    prompt: float = 0.5
    solution: float = 0.7


DEFAULT_LIMITS = OverlapLimits()


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """What is compared of one problem."""

    name: str
    """The entry point, without case and underscores; empty where there is none."""
    prose: frozenset[Shingle]
    code: frozenset[Shingle]
    """Empty where the solution is too short to compare, or missing."""


def fingerprint(problem: ProblemContent) -> Fingerprint:
    words = [word for word, _ in words_of(prose_of(problem))]
    code = shingles([token for token, _ in code_tokens(problem.canonical_solution or "")], CODE_LENGTH)
    return Fingerprint(
        name=(problem.entry_point or "").lower().replace("_", ""),
        prose=shingles(words, PROSE_LENGTH),
        code=code if len(code) >= FEWEST_RUNS else frozenset(),
    )


def prose_of(problem: ProblemContent) -> str:
    """The task in words, without its example calls."""
    text = problem.description or "\n".join(re.findall(r"//(.*)", problem.prompt))
    call = re.compile(rf"^\s*(>>>|{re.escape(problem.entry_point or '>>>')}\()")
    return "\n".join(line for line in text.splitlines() if not call.match(line))


def words_of(text: str) -> Iterator[tuple[str, int]]:
    """Each word in lower case with its place in `text`."""
    return ((match[0].lower(), match.start()) for match in _WORD.finditer(text))


def code_tokens(code: str) -> Iterator[tuple[str, int]]:
    """Each token with its place, names and literals made alike, comments left out."""
    return ((_alike(match[0]), match.start()) for match in _TOKEN.finditer(code) if not match["comment"])


def _alike(token: str) -> str:
    if _KEPT.fullmatch(token) or not (token[0].isalnum() or token[0] in "_\"'`"):
        return token
    return "name" if token[0].isalpha() or token[0] == "_" else "literal"


def shingles(items: list[str], length: int) -> frozenset[Shingle]:
    return frozenset(tuple(items[at : at + length]) for at in range(len(items) - length + 1))


def jaccard(first: frozenset[Shingle], second: frozenset[Shingle]) -> float:
    together = len(first | second)
    return len(first & second) / together if together else 0.0
