"""The report of one run and the comparison of two, as trees of frozen values: everything a page or file shows.

Nothing is computed here (`build` and `compare` do that) and nothing is laid out here (`as_json`, `markdown`).
"""

from dataclasses import dataclass

from app.reports.attribution import Step
from app.reports.ceiling import Ceiling
from app.reports.estimate import Estimated
from app.reports.gap import Gap
from app.reports.paired import PairedResult
from app.reports.repairs import Repairs
from app.reports.rival import EqualSamples
from app.reports.run_settings import RunSettings
from app.reports.tokens import EqualTokens
from models.enums import ArmKind


@dataclass(frozen=True, kw_only=True, slots=True)
class AtK:
    """A statistic of k samples."""

    k: int
    estimate: Estimated


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmReport:
    """One arm by itself."""

    name: str
    kind: ArmKind
    problems: int
    samples: int
    scored: int
    passed: int
    unscored: int
    """Samples without a verdict: ours to explain, never counted as failures."""
    flaky: int
    solved: int
    """Problems with at least one passing sample."""
    prompt_tokens: int
    new_tokens: int
    seconds: float
    pass_at_k: tuple[AtK, ...]
    best_of: tuple[AtK, ...]
    """Chosen by example tests, scored by hidden tests; empty where example tests were not run."""
    rules: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RepairReport:
    """One repairing arm, resampling included, and what it adds to the base."""

    arm: str
    kind: ArmKind
    repairs: Repairs
    step: Step
    ceiling: Ceiling
    gap_change: Estimated


@dataclass(frozen=True, kw_only=True, slots=True)
class Duel:
    """One critic against resampling."""

    arm: str
    equal_samples: EqualSamples
    equal_tokens: EqualTokens


@dataclass(frozen=True, kw_only=True, slots=True)
class FlakyProblem:
    """A problem on which the same program got two verdicts."""

    task_id: str
    arm: str
    samples: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All that is said about one run."""

    run: RunSettings
    verdict: str
    warnings: tuple[str, ...]
    arms: tuple[ArmReport, ...]
    pairs: tuple[PairedResult, ...]
    """Every other arm against the base."""
    repairs: tuple[RepairReport, ...]
    duels: tuple[Duel, ...]
    """Each critic against resampling; the verdict speaks of the first."""
    gaps: tuple[Gap, ...]
    flaky: tuple[FlakyProblem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """A comparison over the problems of one set: where forgetting shows."""

    problem_set: str
    result: PairedResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One arm of one run against one arm of another (or the same) run."""

    left: RunSettings
    right: RunSettings
    verdict: str
    warnings: tuple[str, ...]
    result: PairedResult
    slices: tuple[Slice, ...]
