"""Two arms laid over each other: the problems that both have, in one order, and the samples scored on both sides.

Problems are the same when name and content are the same. A name with another content is not paired: it is
listed, so that a warning can name it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.reports.sample_row import ProblemKey
from app.reports.samples import ArmSamples, Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class Aligned:
    """`left` and `right` hold the same problems in the same rows."""

    left: ArmSamples
    right: ArmSamples
    only_left: tuple[ProblemKey, ...]
    only_right: tuple[ProblemKey, ...]
    changed: tuple[str, ...]
    """Task ids that both sides have with different content."""

    @property
    def width(self) -> int:
        """Sample indexes that both sides have."""
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


def align(left: ArmSamples, right: ArmSamples) -> Aligned:
    """Keep the shared problems, in the left side's order."""
    row_of = {key: row for row, key in enumerate(right.keys)}
    shared = [(row, row_of[key]) for row, key in enumerate(left.keys) if key in row_of]
    rows = np.array(shared, dtype=np.intp).reshape(-1, 2)
    only_left = tuple(key for key in left.keys if key not in row_of)
    known = set(left.keys)
    only_right = tuple(key for key in right.keys if key not in known)
    changed = {key.task_id for key in only_left} & {key.task_id for key in only_right}
    return Aligned(
        left=left.only(rows[:, 0]),
        right=right.only(rows[:, 1]),
        only_left=only_left,
        only_right=only_right,
        changed=tuple(sorted(changed)),
    )


def align_all(arms: Sequence[ArmSamples]) -> list[ArmSamples]:
    """The arms over the problems that all of them have, in the first arm's order."""
    shared = set.intersection(*(set(arm.keys) for arm in arms))
    order = [key for key in arms[0].keys if key in shared]
    return [_in_order(arm, order) for arm in arms]


def _in_order(arm: ArmSamples, order: Sequence[ProblemKey]) -> ArmSamples:
    row_of = {key: row for row, key in enumerate(arm.keys)}
    return arm.only(np.array([row_of[key] for key in order], dtype=np.intp))
