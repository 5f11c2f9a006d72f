"""The report of one run and the comparison of two as trees of frozen values, and the same trees as JSON.

Everything that a page or file shows is in the tree. Nothing is computed here (`build` and `compare` do that) and
nothing is laid out here (`markdown` and the templates do that).
"""

import json
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any

from app.reports.attribution import AttributionStep, Ceiling, Gap
from app.reports.coverage import Coverage
from app.reports.decay import Decay, RoundGain
from app.reports.difficulty import LevelRate
from app.reports.equal_samples import EqualSamples, OriginEffect
from app.reports.equal_tokens import EqualTokens
from app.reports.estimates import Estimated, NotEstimable
from app.reports.evidence import Bounds, Evidence
from app.reports.memory_cards import MemoryPanel
from app.reports.origin_effects import OriginDifference
from app.reports.paired import PairedResult, ProblemFlip
from app.reports.repairs import Repairs
from app.reports.self_correction import CorrectionRate
from app.reports.spread import Spread
from app.reports.twins import TwinPairs
from app.reports.xray import Xray
from app.reports.xray_pairs import OriginUnlocks, XrayPair
from models.arm_kinds import ArmKind, TraceShown
from models.enums import BudgetRule, Origin, RunKind, RunState, TestsKind
from models.turns import rounds_owed

FORMAT = 2
"""Goes up when a field of the JSON changes its meaning or is removed."""
_UNKNOWN_OF_IMPORTED = ("seed", "feedback", "gated", "gate", "rounds", "budget")
_SUMMARY = ("difference", "better", "worse", "p_value", "convincing")
_PROPERTIES: dict[type, tuple[str, ...]] = {
    ProblemFlip: ("move",),
    PairedResult: (*_SUMMARY, "differs_by_origin", "contrast"),
    TwinPairs: _SUMMARY,
    EqualSamples: (*_SUMMARY, "differs_by_origin", "contrast"),
    EqualTokens: ("difference", "p_value", "convincing", "differs_by_origin", "contrast"),
    OriginDifference: ("difference",),
    OriginEffect: ("difference",),
    OriginUnlocks: ("difference",),
    XrayPair: (*_SUMMARY, "differs_by_origin", "net", "works", "harms"),
    RoundGain: ("gain",),
    Evidence: ("detectable", "disagreement", "undone_by_missing"),
}
_LEFT_OUT: dict[type, tuple[str, ...]] = {Evidence: ("outcomes",)}


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSettings:
    """Every setting of a run that a number depends on, as plain values, shown beside the numbers."""

    id: int
    name: str
    kind: RunKind
    state: RunState
    base: str
    """Name of the base checkpoint; empty if there is none (imported results)."""
    base_hash: str
    problem_sets: tuple[str, ...]
    """`NAME@VERSION`."""
    problems: int
    """Without the twins, unless it has nothing else."""
    samples: int
    """Drafts per problem, as specified."""
    sampling: tuple[tuple[str, str], ...]
    """(setting, value), sorted by setting."""
    seed: int
    feedback: TestsKind
    gated: bool
    gate: TestsKind
    """Which tests say that a draft failed and when to stop."""
    rounds: int
    budget: BudgetRule
    ruler: str
    """Digest; empty if nothing was executed here."""
    go_version: str
    arm_sampling: tuple[tuple[str, str], ...] = field(default=())
    """Sampling of the compared arm itself if it repairs; empty for drafts, and for a run as a whole."""
    engine_notes: tuple[str, ...] = field(default=())
    """What the engine that drafted found out: whether prompts began with a BOS token, what a server refused."""
    notes: tuple[str, ...] = field(default=())
    """What a reader must know first: a deleted checkpoint, an unfinished run."""
    resampling: str = ""
    """Name of the run's resample arm, the critics' rival; empty if it has none."""
    earlier: int = 0
    """Earlier runs of this store that asked the same question: the same base, critics and problem sets."""
    twins: int = 0
    """Twins of the run's problems, which count nowhere but in `Report.twins`."""
    tokens_per_sample: float | None = None
    """New tokens that the compared arm spent on a sample, its draft included; None where nobody knows."""

    @property
    def is_imported(self) -> bool:
        """Whether another harness made the results, so that gating, feedback, budget and tokens are unknown."""
        return self.kind is RunKind.IMPORTED

    @property
    def uses_oracle(self) -> bool:
        """Whether the hidden tests, which score, also said what was repaired or when to stop."""
        return self.gate is TestsKind.HIDDEN and (self.gated or self.rounds > 1)

    @property
    def can_only_gain(self) -> bool:
        """Whether an arm that repairs was given nothing but drafts that fail the tests that score."""
        return self.gate is TestsKind.HIDDEN and self.gated

    def shows_hidden_verdicts(self, kind: ArmKind) -> bool:
        """Whether a hidden verdict decided or told anything of an arm's programs before they were final."""
        is_told = kind.trace_shown is not TraceShown.NONE and TestsKind.HIDDEN in (self.gate, self.feedback)
        return kind.repairs and (self.uses_oracle or is_told or kind.reflection.is_given)

    def rounds_owed(self, kind: ArmKind) -> int:
        """Rounds that an arm which repairs is known to owe each refused program."""
        return rounds_owed(kind, state=self.state, budget=self.budget, rounds=self.rounds)

    @property
    def is_watched(self) -> bool:
        """Whether the run may be looked at while it grows, so that a fixed-sample test would claim too much."""
        return self.state is not RunState.DONE


@dataclass(frozen=True, kw_only=True, slots=True)
class AtK:
    """The value of a statistic at one k."""

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
    """Samples without a verdict about the program; never counted as failures."""
    unscored_problems: int
    """Problems that these samples are of: what a list of them shows."""
    flaky: int
    flaky_problems: int
    solved: int
    """Problems with at least one passing sample."""
    recited: int
    """Passes that are the canonical solution up to names, layout and comments."""
    prompt_tokens: int | None
    """This and the next two are None where no costs are recorded, as in an imported run."""
    new_tokens: int | None
    seconds: float | None
    rate_name: str
    """What the arm's pass@k is called: an arm that hidden tests gated or stopped had an oracle."""
    pass_at_k: tuple[AtK, ...]
    all_of_k: tuple[AtK, ...]
    """pass^k: all of k samples pass."""
    best_of: tuple[AtK, ...]
    """Chosen by example tests, scored by hidden tests; empty if example tests were not run, or an oracle was used."""
    spread: Spread | None
    """Where the uncertainty of pass@1 comes from; None for fewer than two problems."""
    rules: tuple[AttributionStep, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RepairReport:
    """One repairing arm (resampling included) and what it adds to the base."""

    arm: str
    kind: ArmKind
    repairs: Repairs
    step: AttributionStep
    ceiling: Ceiling
    gap_change: Estimated
    gap_missing: Bounds
    """What the change of the gap could be with the samples that an arm lacks a verdict for."""
    corrections: tuple[CorrectionRate, ...]
    """What papers on self-correction report."""
    decays: tuple[Decay, ...]
    """Gain by round, of all failures and by error class."""
    coverage: tuple[Coverage, ...]
    """pass@k against the base, and against resampling."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CriticVsResampling:
    """One critic vs. resampling, at equal samples and at equal tokens."""

    arm: str
    equal_samples: EqualSamples
    equal_tokens: EqualTokens


@dataclass(frozen=True, kw_only=True, slots=True)
class FlakyProblem:
    """A problem on which the same program got different verdicts."""

    task_id: str
    arm: str
    samples: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginReason:
    """Problems of one origin that is known, or not known, for one reason."""

    origin: Origin
    reason: str
    """One sentence; empty in results that are not from a store."""
    problems: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Everything that is reported about one run."""

    run: RunSettings
    verdict: str
    warnings: tuple[str, ...]
    arms: tuple[ArmReport, ...]
    pairs: tuple[PairedResult, ...]
    """The base vs. each other arm."""
    repairs: tuple[RepairReport, ...]
    duels: tuple[CriticVsResampling, ...]
    """Each critic vs. resampling; the verdict is about the first."""
    controls: tuple[EqualSamples, ...]
    """The first critic vs. each arm that was not shown the draft's own trace, over the same failures."""
    gaps: tuple[Gap, ...]
    origins: tuple[OriginReason, ...]
    """Of the problems with results, the most frequent reason of each origin first."""
    flaky: tuple[FlakyProblem, ...]
    levels: tuple[LevelRate, ...] = ()
    """pass@1 of each arm by level of difficulty; empty where no problem has a label."""
    twins: tuple[TwinPairs, ...] = ()
    """Each arm on problems and their twins; empty where the run has no twins. No other number counts a twin."""
    xray: Xray | None = None
    """What in the feedback worked; None in a run without two arms that differ in one thing of it."""
    memory: MemoryPanel | None = None
    """What is known of memory; None in results that are not from a store."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """A comparison over the problems of one set, which is where forgetting shows."""

    problem_set: str
    result: PairedResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One arm of one run vs. one arm of another (or the same) run."""

    left: RunSettings
    right: RunSettings
    verdict: str
    warnings: tuple[str, ...]
    result: PairedResult
    slices: tuple[Slice, ...]


def as_json(report: Report | Comparison) -> str:
    """The tree as an indented JSON document, without NaN or infinity."""
    return json.dumps(as_dict(report), indent=2, ensure_ascii=False, allow_nan=False)


def as_dict(report: Report | Comparison) -> dict[str, Any]:
    """The tree, field by field, as JSON values.

    Enums become their values, what nobody knows of an imported run becomes null, a missing number becomes
    `{"not_estimable": REASON}`, and the properties that a reader would otherwise compute (`move`, `convincing`) are
    written beside the fields.
    """
    kind = "report" if isinstance(report, Report) else "comparison"
    return {"format": FORMAT, "kind": kind, **plain_value(report)}


def plain_value(value: Any) -> Any:
    """A frozen value of a report as JSON values."""
    if isinstance(value, NotEstimable):
        return {"not_estimable": value.reason}
    if is_dataclass(value):
        left_out = _LEFT_OUT.get(type(value), ())
        names = [field.name for field in fields(value) if field.name not in left_out]
        names += _PROPERTIES.get(type(value), ())
        unknown = _UNKNOWN_OF_IMPORTED if isinstance(value, RunSettings) and value.is_imported else ()
        return {name: None if name in unknown else plain_value(getattr(value, name)) for name in names}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [plain_value(item) for item in value]
    return value
