"""One sample of one arm as a frozen row: what queries and CSV files deliver, and what tables are built from.

No counting happens here. A row stands for the sample as a whole (its final program), not for each revision on
the way.
"""

from dataclasses import dataclass

from models.enums import ArmKind, Origin, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleRow:
    """One sample of one arm: how it began, how it ended and what it cost."""

    task_id: str
    problem_version: str
    """The first 12 hex digits of the problem's content hash: the same text has the same version anywhere."""
    problem_set: str
    """`NAME@VERSION` of the set that the run took it from."""
    origin: Origin
    """Whether the base saw this set in training."""
    arm: str
    kind: ArmKind
    sample: int
    """0-based."""
    verdict: Verdict | None
    """Of the final program, on the hidden tests, imports fixed. None: not executed."""
    draft_verdict: Verdict | None = None
    """Of the draft that the sample began with; equal to `verdict` for arms that do not repair."""
    verdict_raw: Verdict | None = None
    verdict_legacy: Verdict | None = None
    example_verdict: Verdict | None = None
    rounds: int = 0
    """Revisions written for this sample: 0 where the draft was left alone, and for arms that do not repair."""
    copied: bool = False
    edit_size: int = 0
    prompt_tokens: int = 0
    new_tokens: int = 0
    """Spent by this arm itself: a base's draft, or a critic's reflections and revisions without the draft."""
    seconds: float = 0.0
    seed: int | None = None
    finish_reason: str = ""
    program_hash: str = ""

    @property
    def passed(self) -> bool | None:
        """None where the sample is unscored."""
        if self.verdict is None or not self.verdict.scored:
            return None
        return self.verdict is Verdict.PASSED


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
