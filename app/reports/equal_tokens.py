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
from functools import partial

import numpy as np

from app.reports.differences import ONE_LOOK, Looks
from app.reports.equal_samples import ProblemRates
from app.reports.estimates import Estimated, Floats
from app.reports.evidence import EstimatedBudget, Evidence, WorstCase, unknown, weigh
from app.reports.origin_effects import (
    OriginDifference,
    WeighedByOrigin,
    differences_by_origin,
    interaction_of,
)
from app.reports.repairs import accepted, revised_samples
from app.reports.samples import ArmSamples, Flags, ProblemInfo, align_all
from app.reports.token_tries import (
    ROUNDING,
    FirstPass,
    MeanCosts,
    Tries,
    draft_tries,
    first_pass_costs,
    mean_costs,
    repair_tries,
    solved_within,
    success_of_problems,
    success_within,
)
from models.enums import TestsKind

POINTS = 24
NO_REPAIRS = "no failed draft was repaired and scored on every side"
NO_TOKENS = "no tokens are recorded"


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
class EqualTokens(WeighedByOrigin):
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
    by_origin: tuple[OriginDifference, ...]
    """Seen, unseen and unknown problems apart; only the origins that occur."""
    interaction: Estimated
    """The difference on seen problems minus that on unseen ones, or between the two origins of `contrast`."""
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
    tried = (drafts.scored & ~accepted(drafts, gate))[:, :width] & revised_samples(repaired)[:, :width]
    costs = [mean_costs(drafts, side, tried & both) for side in (repaired, again[0] if again else None)]
    sides = tuple(
        first_pass_costs(replace(side, starts=_spread_starts(both, side, step)), cost)
        for side, step, cost in zip(tries, steps, costs, strict=True)
    )
    reason = NO_TOKENS if (tried & both).any() else NO_REPAIRS
    names = critic.name, again[0].name if again else base.name
    return _result(names, drafts.problems, _Played(sides=sides, costs=costs, lost=tried & ~both), looks, reason)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Played:
    """Both strategies, the critic's first, with the mean costs of their tries."""

    sides: tuple[FirstPass, ...]
    costs: Sequence[MeanCosts]
    lost: Flags
    """Failed drafts whose further tries have no verdict. (P, W)"""


def _result(
    names: tuple[str, str], problems: Sequence[ProblemInfo], played: _Played, looks: Looks, reason: str
) -> EqualTokens:
    """`reason`: why there is no budget, if there is none."""
    sides, costs = played.sides, played.costs
    budget = costs[0].draft + costs[0].again
    rates = [success_of_problems(side, budget) for side in sides]
    usable = ~np.isnan(rates[0])
    changes, worst = (rates[0] - rates[1])[usable], partial(_worst_case, sides, budget, played.lost)
    by_origin = differences_by_origin([one.origin for one in problems], changes, usable, looks, worst)
    return EqualTokens(
        critic=names[0],
        resampling=names[1],
        points=_points(costs[0].draft, sides),
        budget=math.ceil(budget),
        critic_ran_out=_ran_out(sides[0], budget),
        resampling_ran_out=_ran_out(sides[1], budget),
        evidence=weigh(
            changes,
            worst(np.ones_like(usable)),
            left_out=int((~usable).sum()),
            looks=looks,
            budget=_uncertain(rates[0], sides[1], costs, usable),
        )
        if budget
        else unknown(reason, looks),
        by_origin=by_origin if budget else (),
        interaction=interaction_of(by_origin if budget else ()),
        problems=tuple(
            ProblemRates(task_id=info.key.task_id, critic=float(one), resampling=float(two))
            for info, one, two, kept in zip(problems, *rates, usable, strict=True)
            if kept
        ),
    )


def _uncertain(ours: Floats, rival: FirstPass, costs: Sequence[MeanCosts], usable: Flags) -> EstimatedBudget:
    """How far the mean costs of repair and of drawing again, both estimated, leave the rival's number of tries open.

    Their ratio has the standard error of a ratio of sums over problems (Cochran 1977, 6.3). `ours` are the critic's
    rates, which do not depend on it: its budget is one draft and one repair whatever they cost.
    """
    repair, again = (side.spent_again[usable] for side in costs)
    problems = len(repair)
    noise = np.zeros(problems)
    ends: tuple[Floats, ...] = ()
    if problems > 1 and repair.sum() > 0 and again.sum() > 0:
        error = problems * (repair / repair.sum() - again / again.sum())  # relative, of mean 0
        two_errors = 2 * float(np.std(error, ddof=1) / np.sqrt(problems))
        if two_errors > ROUNDING:
            moved = [costs[0].draft + costs[0].again * max(0.0, 1 + side * two_errors) for side in (-1, 1)]
            rates = [success_of_problems(rival, budget)[usable] for budget in moved]
            noise = -float(np.mean(rates[1] - rates[0])) / (2 * two_errors) * error
            ends = tuple(ours[usable] - one for one in rates)
    return EstimatedBudget(noise=noise, ends=ends)


def _spread_starts(both: Flags, tries: Tries, step: int) -> Flags:
    """Starts at the drafts of the samples in `both`; `step` is the number of tries a sample has. (P, T)"""
    starts = np.zeros_like(tries.starts)
    starts[:, : step * both.shape[1] : step] = both
    return starts


def _worst_case(sides: Sequence[FirstPass], budget: float, missing: Flags, rows: Flags) -> WorstCase:
    """Missing starts, and orders of tries that ran out before the budget, once against and once for the critic."""
    lost = np.sum(missing, axis=1)
    starts = np.sum(~np.isnan(sides[0].cost), axis=1)
    here = (starts + lost > 0) & rows
    solved = [np.sum(solved_within(side, budget), axis=1) for side in sides]
    cut = [np.sum(side.ran_out, axis=1) * (side.total < budget) for side in sides]
    low = (solved[0] - solved[1] - cut[1] - lost)[here] / (starts + lost)[here]
    high = (solved[0] + cut[0] - solved[1] + lost)[here] / (starts + lost)[here]
    samples = int(lost[rows].sum() + np.maximum(*cut)[rows].sum())
    return WorstCase(low=low, high=high, samples=samples, of=int((starts + lost)[rows].sum()))


def _points(least: float, sides: Sequence[FirstPass]) -> tuple[TokenPoint, ...]:
    budgets = _budgets(least, min((int(side.total.max(initial=0)) for side in sides), default=0))
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


def _ran_out(side: FirstPass, budget: float) -> int:
    return int(np.sum(np.any(side.ran_out, axis=1) & (side.total < budget)))


def _budgets(least: float, most: int) -> list[int]:
    """Budgets in a geometric series, from one draft to where one side has no tries left."""
    if least <= 0 or most <= 0:
        return []
    first = math.ceil(least)
    return sorted({round(float(budget)) for budget in np.geomspace(first, max(most, first), POINTS)})
