"""Near-duplicates among problems: the same task in other words, or the same answer under other names.

In: problems. Out: pairs that are too alike, with why. Descriptions are compared as sets of word triples, answers as
sets of five-token runs in which every name and literal is the same. It measures likeness of text and knows nothing
of meaning: two tasks told in wholly different words are not found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from worker.problem_sets.go_text import without_comments
from worker.problem_sets.problem import ProblemContent

# Among HumanEval-X's 13,366 pairs those over these limits are its six real repeats and a few shared names.
DESCRIPTION_LIMIT = 0.25
SOLUTION_LIMIT = 0.6
_FEWEST_RUNS = 25
"""Below this many token runs an answer is so short that likeness says nothing (`return a + b`)."""
_WORD = re.compile(r"[a-z0-9]+")
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|\'(?:\\.|[^\'\\])*\'|\w+|[^\s\w]')
_KEPT = re.compile(
    r"break|case|chan|const|continue|default|defer|else|fallthrough|for|func|go|goto|if|import|interface|map|range"
    r"|return|select|struct|switch|type|var|append|len|make|nil|true|false|string|int|rune|byte|bool"
)


@dataclass(frozen=True, kw_only=True)
class NearDuplicate:
    """Two problems that are too alike."""

    first: str
    second: str
    description_likeness: float
    """Jaccard index, 0 to 1."""
    solution_likeness: float
    same_name: bool


@dataclass(frozen=True, kw_only=True)
class _Fingerprint:
    task_id: str
    name: str
    words: frozenset[tuple[str, ...]]
    tokens: frozenset[tuple[str, ...]]


def near_duplicates(problems: Iterable[ProblemContent]) -> list[NearDuplicate]:
    """Every pair of `problems` over one of the limits, or with one and the same entry point."""
    prints = [_fingerprint(problem) for problem in problems]
    pairs = (_compare(first, second) for first, second in combinations(prints, 2))
    return [pair for pair in pairs if _too_alike(pair)]


def _too_alike(pair: NearDuplicate) -> bool:
    return (
        pair.same_name
        or pair.description_likeness >= DESCRIPTION_LIMIT
        or pair.solution_likeness >= SOLUTION_LIMIT
    )


def _compare(first: _Fingerprint, second: _Fingerprint) -> NearDuplicate:
    long_enough = min(len(first.tokens), len(second.tokens)) >= _FEWEST_RUNS
    return NearDuplicate(
        first=first.task_id,
        second=second.task_id,
        description_likeness=_jaccard(first.words, second.words),
        solution_likeness=_jaccard(first.tokens, second.tokens) if long_enough else 0.0,
        same_name=bool(first.name) and first.name == second.name,
    )


def _jaccard(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    together = len(first | second)
    return len(first & second) / together if together else 0.0


def _fingerprint(problem: ProblemContent) -> _Fingerprint:
    prose = (line for line in problem.description.lower().splitlines() if not line.lstrip().startswith(">>>"))
    return _Fingerprint(
        task_id=problem.task_id,
        name=(problem.entry_point or "").lower().replace("_", ""),
        words=_runs(_WORD.findall(" ".join(prose)), 3),
        tokens=_runs(_shape(problem.canonical_solution or ""), 5),
    )


def _shape(code: str) -> list[str]:
    """Tokens of `code` with every name and literal made alike."""
    return [_alike(token) for token in _TOKEN.findall(without_comments(code))]


def _alike(token: str) -> str:
    if _KEPT.fullmatch(token) or not (token[0].isalnum() or token[0] in "_\"'`"):
        return token
    return "name" if token[0].isalpha() or token[0] == "_" else "literal"


def _runs(items: list[str], length: int) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(items[at : at + length]) for at in range(len(items) - length + 1))
