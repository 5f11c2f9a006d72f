"""What the web process holds for its whole life: settings, store, assets, templates, the job queue, and caches.

In: settings and an open store. Out: one `AppState`, which handlers get from `state_of(request)`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from fastapi import Request
from jinja2 import Environment

# Pages pass sessions along but may not import SQLAlchemy: they get the type from here.
from sqlalchemy.orm import Session as Session

from app.actions.deleting import Remover
from app.actions.jobs import JobQueue
from app.assets import Assets
from app.download_places import DownloadPlaces
from app.idle import IdleGate
from app.looks import LiveLooks
from app.metrics import RequestMetrics
from app.queries.changed_problems import ChangedProblem, ComparedSide, changed_problems
from app.queries.failures import read_failures, runs_with_failures
from app.queries.run_facts import REMEMBERED_RUNS, RunFacts, read_facts
from app.queries.run_sums import RunSums, read_sums
from app.queries.runs import ArmHead, ListedRun, RunHead
from app.reporting import read_comparison, read_report
from app.reports.failures import Failures, together
from app.reports.report import Comparison, Report
from app.revision_cache import RevisionCache
from models import Store
from settings import Settings

Versioned = RunHead | ListedRun
"""A run as it is read; a cached value holds as long as the run's `version` is the same."""
SUMMED_RUNS = 200
REPORTED_RUNS = 40
COMPARED_PAIRS = 40
SAMPLES_AT_ONCE = 60_000
"""A list computes the report of a run up to this size during the request: about 50 ms."""

DOWNLOADS_AT_ONCE = 16
"""Each holds a connection to the store until its reader has the last byte, and a reader may be slow."""


class ComparedArm(NamedTuple):
    """One side of a comparison; the run's first arm if none is named."""

    run: RunHead
    arm: str | None


@dataclass(frozen=True, kw_only=True)
class AppState:
    """Shared by all requests; everything in it may be used from many threads."""

    settings: Settings
    store: Store
    assets: Assets
    templates: Environment
    queue: JobQueue
    remover: Remover
    looks: LiveLooks
    facts_cache: RevisionCache[RunFacts] = field(default_factory=lambda: RevisionCache(REMEMBERED_RUNS))
    failures_cache: RevisionCache[Failures] = field(default_factory=lambda: RevisionCache(SUMMED_RUNS))
    sums_cache: RevisionCache[RunSums] = field(default_factory=lambda: RevisionCache(SUMMED_RUNS))
    reports_cache: RevisionCache[Report] = field(default_factory=lambda: RevisionCache(REPORTED_RUNS))
    comparisons_cache: RevisionCache[Comparison] = field(default_factory=lambda: RevisionCache(COMPARED_PAIRS))
    changes_cache: RevisionCache[tuple[ChangedProblem, ...]] = field(
        default_factory=lambda: RevisionCache(COMPARED_PAIRS)
    )
    download_places: DownloadPlaces = field(default_factory=lambda: DownloadPlaces(DOWNLOADS_AT_ONCE), repr=False)
    metrics: RequestMetrics = field(default_factory=RequestMetrics, repr=False)
    idle: IdleGate = field(default_factory=IdleGate, repr=False)
    _background: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "reports"), repr=False)
    _under_way: set[tuple[int, str]] = field(default_factory=set, repr=False)

    def facts(self, session: Session, run: RunHead) -> RunFacts:
        """What is known about every problem of a run."""
        return self.facts_cache.get(run.id, run.version, lambda: read_facts(session, run))

    def failures(self, session: Session, run: RunHead) -> Failures:
        """A run's failure groups."""
        return self.failures_cache.get(run.id, run.version, lambda: read_failures(session, run))

    def all_failures(self, session: Session) -> tuple[Failures, int]:
        """The failure groups of the newest runs together, and how many runs are left out."""
        runs, older = runs_with_failures(session)
        version = tuple((run.id, run.version) for run in runs)
        return self.failures_cache.get(
            "all", version, lambda: together(self.failures(session, run) for run in runs)
        ), older

    def sums(self, session: Session, run: Versioned) -> RunSums:
        """A few numbers an arm."""
        return self.sums_cache.get(run.id, run.version, lambda: read_sums(session, run.id))

    def report(self, session: Session, run: Versioned) -> Report:
        """The full statistics of a run: almost a second for a run of a million samples, then cached."""
        return self.reports_cache.get(run.id, run.version, lambda: read_report(session, run.id))

    def comparison(self, session: Session, left: ComparedArm, right: ComparedArm) -> Comparison:
        """One arm against another: about 30 ms for two runs of 200,000 samples, then cached.

        Raises:
            NoSuchArm: a run has no arm of that name.
        """
        sides = [(side.run.id, side.arm) for side in (left, right)]
        revision = (left.run.version, right.run.version)
        return self.comparisons_cache.get(
            tuple(sides), revision, lambda: read_comparison(session, sides[0], sides[1])
        )

    def changes(self, session: Session, sides: Sequence[tuple[RunHead, ArmHead]]) -> tuple[ChangedProblem, ...]:
        """The problems whose pass count differs between these arms."""
        key, versions = tuple((run.id, arm.id) for run, arm in sides), tuple(run.version for run, _ in sides)
        return self.changes_cache.get(
            key,
            versions,
            lambda: changed_problems(
                [ComparedSide(run=run, arm=arm, facts=self.facts(session, run)) for run, arm in sides]
            ),
        )

    def verdict(self, session: Session, run: Versioned, samples: int) -> str:
        """The run in a sentence; empty while the report of a large run is computed in the background."""
        cached = self.reports_cache.peek(run.id, run.version)
        if cached is not None:
            return cached.verdict
        if samples <= SAMPLES_AT_ONCE:
            return self.report(session, run).verdict
        if (run.id, run.version) not in self._under_way:
            self._under_way.add((run.id, run.version))
            self._background.submit(self._make_report, run)
        return ""

    def _make_report(self, run: Versioned) -> None:
        try:
            self.idle.wait()
            with self.store.reader() as session:
                self.report(session, run)
        finally:
            self._under_way.discard((run.id, run.version))


def state_of(request: Request) -> AppState:
    """The application's state; background work makes way for this request."""
    found: AppState = request.app.state.tekhne
    found.idle.request_came()
    return found
