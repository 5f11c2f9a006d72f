"""How hard a generated problem is, by what its canonical solution takes: length, branches, depth, data structures.

The label is a rule over countable features, which are kept with the problem, so that it can be held against the pass
rates of real models.
"""

import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from worker.generator.drawing import DrawnProblem
from worker.problem_sets.go_text import without_comments_and_strings

_BRANCH = re.compile(r"\b(?:if|for|case|switch)\b|&&|\|\|")
_STRUCTURES = (
    r"\bmap\[",
    r"\[\]\[\]",
    r"\bstruct\b|\b[A-Z]\w*\{",
    r"\[\]\w*\b.*= append\(",
    r"\bsort\.|\bslices\.",
)


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, kw_only=True)
class Features:
    """Counts over a canonical solution."""

    lines: int
    branches: int
    depth: int
    """The deepest nesting of blocks."""
    structures: int
    """Kinds of data structures: maps, lists of lists, structs, growing lists, sorting."""
    functions: int
    recursive: bool
    words: int
    """Of the task."""

    @property
    def score(self) -> float:
        shape = 3 * max(0, self.depth - 2) + 3 * self.structures + 2 * (self.functions - 1)
        return self.lines + 1.5 * self.branches + shape + (6 if self.recursive else 0) + self.words / 10

    def as_dict(self) -> dict[str, float | bool]:
        return {**asdict(self), "score": round(self.score, 1)}


EASY_BELOW, HARD_FROM = 34.0, 52.0


def difficulty_of(features: Features) -> Difficulty:
    if features.score < EASY_BELOW:
        return Difficulty.EASY
    return Difficulty.MEDIUM if features.score < HARD_FROM else Difficulty.HARD


def features_of(draft: DrawnProblem) -> Features:
    types = " ".join(struct.declaration for struct in draft.structs)
    return features_of_code(draft.source, types, " ".join(draft.task))


def features_of_code(source: str, types: str, task: str) -> Features:
    """The features of functions, the types that they need, and the task in words."""
    code = without_comments_and_strings(source)
    functions = re.findall(r"^func (\w+)\(", code, re.MULTILINE)
    return Features(
        lines=sum(bool(line.strip()) for line in code.splitlines()),
        branches=len(_BRANCH.findall(code)),
        depth=max(len(line) - len(line.lstrip("\t")) for line in code.splitlines()),
        structures=sum(bool(re.search(kind, code + types)) for kind in _STRUCTURES),
        functions=len(functions),
        recursive=any(len(re.findall(rf"\b{name}\(", body)) > 1 for name, body in _bodies(code, functions)),
        words=len(task.split()),
    )


def _bodies(code: str, functions: list[str]) -> list[tuple[str, str]]:
    parts = re.split(r"^(?=func )", code, flags=re.MULTILINE)
    return list(zip(functions, (part for part in parts if part.startswith("func ")), strict=True))
