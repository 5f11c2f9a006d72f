"""Counts over verdict rows: how many of each verdict, and scored and passed samples a task.

Takes rows one by one, so that a file of any length can be summed while it streams by; pass@k is worked out from
these counts elsewhere.
"""

from collections import Counter
from dataclasses import dataclass, field

from models.enums import Verdict
from worker.verify.completions import JudgementRow


@dataclass
class Tally:
    """What has streamed by so far."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    verdicts_raw: Counter[Verdict] = field(default_factory=Counter)
    verdicts_legacy: Counter[Verdict] = field(default_factory=Counter)
    scored: Counter[str] = field(default_factory=Counter)
    """Samples that have a verdict about the program, by task."""
    passed: Counter[str] = field(default_factory=Counter)
    cached: int = 0
    ruler: str = ""
    """Digest of the ruler that judged them; empty before the first row."""

    def add(self, row: JudgementRow) -> None:
        self.verdicts[row.verdict] += 1
        self.verdicts_raw[row.verdict_raw] += 1
        if row.verdict_legacy is not None:
            self.verdicts_legacy[row.verdict_legacy] += 1
        self.scored[row.task_id] += row.verdict.scored
        self.passed[row.task_id] += row.verdict is Verdict.PASSED
        self.cached += row.cached
        self.ruler = row.ruler

    @property
    def total(self) -> int:
        return self.verdicts.total()

    @property
    def unscored(self) -> int:
        return sum(count for verdict, count in self.verdicts.items() if not verdict.scored)
