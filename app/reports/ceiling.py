"""Problems that no sample of the base solved: how hard they may be, and whether repair reached them.

Resampling can only harvest what a base sometimes writes. A problem with c = 0 of n says: the base's true rate is
at most 1 − 0.05^(1/n) with 95% confidence (exact one-sided Clopper–Pearson; "rule of three" is its first term,
Hanley & Lippman-Hand 1983).
"""

from dataclasses import dataclass

import numpy as np

from app.reports.align import align
from app.reports.samples import ArmSamples


@dataclass(frozen=True, kw_only=True, slots=True)
class Ceiling:
    """What lies beyond the base, and what the other arm made of it."""

    arm: str
    problems: int
    """Problems with at least one scored sample of the base."""
    never_solved: int
    fewest_samples: int
    """The least n among them; 0 where there are none."""
    rate_at_most: float | None
    """The 95% upper bound on the true rate that this n allows, for each of them taken alone."""
    solved_by_arm: int
    task_ids: tuple[str, ...]
    """Of the never-solved problems that the arm solved."""


def upper_bound(samples: int) -> float:
    """The largest rate at which `samples` failures in a row still have a 5% chance."""
    return float(1 - 0.05 ** (1 / samples))


def ceiling(base: ArmSamples, arm: ArmSamples) -> Ceiling:
    """Problems with c = 0 of n under `base`, and how many of those `arm` solved at least once."""
    pair = align(base, arm)
    never = (pair.left.n > 0) & (pair.left.c == 0)
    reached = never & (pair.right.c > 0)
    fewest = int(pair.left.n[never].min()) if never.any() else 0
    return Ceiling(
        arm=arm.name,
        problems=int(np.sum(pair.left.n > 0)),
        never_solved=int(never.sum()),
        fewest_samples=fewest,
        rate_at_most=upper_bound(fewest) if fewest else None,
        solved_by_arm=int(reached.sum()),
        task_ids=tuple(key.task_id for key, hit in zip(pair.left.keys, reached, strict=True) if hit),
    )
