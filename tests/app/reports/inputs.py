"""What report tables are made from, given by a test: `Inputs(report=report)` or `Inputs(arms=arms)`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.reports.build import build_report
from app.reports.failures import Failures
from app.reports.report import Report
from app.reports.reviews import ReviewView
from app.reports.sample_tables import SampleRow
from app.reports.samples import ArmSamples, ProblemInfo
from tests.app.reports.runs import settings_of

NO_FAILURES = Failures(arms=(), groups=())
EMPTY = build_report(settings_of(), [])


@dataclass(frozen=True, kw_only=True)
class Inputs:
    arms: Sequence[ArmSamples] = ()
    report: Report = EMPTY
    rows: Sequence[SampleRow] = ()
    failures: Failures = NO_FAILURES
    reviews: Sequence[ReviewView] = ()

    @property
    def problems(self) -> Sequence[ProblemInfo]:
        return list(dict.fromkeys(info for arm in self.arms for info in arm.problems))

    @property
    def sample_count(self) -> int:
        return len(self.rows)

    def samples(self) -> Iterator[SampleRow]:
        return iter(self.rows)
