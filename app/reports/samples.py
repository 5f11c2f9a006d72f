"""One arm of one run as compact (problem, sample) tables, which are all that the statistics read; and their alignment.

`sample_tables` builds the tables from rows or from strips of marks. Verdicts are small integer codes, so a run of a
million samples takes a few megabytes and every count is one numpy expression. `align` pairs two arms by problem:
two problems are the same if both name and content are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.arm_kinds import ArmKind
from models.enums import Origin, Verdict

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

VERDICTS: tuple[Verdict, ...] = tuple(Verdict)
CODE_OF: dict[Verdict | None, int] = {None: -1, **{verdict: code for code, verdict in enumerate(VERDICTS)}}
PASSED, FLAKY = CODE_OF[Verdict.PASSED], CODE_OF[Verdict.FLAKY]
UNSCORED = CODE_OF[Verdict.SANDBOX_ERROR]
NO_VERDICT = CODE_OF[None]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class ProblemKey:
    """What makes two problems the same: name and content."""

    task_id: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemInfo:
    """A problem as the run saw it."""

    key: ProblemKey
    problem_set: str
    origin: Origin
    origin_reason: str = ""
    """Why the origin is known, or who is not known to have read the problem; one sentence."""
    text: str = ""
    """The first 12 hex digits of the hash of the prompt's words."""
    family: str = ""
    """The family of a generated problem; empty for others."""
    difficulty: str = ""
    """The same."""
    twin_of: str = ""
    """The `text` of the problem whose twin this is; empty where it is none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ArmSamples:
    """One arm's results. Tables are (P, S): problem by sample, where S is the largest number of samples of a problem.

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
    recited: Flags
    """Passes that are the canonical solution up to names, layout and comments."""
    edit_size: NDArray[np.int32]
    new_tokens: NDArray[np.int64]
    prompt_tokens: NDArray[np.int64]
    """Per problem. (P,)"""
    seconds: NDArray[np.float64]
    """Per problem. (P,)"""
    checkpoint: str = ""
    """Name of the checkpoint that writes; empty where it is not known."""

    @property
    def scored(self) -> Flags:
        """Samples whose verdict is about the program. (P, S)"""
        return is_scored(self.verdict)

    @property
    def passes(self) -> Flags:
        """(P, S)"""
        return np.equal(self.verdict, PASSED)

    @property
    def n(self) -> NDArray[np.int64]:
        """Scored samples per problem. (P,)"""
        return count(self.scored)

    @property
    def c(self) -> NDArray[np.int64]:
        """Passed samples per problem. (P,)"""
        return count(self.passes)

    @property
    def unscored(self) -> NDArray[np.int64]:
        """Samples per problem that exist but have no verdict about the program. (P,)"""
        return count(self.present & ~self.scored)

    @property
    def keys(self) -> list[ProblemKey]:
        return [problem.key for problem in self.problems]

    def only(self, rows: NDArray[np.intp]) -> "ArmSamples":
        """The same arm restricted to some of its problems, in the order of `rows`."""
        if np.array_equal(rows, np.arange(len(self.problems))):
            return self
        problems = tuple(self.problems[row] for row in rows)
        return self._with({name: table[rows] for name, table in self._tables().items()}, problems)

    def row(self, number: int) -> "ArmSamples":
        """The same arm restricted to one problem."""
        return self.only(np.array([number], dtype=np.intp))

    def first(self, width: int) -> "ArmSamples":
        """The same arm with at most `width` samples per problem."""
        return self._with(
            {name: table[:, :width] if table.ndim == 2 else table for name, table in self._tables().items()}
        )

    def at_numbers(self, numbers: Sequence[Sequence[int]]) -> "ArmSamples":
        """The same arm with each sample in the column of its number; an unfinished run leaves gaps.

        Args:
            numbers: the sample numbers of each problem, ascending; an empty list leaves a problem as it is. (P, ≤ S)
        """
        width = max(self.present.shape[1], *(row[-1] + 1 for row in numbers if row), 0)
        return self._with(
            {
                name: _spread(table, numbers, width) if table.ndim == 2 else table
                for name, table in self._tables().items()
            }
        )

    def _tables(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in _TABLES}

    def _with(
        self, tables: dict[str, NDArray[Any]], problems: tuple[ProblemInfo, ...] | None = None
    ) -> "ArmSamples":
        kept = self.problems if problems is None else problems
        return ArmSamples(name=self.name, kind=self.kind, problems=kept, checkpoint=self.checkpoint, **tables)


_TABLES = (
    "present", "verdict", "draft", "raw", "legacy", "example", "rounds", "copied", "recited", "edit_size", "new_tokens",
    "prompt_tokens", "seconds",
)  # fmt: skip


def _spread(table: NDArray[Any], numbers: Sequence[Sequence[int]], width: int) -> NDArray[Any]:
    wide = np.full((len(table), width), NO_VERDICT if table.dtype == np.int8 else 0, dtype=table.dtype)
    for row, of_problem in enumerate(numbers):
        columns = list(of_problem or range(table.shape[1]))[: table.shape[1]]
        wide[row, columns] = table[row, : len(columns)]
    return wide


def is_scored(codes: Codes) -> Flags:
    scored: Flags = (codes != NO_VERDICT) & (codes != UNSCORED)
    return scored


def is_failed(codes: Codes) -> Flags:
    failed: Flags = is_scored(codes) & (codes != PASSED)
    return failed


def count(flags: Flags) -> NDArray[np.int64]:
    """Number of set flags in each row. (P, S) → (P,)"""
    counts: NDArray[np.int64] = np.sum(flags, axis=1, dtype=np.int64)
    return counts


@dataclass(frozen=True, kw_only=True, eq=False)
class AlignedArms:
    """Two arms over the problems that both have: `left` and `right` hold the same problem in the same row."""

    left: ArmSamples
    right: ArmSamples
    only_left: tuple[ProblemKey, ...]
    only_right: tuple[ProblemKey, ...]
    changed: tuple[str, ...]
    """Task ids that both sides have with different content: left out, so that a warning can name them."""

    @property
    def width(self) -> int:
        """Number of sample columns that both sides have."""
        return int(min(self.left.present.shape[1], self.right.present.shape[1]))

    @property
    def both_scored(self) -> Flags:
        """(P, width)"""
        return self.left.scored[:, : self.width] & self.right.scored[:, : self.width]

    @property
    def left_passes(self) -> Flags:
        return self.left.passes[:, : self.width] & self.both_scored

    @property
    def right_passes(self) -> Flags:
        return self.right.passes[:, : self.width] & self.both_scored


def align(left: ArmSamples, right: ArmSamples) -> AlignedArms:
    """Restrict both arms to the problems they share, in the left side's order."""
    row_of = {key: row for row, key in enumerate(right.keys)}
    shared = [(row, row_of[key]) for row, key in enumerate(left.keys) if key in row_of]
    rows = np.array(shared, dtype=np.intp).reshape(-1, 2)
    left_keys = set(left.keys)
    only_left = tuple(key for key in left.keys if key not in row_of)
    only_right = tuple(key for key in right.keys if key not in left_keys)
    changed = {key.task_id for key in only_left} & {key.task_id for key in only_right}
    return AlignedArms(
        left=left.only(rows[:, 0]),
        right=right.only(rows[:, 1]),
        only_left=only_left,
        only_right=only_right,
        changed=tuple(sorted(changed)),
    )


def align_all(arms: Sequence[ArmSamples]) -> list[ArmSamples]:
    """The arms restricted to the problems that all of them have, in the first arm's order."""
    shared = set.intersection(*(set(arm.keys) for arm in arms))
    order = [key for key in arms[0].keys if key in shared]
    return [_in_order(arm, order) for arm in arms]


def _in_order(arm: ArmSamples, order: Sequence[ProblemKey]) -> ArmSamples:
    row_of = {key: row for row, key in enumerate(arm.keys)}
    return arm.only(np.array([row_of[key] for key in order], dtype=np.intp))
