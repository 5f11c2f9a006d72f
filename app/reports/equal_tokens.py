"""Critic vs. resampling at equal tokens, pass@t: the chance of a first passing program within t generated tokens.

After Olausson et al. 2024 ("Is Self-Repair a Silver Bullet for Code Generation?"), who plot pass rate against tokens
sampled. In: the tables of base, critic and resample arm. Out: curves, and one budget in detail. A strategy makes its
tries in order and stops at the first that passes the tests that gate the run, or when the tries that were really made
run out; each point says for how many problems that happened. Hidden tests score. Only new tokens count: caching makes
prompts cheap, so prompt tokens are reported separately.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.reports.differences import ONE_LOOK, Looks
from app.reports.equal_samples import ProblemRates
from app.reports.estimates import Floats
from app.reports.evidence import Evidence, Weighed, WorstCase, unknown, weigh
from app.reports.repairs import accepted, left_alone, revised_samples
from app.reports.samples import ArmSamples, Flags, align_all
from models.enums import TestsKind

POINTS = 24
NO_REPAIRS = "no failed draft was repaired and scored on every side"
NO_TOKENS = "no tokens are recorded"


@dataclass(frozen=True, kw_only=True, eq=False)
class Tries:
    """Tries in the order made. Tables are (P, T); a try that was never made costs 0 and does not pass."""

    cost: NDArray[np.int64]
    passes: Flags
    stops: Flags
    """Tries that the gate accepts: the strategy ends there, and has succeeded if the try passes."""
    starts: Flags
    """Tries at which a strategy may begin: drafts, never repairs."""


def repair_tries(drafts: ArmSamples, repaired: ArmSamples, gate: TestsKind = TestsKind.HIDDEN) -> Tries:
    """Each draft, followed by what a repairing arm added: a critic's repair, or a fresh draft of resampling.

    A draft whose revision is unscored, or not written yet, is a try like any other, but no strategy begins there: to
    leave out the draft itself would leave out failures only.
    """
    width = min(drafts.present.shape[1], repaired.present.shape[1])
    drafts, repaired = drafts.first(width), repaired.first(width)
    scored = drafts.scored
    revised = scored & revised_samples(repaired)
    scored_revision = revised & repaired.scored
    starts = scored & (scored_revision | left_alone(drafts, repaired, gate))
    shape = (len(drafts.problems), 2 * width)

    def pairs(draft: NDArray[Any], revision: NDArray[Any]) -> NDArray[Any]:
        return np.stack([draft * scored, revision * scored_revision], axis=2).reshape(shape)

    return Tries(
        cost=pairs(drafts.new_tokens, repaired.new_tokens),
        passes=pairs(drafts.passes, repaired.passes),
        stops=pairs(accepted(drafts, gate), accepted(repaired, gate)),
        starts=np.stack([starts, np.zeros_like(starts)], axis=2).reshape(shape),
    )


def draft_tries(drafts: ArmSamples, gate: TestsKind = TestsKind.HIDDEN) -> Tries:
    """The drafts one after another."""
    return Tries(
        cost=drafts.new_tokens * drafts.scored,
        passes=drafts.passes,
        stops=accepted(drafts, gate) & drafts.scored,
        starts=drafts.scored,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstPass:
    """The cost of the first pass from each start. inf: none within the tries made. NaN: not a start. (P, T)"""

    cost: Floats
    ran_out: Flags
    """Starts from which no try was accepted, so that more tries might have succeeded. (P, T)"""
    total: NDArray[np.int64]
    """Tokens of all tries. (P,)"""


def first_pass_costs(tries: Tries) -> FirstPass:
    """Cost up to and including the first pass, from every start, wrapping round at the end of the list.

    Samples of one problem are exchangeable, so each rotation of their order is as good as the order itself; the
    average over rotations is unbiased and needs no random draws.
    """
    problems, length = tries.cost.shape
    twice = np.concatenate([tries.cost, tries.cost], axis=1)
    spent = np.cumsum(twice, axis=1, dtype=np.float64)  # (P, 2T): after each try
    before = np.concatenate([np.zeros((problems, 1)), spent[:, : max(length - 1, 0)]], axis=1)[:, :length]
    places = np.where(np.concatenate([tries.stops, tries.stops], axis=1), np.arange(2 * length), 2 * length)
    stop = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, :length]  # of the first accepted try
    found = stop < 2 * length
    at = np.where(found, stop, 0)
    passes = found & np.take_along_axis(tries.passes, at % max(length, 1), axis=1)
    cost = np.where(passes, np.take_along_axis(spent, at, axis=1) - before, np.inf)
    return FirstPass(
        cost=np.where(tries.starts, cost, np.nan), ran_out=tries.starts & ~found, total=tries.cost.sum(axis=1)
    )


def success_of_problems(side: FirstPass, budget: float) -> Floats:
    """Share of each problem's starts whose first pass costs at most the budget; NaN if it has no start. (P,)"""
    starts = np.sum(~np.isnan(side.cost), axis=1)
    within = np.sum(side.cost <= budget, axis=1)
    shares: Floats = np.divide(within, starts, out=np.full(len(starts), np.nan), where=starts > 0)
    return shares


def success_within(side: FirstPass, budgets: Sequence[int]) -> Floats:
    """The mean success rate over problems, for each budget. (B,)"""
    shares = [success_of_problems(side, budget) for budget in budgets]
    return np.array([np.mean(share[~np.isnan(share)]) if np.any(~np.isnan(share)) else 0.0 for share in shares])


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenPoint:
    """Both strategies at one budget."""

    tokens: int
    critic: float
    resampling: float
    critic_ran_out: int
    """Problems on which some order of tries ran out of samples, unsolved, before the budget was spent."""
    resampling_ran_out: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EqualTokens(Weighed):
    """Curves over budgets, from one cheap draft to where the first side has no tries left, and one budget in detail."""

    critic: str
    resampling: str
    points: tuple[TokenPoint, ...]
    budget: int
    """The mean cost of draft plus repair, over the samples that were repaired; 0 if nothing was."""
    critic_ran_out: int
    """Problems on which the critic's tries end, unsolved, before that budget is spent."""
    resampling_ran_out: int
    evidence: Evidence
    """At that budget: mean over problems of the critic's success rate minus that of resampling."""
    problems: tuple[ProblemRates, ...]
    """The success rates of each problem at that budget."""


def equal_tokens(
    base: ArmSamples,
    critic: ArmSamples,
    resample: ArmSamples | None,
    looks: Looks = ONE_LOOK,
    gate: TestsKind = TestsKind.HIDDEN,
) -> EqualTokens:
    """Curves for `draft, repair, draft, repair, …` and for drafts alone, over the shared problems.

    Both strategies begin at the same drafts: those whose further tries are scored on every side.
    """
    drafts, repaired, *again = align_all([base, critic, *([resample] if resample is not None else [])])
    rival = repair_tries(drafts, again[0], gate) if again else draft_tries(drafts, gate)
    tries = (repair_tries(drafts, repaired, gate), rival)
    steps = (2, 2 if again else 1)
    begins = [side.starts[:, ::step] for side, step in zip(tries, steps, strict=True)]  # (P, S) each
    width = min(side.shape[1] for side in begins)
    both = begins[0][:, :width] & begins[1][:, :width]
    sides = tuple(
        first_pass_costs(replace(side, starts=_spread_starts(both, side, step)))
        for side, step in zip(tries, steps, strict=True)
    )
    failed = (drafts.scored & ~accepted(drafts, gate))[:, :width] & revised_samples(repaired)[:, :width]
    spent = (drafts.new_tokens[:, :width] + repaired.new_tokens[:, :width])[failed & both]
    budget = math.ceil(float(spent.mean())) if len(spent) else 0
    rates = [success_of_problems(side, budget) for side in sides]
    usable = ~np.isnan(rates[0])
    return EqualTokens(
        critic=critic.name,
        resampling=again[0].name if again else base.name,
        points=_points(drafts, sides),
        budget=budget,
        critic_ran_out=_ran_out(sides[0], budget),
        resampling_ran_out=_ran_out(sides[1], budget),
        evidence=weigh(
            (rates[0] - rates[1])[usable],
            _worst_case(sides, budget, failed & ~both),
            left_out=int((~usable).sum()),
            looks=looks,
        )
        if budget
        else unknown(NO_TOKENS if len(spent) else NO_REPAIRS, looks),
        problems=tuple(
            ProblemRates(task_id=key.task_id, critic=float(one), resampling=float(two))
            for key, one, two, kept in zip(drafts.keys, *rates, usable, strict=True)
            if kept
        ),
    )


def _spread_starts(both: Flags, tries: Tries, step: int) -> Flags:
    """Starts at the drafts of the samples in `both`; `step` is the number of tries a sample has. (P, T)"""
    starts = np.zeros_like(tries.starts)
    starts[:, : step * both.shape[1] : step] = both
    return starts


def _worst_case(sides: Sequence[FirstPass], budget: int, missing: Flags) -> WorstCase:
    """Missing starts, and orders of tries that ran out before the budget, once against and once for the critic."""
    lost = np.sum(missing, axis=1)
    starts = np.sum(~np.isnan(sides[0].cost), axis=1)
    here = starts + lost > 0
    solved = [np.sum(side.cost <= budget, axis=1) for side in sides]
    cut = [np.sum(side.ran_out, axis=1) * (side.total < budget) for side in sides]
    low = (solved[0] - solved[1] - cut[1] - lost)[here] / (starts + lost)[here]
    high = (solved[0] + cut[0] - solved[1] + lost)[here] / (starts + lost)[here]
    samples = int(lost.sum() + np.maximum(*cut).sum())
    return WorstCase(low=low, high=high, samples=samples, of=int((starts + lost).sum()))


def _points(drafts: ArmSamples, sides: Sequence[FirstPass]) -> tuple[TokenPoint, ...]:
    budgets = _budgets(drafts, min((int(side.total.max(initial=0)) for side in sides), default=0))
    curves = [success_within(side, budgets) for side in sides]
    return tuple(
        TokenPoint(
            tokens=budget,
            critic=float(curves[0][index]),
            resampling=float(curves[1][index]),
            critic_ran_out=_ran_out(sides[0], budget),
            resampling_ran_out=_ran_out(sides[1], budget),
        )
        for index, budget in enumerate(budgets)
    )


def _ran_out(side: FirstPass, budget: int) -> int:
    return int(np.sum(np.any(side.ran_out, axis=1) & (side.total < budget)))


def _budgets(drafts: ArmSamples, most: int) -> list[int]:
    """Budgets in a geometric series, from a cheap draft to where one side has no tries left."""
    costs = drafts.new_tokens[drafts.scored & (drafts.new_tokens > 0)]
    if len(costs) == 0 or most <= 0:
        return []
    least = max(1, int(np.quantile(costs, 0.1)))
    return sorted({round(float(budget)) for budget in np.geomspace(least, max(most, least), POINTS)})
