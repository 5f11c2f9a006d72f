"""Pass rates by level of difficulty, for problems that carry a label: those of the generator.

In: an arm, or counts by level. Out: pass@1 for each level, with its interval. Whether the labels are calibrated is for
the reader to see: a real model should solve fewer of the hard ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.reports.differences import ONE_LOOK, Looks
from app.reports.estimates import Estimated
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.samples import ArmSamples

LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True, kw_only=True)
class LevelRate:
    """pass@1 on the problems of one level."""

    arm: str
    level: str
    estimate: Estimated


def level_rates(arm: ArmSamples, looks: Looks = ONE_LOOK) -> tuple[LevelRate, ...]:
    """The levels that occur among the arm's problems, the easy one first."""
    counts: dict[str, list[tuple[int, int]]] = {}
    for info, n, c in zip(arm.problems, arm.n.tolist(), arm.c.tolist(), strict=True):
        if info.difficulty:
            counts.setdefault(info.difficulty, []).append((n, c))
    return rates_of_counts(arm.name, counts, looks)


def rates_of_counts(
    arm: str, counts: Mapping[str, Sequence[tuple[int, int]]], looks: Looks = ONE_LOOK
) -> tuple[LevelRate, ...]:
    """The same from (scored, passed) of each problem, by level."""
    levels = [*(one for one in LEVELS if one in counts), *sorted(set(counts) - set(LEVELS))]
    return tuple(
        LevelRate(
            arm=arm,
            level=level,
            estimate=estimate_pass_at_k(
                np.array([n for n, _ in counts[level]], dtype=np.int64),
                np.array([c for _, c in counts[level]], dtype=np.int64),
                1,
                looks=looks,
            ),
        )
        for level in levels
    )
