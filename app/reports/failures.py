"""Failure groups: all programs that failed with one fingerprint, of one run or of several together.

In: what each run's counts came to. Out: groups with their numbers by arm, ordered and filtered, and as cells of a
table. Pure functions; arms of several runs are put together by name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.arm_kinds import ArmKind
from models.enums import Verdict

ProblemIds = NDArray[np.int64]
NO_PROBLEMS: ProblemIds = np.array([], dtype=np.int64)


class FailureSort(StrEnum):
    """The orders of the list; ties go by fingerprint."""

    MOST = "most"
    """Most failed programs first."""
    PROBLEMS = "problems"
    REPAIRED = "repaired"
    """The largest share repaired first."""
    UNREPAIRED = "unrepaired"
    """Most drafts that no revision repaired."""
    NEWEST = "newest"
    """Seen last first."""


@dataclass(frozen=True, kw_only=True)
class FailureArm:
    """One arm, or those of several runs that share its name."""

    name: str
    kind: ArmKind


@dataclass(frozen=True, kw_only=True)
class ArmFailures:
    """One group in one arm."""

    failed: int = 0
    """Samples whose last program by this arm failed so: drafts, or revisions of an arm that repairs."""
    revised: int = 0
    """Drafts that failed so and that the arm revised, with a scored result."""
    repaired: int = 0
    """How many of those pass."""

    @property
    def share(self) -> float | None:
        """Of the revised drafts; None where there is none."""
        return self.repaired / self.revised if self.revised else None


@dataclass(frozen=True, kw_only=True, eq=False)
class FailureGroup:
    """One fingerprint."""

    fingerprint: str
    verdict: Verdict
    arms: tuple[ArmFailures, ...]
    """One for each arm, in the order of `Failures.arms`."""
    problem_ids: ProblemIds
    by_sample: tuple[int, ...]
    """Failed programs by sample number; up to the highest that failed so."""
    first_at: datetime
    last_at: datetime
    first_run: int
    last_run: int

    @property
    def words(self) -> str:
        """The fingerprint without its verdict."""
        return self.fingerprint.partition(": ")[2]

    @property
    def failed(self) -> int:
        return sum(arm.failed for arm in self.arms)

    @property
    def problems(self) -> int:
        return len(self.problem_ids)

    @property
    def share_repaired(self) -> float:
        """By any arm; 0 where nothing was revised."""
        revised = sum(arm.revised for arm in self.arms)
        return sum(arm.repaired for arm in self.arms) / revised if revised else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Failures:
    """Every group of one run, or of several."""

    arms: tuple[FailureArm, ...]
    groups: tuple[FailureGroup, ...]
    runs: int = 1
    samples: int = 1
    """Per problem; of several runs the most."""

    @property
    def failed(self) -> int:
        return sum(group.failed for group in self.groups)

    def named(self, fingerprint: str) -> FailureGroup | None:
        return next((group for group in self.groups if group.fingerprint == fingerprint), None)


@dataclass(frozen=True, kw_only=True)
class FailureFilter:
    """What the reader asked for."""

    verdict: Verdict | None = None
    words: str = ""
    """Must all be in the fingerprint, in any order and case."""
    sort: FailureSort = FailureSort.MOST

    @property
    def leaves_out(self) -> bool:
        """Whether some groups may not match."""
        return self.verdict is not None or bool(self.words)

    def query(self) -> dict[str, object]:
        """The parameters of an address; an address leaves out the empty ones."""
        sort = "" if self.sort is FailureSort.MOST else str(self.sort)
        return {"class": self.verdict or "", "q": self.words, "sort": sort}


def chosen(failures: Failures, wanted: FailureFilter) -> list[FailureGroup]:
    """The groups that match, in the filter's order."""
    words = wanted.words.casefold().split()
    found = [
        group
        for group in failures.groups
        if wanted.verdict in (None, group.verdict) and all(word in group.fingerprint.casefold() for word in words)
    ]
    return sorted(found, key=lambda group: (-_rank(group, wanted.sort), group.fingerprint))


def _rank(group: FailureGroup, sort: FailureSort) -> float:
    if sort is FailureSort.PROBLEMS:
        return group.problems
    if sort is FailureSort.REPAIRED:
        return group.share_repaired
    if sort is FailureSort.UNREPAIRED:
        return sum(arm.revised - arm.repaired for arm in group.arms)
    return group.last_at.timestamp() if sort is FailureSort.NEWEST else group.failed


@dataclass(kw_only=True)
class _Sum:
    """One fingerprint over several runs."""

    parts: list[FailureGroup] = field(default_factory=list)
    by_arm: dict[str, ArmFailures] = field(default_factory=dict)


def together(runs: Iterable[Failures]) -> Failures:
    """The groups of several runs as those of one."""
    arms: dict[str, FailureArm] = {}
    sums: dict[str, _Sum] = {}
    read = 0
    samples = 1
    for failures in runs:
        read, samples = read + 1, max(samples, failures.samples)
        for group in failures.groups:
            total = sums.setdefault(group.fingerprint, _Sum())
            total.parts.append(group)
            for arm, counted in zip(failures.arms, group.arms, strict=True):
                arms.setdefault(arm.name, arm)
                total.by_arm[arm.name] = _added(total.by_arm.get(arm.name, ArmFailures()), counted)
    groups = tuple(_merged(total, arms) for total in sums.values())
    return Failures(arms=tuple(arms.values()), groups=groups, runs=read, samples=samples)


def _added(one: ArmFailures, other: ArmFailures) -> ArmFailures:
    return ArmFailures(
        failed=one.failed + other.failed,
        revised=one.revised + other.revised,
        repaired=one.repaired + other.repaired,
    )


def _merged(total: _Sum, arms: dict[str, FailureArm]) -> FailureGroup:
    first = min(total.parts, key=lambda group: group.first_at)
    last = max(total.parts, key=lambda group: group.last_at)
    width = max(len(group.by_sample) for group in total.parts)
    return FailureGroup(
        fingerprint=first.fingerprint,
        verdict=first.verdict,
        arms=tuple(total.by_arm.get(name, ArmFailures()) for name in arms),
        problem_ids=np.unique(np.concatenate([group.problem_ids for group in total.parts])),
        by_sample=tuple(
            sum(group.by_sample[place] for group in total.parts if place < len(group.by_sample))
            for place in range(width)
        ),
        first_at=first.first_at,
        last_at=last.last_at,
        first_run=first.first_run,
        last_run=last.last_run,
    )


def as_rows(failures: Failures, groups: Sequence[FailureGroup]) -> list[dict[str, Any]]:
    """The groups as objects of JSON."""
    return [
        {
            "fingerprint": group.fingerprint,
            "verdict": str(group.verdict),
            "programs": group.failed,
            "problems": group.problems,
            "first_seen": group.first_at.isoformat(timespec="seconds"),
            "last_seen": group.last_at.isoformat(timespec="seconds"),
            "first_run": group.first_run,
            "last_run": group.last_run,
            "by_sample": list(group.by_sample),
            "arms": {
                arm.name: {"failed": one.failed, "revised": one.revised, "repaired": one.repaired}
                for arm, one in zip(failures.arms, group.arms, strict=True)
            },
        }
        for group in groups
    ]
