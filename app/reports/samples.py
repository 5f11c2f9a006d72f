"""The samples of one arm of one run as compact tables of (problem, sample): the only thing that statistics read.

`sample_tables` makes them from rows or from strips of marks. Verdicts are small codes, so that a run of a million
samples is a few megabytes and every count is one numpy expression.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.reports.sample_row import ProblemInfo, ProblemKey
from models.enums import ArmKind, Verdict

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

VERDICTS: tuple[Verdict, ...] = tuple(Verdict)
CODE_OF: dict[Verdict | None, int] = {None: -1, **{verdict: code for code, verdict in enumerate(VERDICTS)}}
PASSED = CODE_OF[Verdict.PASSED]
UNSCORED = CODE_OF[Verdict.SANDBOX_ERROR]
NO_VERDICT = CODE_OF[None]


@dataclass(frozen=True, kw_only=True, eq=False)
class ArmSamples:
    """One arm's results. Tables are (P, S): problem by sample, S being the most samples of any problem.

    Where a problem has fewer samples than S, `present` is False and the other tables hold their empty value.
    """

    name: str
    kind: ArmKind
    problems: tuple[ProblemInfo, ...]
    present: Flags
    verdict: Codes
    draft: Codes
    raw: Codes
    legacy: Codes
    example: Codes
    rounds: NDArray[np.int32]
    copied: Flags
    edit_size: NDArray[np.int32]
    new_tokens: NDArray[np.int64]
    prompt_tokens: NDArray[np.int64]
    """A problem. (P,)"""
    seconds: NDArray[np.float64]
    """A problem. (P,)"""

    @property
    def scored(self) -> Flags:
        """Samples with a verdict that says something about the program. (P, S)"""
        return is_scored(self.verdict)

    @property
    def passes(self) -> Flags:
        return np.equal(self.verdict, PASSED)

    @property
    def n(self) -> NDArray[np.int64]:
        """Scored samples a problem. (P,)"""
        return count(self.scored)

    @property
    def c(self) -> NDArray[np.int64]:
        """Passed samples a problem. (P,)"""
        return count(self.passes)

    @property
    def unscored(self) -> NDArray[np.int64]:
        """Samples that are there and have no verdict about the program. (P,)"""
        return count(self.present & ~self.scored)

    @property
    def keys(self) -> list[ProblemKey]:
        return [problem.key for problem in self.problems]

    def only(self, chosen: NDArray[np.intp]) -> "ArmSamples":
        """The same arm over some of its problems, in the order of `chosen`."""
        if np.array_equal(chosen, np.arange(len(self.problems))):
            return self
        tables = {name: getattr(self, name)[chosen] for name in _TABLES}
        return ArmSamples(
            name=self.name, kind=self.kind, problems=tuple(self.problems[i] for i in chosen), **tables
        )

    def row(self, number: int) -> "ArmSamples":
        """The same arm over one problem."""
        return self.only(np.array([number], dtype=np.intp))

    def at_numbers(self, numbers: Sequence[Sequence[int]]) -> "ArmSamples":
        """The same arm with each sample in the column of its number, where an unfinished run has left holes.

        Args:
            numbers: of each problem's samples, ascending; none leaves a problem's samples where they are. (P, ≤ S)
        """
        width = max(self.present.shape[1], *(of[-1] + 1 for of in numbers if of), 0)
        tables = {name: getattr(self, name) for name in _TABLES}
        spread = {
            name: _spread(table, numbers, width) if table.ndim == 2 else table for name, table in tables.items()
        }
        return ArmSamples(name=self.name, kind=self.kind, problems=self.problems, **spread)

    def first(self, width: int) -> "ArmSamples":
        """The same arm with at most `width` samples a problem."""
        tables = {name: getattr(self, name) for name in _TABLES}
        narrow = {name: table[:, :width] if table.ndim == 2 else table for name, table in tables.items()}
        return ArmSamples(name=self.name, kind=self.kind, problems=self.problems, **narrow)


_TABLES = (
    "present", "verdict", "draft", "raw", "legacy", "example", "rounds", "copied", "edit_size", "new_tokens",
    "prompt_tokens", "seconds",
)  # fmt: skip


def _spread(table: NDArray[Any], numbers: Sequence[Sequence[int]], width: int) -> NDArray[Any]:
    wide = np.full((len(table), width), NO_VERDICT if table.dtype == np.int8 else 0, dtype=table.dtype)
    for row, of in enumerate(numbers):
        places = list(of or range(table.shape[1]))[: table.shape[1]]
        wide[row, places] = table[row, : len(places)]
    return wide


def is_scored(codes: Codes) -> Flags:
    scored: Flags = (codes != NO_VERDICT) & (codes != UNSCORED)
    return scored


def is_failed(codes: Codes) -> Flags:
    failed: Flags = is_scored(codes) & (codes != PASSED)
    return failed


def count(flags: Flags) -> NDArray[np.int64]:
    """How many are set in each row. (P, S) → (P,)"""
    counts: NDArray[np.int64] = np.sum(flags, axis=1, dtype=np.int64)
    return counts
