"""Building an arm's tables, from rows in any order or from strips of verdict marks.

The store keeps strips in `run_problem_count`; CSV files and queries give rows. Rows and strips of the same run
give equal tables: a test holds the two to each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.reports.sample_row import ProblemInfo, ProblemKey, SampleRow
from app.reports.samples import CODE_OF, NO_VERDICT, ArmSamples, Codes
from models.enums import ArmKind
from models.marks import ABSENT, MARK_OF

_NO_MARK = 127
_CODE_OF_MARK = np.full(256, _NO_MARK, dtype=np.int8)
_CODE_OF_MARK[ord(ABSENT)] = NO_VERDICT
for _verdict, _mark in MARK_OF.items():
    _CODE_OF_MARK[ord(_mark)] = CODE_OF[_verdict]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemStrips:
    """One problem of one arm as the store's counts keep it: one mark a sample, lists in sample order."""

    info: ProblemInfo
    marks: str
    draft_marks: str
    raw_marks: str = ""
    legacy_marks: str = ""
    example_marks: str = ""
    rounds: Sequence[int] = ()
    copied: Sequence[bool] = ()
    edit_size: Sequence[int] = ()
    new_tokens: Sequence[int] = ()
    prompt_tokens: int = 0
    seconds: float = 0.0


def arm_from_strips(name: str, kind: ArmKind, strips: Sequence[ProblemStrips]) -> ArmSamples:
    """Tables of one arm, problems in the order given.

    Raises:
        ValueError: a strip holds a character that is no verdict's mark.
    """
    problems, width = len(strips), max((len(strip.marks) for strip in strips), default=0)
    lengths = np.array([len(strip.marks) for strip in strips], dtype=np.intp)

    def codes(name: str) -> Codes:
        return _codes_of_all([getattr(strip, name) for strip in strips], width)

    def numbers(name: str, kind: type[np.generic]) -> NDArray[Any]:
        return _numbers_of_all([getattr(strip, name) for strip in strips], width, kind)

    return ArmSamples(
        name=name,
        kind=kind,
        problems=tuple(strip.info for strip in strips),
        present=np.arange(width) < lengths.reshape(problems, 1),
        verdict=codes("marks"),
        draft=codes("draft_marks"),
        raw=codes("raw_marks"),
        legacy=codes("legacy_marks"),
        example=codes("example_marks"),
        rounds=numbers("rounds", np.int32),
        copied=numbers("copied", np.bool_),
        edit_size=numbers("edit_size", np.int32),
        new_tokens=numbers("new_tokens", np.int64),
        prompt_tokens=np.array([strip.prompt_tokens for strip in strips], dtype=np.int64),
        seconds=np.array([strip.seconds for strip in strips], dtype=np.float64),
    )


def _codes_of_all(strips: Sequence[str], width: int) -> Codes:
    """All strips in one look-up: a thousand small ones take a tenth of a second. (P, width)

    Raises:
        ValueError: a strip holds a character that is no verdict's mark.
    """
    if not any(strips):
        return np.full((len(strips), width), NO_VERDICT, dtype=np.int8)
    codes = _look_up("".join([strip.ljust(width, ABSENT) for strip in strips]))
    if np.any(codes == _NO_MARK):
        bad = next(strip for strip in strips if np.any(_look_up(strip) == _NO_MARK))
        raise ValueError(f"the strip {bad!r} holds a character that is no verdict's mark")
    return codes.reshape(len(strips), width)


def _look_up(marks: str) -> Codes:
    codes: Codes = _CODE_OF_MARK[np.frombuffer(marks.encode("latin-1", "replace"), dtype=np.uint8)]
    return codes


def _numbers_of_all(rows: Sequence[Sequence[int]], width: int, kind: type[np.generic]) -> NDArray[Any]:
    """Lists in sample order as one table, 0 where a list is shorter. (P, width)"""
    if rows and all(len(row) == width for row in rows):
        return np.array(rows, dtype=kind).reshape(len(rows), width)
    table: NDArray[Any] = np.zeros((len(rows), width), dtype=kind)
    for place, row in enumerate(rows):
        if row:
            table[place, : len(row)] = row
    return table


def _empty(name: str, kind: ArmKind, problems: tuple[ProblemInfo, ...], shape: tuple[int, int]) -> ArmSamples:
    def codes() -> Codes:
        return np.full(shape, NO_VERDICT, dtype=np.int8)

    return ArmSamples(
        name=name,
        kind=kind,
        problems=problems,
        present=np.zeros(shape, dtype=np.bool_),
        verdict=codes(),
        draft=codes(),
        raw=codes(),
        legacy=codes(),
        example=codes(),
        rounds=np.zeros(shape, dtype=np.int32),
        copied=np.zeros(shape, dtype=np.bool_),
        edit_size=np.zeros(shape, dtype=np.int32),
        new_tokens=np.zeros(shape, dtype=np.int64),
        prompt_tokens=np.zeros(shape[0], dtype=np.int64),
        seconds=np.zeros(shape[0]),
    )


def arms_from_rows(rows: Iterable[SampleRow]) -> list[ArmSamples]:
    """Tables of every arm that the rows name; arms and problems in order of first appearance."""
    arms: dict[str, ArmKind] = {}
    cells: dict[str, dict[ProblemInfo, dict[int, SampleRow]]] = {}
    for row in rows:
        arms.setdefault(row.arm, row.kind)
        key = ProblemKey(task_id=row.task_id, version=row.problem_version)
        info = ProblemInfo(key=key, problem_set=row.problem_set, origin=row.origin)
        cells.setdefault(row.arm, {}).setdefault(info, {})[row.sample] = row
    return [_from_cells(name, kind, cells[name]) for name, kind in arms.items()]


def _from_cells(name: str, kind: ArmKind, cells: dict[ProblemInfo, dict[int, SampleRow]]) -> ArmSamples:
    width = max(len(samples) for samples in cells.values())
    arm = _empty(name, kind, tuple(cells), (len(cells), width))
    for row, samples in enumerate(cells.values()):
        # By place, not by number: strips have no holes either where a sample never came.
        for place, sample in enumerate(sorted(samples)):
            _fill_cell(arm, (row, place), samples[sample])
    return arm


def _fill_cell(arm: ArmSamples, at: tuple[int, int], cell: SampleRow) -> None:
    arm.present[at] = True
    arm.verdict[at] = CODE_OF[cell.verdict]
    arm.draft[at] = CODE_OF[cell.draft_verdict]
    arm.raw[at] = CODE_OF[cell.verdict_raw]
    arm.legacy[at] = CODE_OF[cell.verdict_legacy]
    arm.example[at] = CODE_OF[cell.example_verdict]
    arm.rounds[at] = cell.rounds
    arm.copied[at] = cell.copied
    arm.edit_size[at] = cell.edit_size
    arm.new_tokens[at] = cell.new_tokens
    arm.prompt_tokens[at[0]] += cell.prompt_tokens
    arm.seconds[at[0]] += cell.seconds
