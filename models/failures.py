"""Failures counted by fingerprint for each (run, arm, problem): what the Failures page sums and filters by.

Derived data, like `run_problem_count`: the worker counts it anew with each batch of results, `tekhne recount` rebuilds
it. In: the programs that one arm wrote for one problem, each sample by its last one. Out: a row a fingerprint.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime
from models.fingerprints import LONGEST


class FailureCount(Base):
    """What one failure group came to in one arm on one problem."""

    __tablename__ = "failure_count"
    __table_args__ = (
        Index("ix_failure_count_fingerprint_run", "fingerprint", "run_id"),
        Index("ix_failure_count_arm", "arm_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), primary_key=True)
    arm_id: Mapped[int] = mapped_column(ForeignKey("arm.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    failed: Mapped[int]
    """Samples whose last program by this arm failed so: drafts, or revisions of an arm that repairs."""
    samples: Mapped[str] = mapped_column(Text)
    """Their numbers, ascending, with commas between."""
    revised: Mapped[int]
    """Drafts that failed so and have a scored revision by this arm; 0 for arms that do not repair."""
    repaired: Mapped[int]
    """How many of those revisions pass."""
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first of the failed programs was stored; None where none failed so."""
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, kw_only=True, slots=True)
class EndedProgram:
    """The last program that an arm wrote for a sample."""

    sample: int
    fingerprint: str
    """Empty where it passed or could not be scored."""
    created_at: datetime
    draft_fingerprint: str = ""
    """How the draft failed that it repairs; empty for a draft."""
    passed: bool | None = None
    """Whether a revision passed; None for a draft, and where it could not be scored."""


@dataclass(kw_only=True)
class _Tally:
    samples: list[int] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    revised: int = 0
    repaired: int = 0


def failure_rows(programs: Iterable[EndedProgram]) -> list[dict[str, Any]]:
    """The rows of `failure_count` for one arm on one problem, without the columns that name those."""
    tallies: dict[str, _Tally] = {}
    for program in programs:
        if program.fingerprint:
            own = tallies.setdefault(program.fingerprint, _Tally())
            own.samples.append(program.sample)
            own.times.append(program.created_at)
        if program.draft_fingerprint and program.passed is not None:
            before = tallies.setdefault(program.draft_fingerprint, _Tally())
            before.revised += 1
            before.repaired += program.passed
    return [
        {
            "fingerprint": fingerprint,
            "failed": len(tally.samples),
            "samples": ",".join(map(str, sorted(tally.samples))),
            "revised": tally.revised,
            "repaired": tally.repaired,
            "first_at": min(tally.times, default=None),
            "last_at": max(tally.times, default=None),
        }
        for fingerprint, tally in sorted(tallies.items())
    ]


def samples_of(samples: str) -> list[int]:
    """The numbers that `failure_count.samples` holds; what is none, in a damaged store, is left out."""
    return [int(number) for number in samples.split(",") if number.isascii() and number.isdigit()]
