"""A mutant, and the closed list of ways to make one; `go/mutate.go` holds the same list."""

from dataclasses import dataclass
from enum import StrEnum


class MutationOperator(StrEnum):
    WRONG_OPERATOR = "wrong_operator"
    """`+` for `-`, `==` for `!=`, `&&` for `||`, `++` for `--` …"""
    OFF_BY_ONE = "off_by_one"
    """`<` for `<=`: differs on the boundary only."""
    REMOVED_RETURN = "removed_return"
    """Zero values are returned instead."""
    NEGATED_CONDITION = "negated_condition"
    CHANGED_CONSTANT = "changed_constant"
    """A neighbour: 1 for 0, `""` for a text, `false` for `true`."""
    REMOVED_STATEMENT = "removed_statement"
    """An assignment, call, step or branch is left out."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A canonical solution with one edit."""

    operator: MutationOperator
    line: int
    """1-based within the solution."""
    original: str
    replacement: str
    solution: str
    equivalent: str = ""
    """Why it provably computes the same as the original; empty where nothing is proved."""

    @property
    def source_line(self) -> str:
        """The line as it reads in the mutant."""
        return self.solution.splitlines()[self.line - 1].strip() if self.solution else ""

    def __str__(self) -> str:
        edit = f"{self.original!r} → {self.replacement!r}" if self.replacement else f"without {self.original!r}"
        return f"line {self.line}: {edit} ({self.operator}): {self.source_line}"
