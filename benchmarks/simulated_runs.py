"""Synthetic runs with a known truth: each problem has its own pass rate, and repair a known chance and cost.

In: a `Truth` and a random generator. Out: the arms of one run, as the reports read them. Used by tests of the
statistics and by `tekhne bench truth`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.reports.report import RunSettings
from app.reports.samples import (
    CODE_OF,
    NO_VERDICT,
    PASSED,
    UNSCORED,
    ArmSamples,
    Codes,
    Flags,
    ProblemInfo,
    ProblemKey,
)
from models.arm_kinds import ArmKind
from models.enums import BudgetRule, Origin, RunKind, RunState, TestsKind, Verdict

FAILED = CODE_OF[Verdict.ASSERTION]
DRAFT_TOKENS = 100


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of a synthetic run."""

    problems: int = 60
    samples: int = 5
    rates: tuple[float, float] = (0.4, 0.6)
    """Beta distribution of the problems' true pass rates."""
    fixes: float | None = None
    """Chance that the critic repairs a failure; None: as good as a fresh draft (the null)."""
    gain: float = 0.0
    """If `fixes` is None: the share of what a fresh draft would not turn right that the critic repairs."""
    uneven: bool = False
    """Whether half of the problems have twice that gain, and the others none."""
    unseen_fixes: float | None = None
    """The same on unseen problems, which every other problem then is; None: all problems are alike."""
    cost: float = 1.0
    """Mean tokens of a repair, in drafts."""
    spread_of_samples: float = 0.0
    """Standard deviation of the logarithm of every program's tokens within a problem; 0: all alike."""
    spread_of_problems: float = 0.0
    """The same of each problem's mean tokens, for drafts and for each critic's repairs independently."""
    missing: float = 0.0
    """Share of the critic's revisions without a verdict."""
    resamples: bool = True
    critics: int = 1
    control: bool = False
    """Adds an arm without a trace that repairs as well as the critic."""
    gate: TestsKind = TestsKind.HIDDEN
    accepts_wrong: float = 0.2
    """Chance that example tests, where they gate, pass a wrong program."""
    rejects_right: float = 0.05
    """Chance that they fail a right one."""


def simulate(truth: Truth, chance: np.random.Generator) -> list[ArmSamples]:
    """One run: base, critics, and resampling or a control if wanted."""
    rates = chance.beta(*truth.rates, truth.problems)
    shape = (truth.problems, truth.samples)
    fresh = np.broadcast_to(rates[:, None], shape)
    drafts = draw(chance, fresh)
    examples = _examples(truth, chance, drafts)
    revised = (examples if truth.gate is TestsKind.EXAMPLE else drafts) != PASSED
    origins = [Origin.SEEN if truth.unseen_fixes is not None and number % 2 else Origin.UNSEEN
               for number in range(truth.problems)]  # fmt: skip
    infos = tuple(
        ProblemInfo(key=ProblemKey(task_id=f"T/{number}", version="v1"), problem_set="set@1", origin=origin)
        for number, origin in enumerate(origins)
    )
    repaired = _repair_rates(truth, rates, infos)
    of_drafts = _varied(chance, truth.spread_of_problems, (truth.problems, 1))

    def repairs(
        name: str, kind: ArmKind, rates: NDArray[np.float64], cost: float = 1, missing: float = 0
    ) -> ArmSamples:
        finals = np.where(revised, draw(chance, rates), drafts)
        lost = (chance.random(shape) < missing) & revised
        finals = np.where(lost, UNSCORED, finals).astype(np.int8)
        shown = np.where(revised, _examples(truth, chance, finals), examples).astype(np.int8)
        own = (
            of_drafts
            if kind == ArmKind.RESAMPLE
            else _varied(chance, truth.spread_of_problems, (truth.problems, 1))
        )
        return simulated_arm(name, kind, infos, drafts, finals, shown, revised, cost * tokens(own))

    def tokens(of_problem: NDArray[np.float64]) -> NDArray[np.float64]:
        return DRAFT_TOKENS * of_problem * _varied(chance, truth.spread_of_samples, shape)

    everywhere = np.ones(shape, dtype=np.bool_)
    arms = [simulated_arm("base", ArmKind.BASE, infos, drafts, drafts, examples, everywhere, tokens(of_drafts))]
    for number in range(truth.critics):
        name = "critic" if number == 0 else f"critic {number + 1}"
        arms.append(repairs(name, ArmKind.CRITIC, repaired, truth.cost, truth.missing))
    if truth.control:
        arms.append(repairs("no trace", ArmKind.NO_TRACE, repaired))
    if truth.resamples:
        arms.append(repairs("resample", ArmKind.RESAMPLE, fresh))
    return arms


def _examples(truth: Truth, chance: np.random.Generator, verdicts: Codes) -> Codes:
    """Verdicts of these programs on the example tests; none where hidden tests gate."""
    if truth.gate is TestsKind.HIDDEN:
        return np.full(verdicts.shape, NO_VERDICT, dtype=np.int8)
    passes = np.where(verdicts == PASSED, 1 - truth.rejects_right, truth.accepts_wrong)
    return draw(chance, passes)


def _repair_rates(truth: Truth, rates: NDArray[np.float64], infos: Sequence[ProblemInfo]) -> NDArray[np.float64]:
    """Chance of each problem's repairs. (P, S)"""
    gains = truth.gain * (2 * (np.arange(truth.problems) % 2) if truth.uneven else np.ones(truth.problems))
    chances = rates + (1 - rates) * gains if truth.fixes is None else np.full(truth.problems, truth.fixes)
    if truth.unseen_fixes is not None:
        unseen = np.array([info.origin is Origin.UNSEEN for info in infos])
        chances = np.where(unseen, truth.unseen_fixes, chances)
    return np.broadcast_to(chances[:, None], (truth.problems, truth.samples))


def draw(chance: np.random.Generator, rates: NDArray[np.float64]) -> Codes:
    return np.where(chance.random(rates.shape) < rates, PASSED, FAILED).astype(np.int8)


def _varied(chance: np.random.Generator, spread: float, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Log-normal factors with mean 1; without a spread exactly 1, and nothing is drawn."""
    return np.exp(spread * chance.standard_normal(shape) - spread**2 / 2) if spread else np.ones(shape)


def simulated_arm(
    name: str,
    kind: ArmKind,
    infos: tuple[ProblemInfo, ...],
    drafts: Codes,
    finals: Codes,
    examples: Codes,
    written: Flags,
    tokens: NDArray[np.float64],
) -> ArmSamples:
    shape = drafts.shape
    none = np.full(shape, NO_VERDICT, dtype=np.int8)
    zeros = np.zeros(shape, dtype=np.int32)
    return ArmSamples(
        name=name,
        kind=kind,
        problems=infos,
        present=np.ones(shape, dtype=np.bool_),
        verdict=finals,
        draft=drafts,
        raw=none,
        legacy=none,
        example=examples,
        rounds=written.astype(np.int32) if kind.repairs else zeros,
        copied=np.zeros(shape, dtype=np.bool_),
        recited=np.zeros(shape, dtype=np.bool_),
        edit_size=zeros,
        new_tokens=np.where(written, np.maximum(1, np.round(tokens)), 0).astype(np.int64),
        prompt_tokens=np.zeros(len(infos), dtype=np.int64),
        seconds=np.zeros(len(infos), dtype=np.float64),
    )


def settings_of_truth(truth: Truth, state: RunState = RunState.DONE) -> RunSettings:
    """The settings of a synthetic run."""
    return RunSettings(
        id=1, name="synthetic", kind=RunKind.EXPERIMENT, state=state, base="base", base_hash="",
        problem_sets=("set@1",), problems=truth.problems, samples=truth.samples, sampling=(), seed=0,
        feedback=TestsKind.EXAMPLE, gated=True, gate=truth.gate, rounds=1,
        budget=BudgetRule.EQUAL_SAMPLES, ruler="", go_version="",
        resampling="resample" if truth.resamples else "",
    )  # fmt: skip


def first(arms: Sequence[ArmSamples], problems: int) -> list[ArmSamples]:
    """The same run after its first problems, as somebody sees it who looks early."""
    return [arm.only(np.arange(problems, dtype=np.intp)) for arm in arms]
