"""pass@t: the chance of a first passing program within t generated tokens, for repair and for resampling.

After Olausson et al. 2024 ("Is Self-Repair a Silver Bullet for Code Generation?"), who plot pass rate against tokens
sampled. A strategy stops at its first pass, or when the tries that were really made run out: how many problems that
concerns stands beside each point.
"""

from dataclasses import dataclass

import numpy as np

from app.reports.align import align_all
from app.reports.estimate import Estimated
from app.reports.flips import exact_p
from app.reports.paired import mean_difference
from app.reports.rival import ProblemRates
from app.reports.samples import ArmSamples
from app.reports.tries import (
    FirstPass,
    draft_tries,
    first_pass_costs,
    repair_tries,
    success_of_problems,
    success_within,
)

POINTS = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenPoint:
    """Both strategies at one budget."""

    tokens: int
    critic: float
    resampling: float
    critic_ran_out: int
    """Problems on which some order of tries ran out of samples, unsolved, before the budget did."""
    resampling_ran_out: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EqualTokens:
    """Curves over budgets from one cheap draft to all that both strategies spent, and one budget in detail."""

    critic: str
    resampling: str
    points: tuple[TokenPoint, ...]
    budget: int
    """What one sample cost on average, draft and repair together; 0 where nothing was spent."""
    difference: Estimated
    """At that budget: mean over problems of the critic's chance minus resampling's."""
    p_value: float
    """Exact sign test over the problems on which the two differ at that budget."""
    problems: tuple[ProblemRates, ...]
    """Each problem's chances at that budget."""


def equal_tokens(base: ArmSamples, critic: ArmSamples, resample: ArmSamples | None) -> EqualTokens:
    """Curves for `draft, repair, draft, repair, …` and for drafts alone, over the shared problems."""
    drafts, repaired, *again = align_all([base, critic, *([resample] if resample is not None else [])])
    sides = (
        first_pass_costs(repair_tries(drafts, repaired)),
        first_pass_costs(repair_tries(drafts, again[0]) if again else draft_tries(drafts)),
    )
    budget = _usual_cost(sides[0])
    rates = _rates(drafts, sides, budget)
    changes = np.array([rate.critic - rate.resampling for rate in rates])
    return EqualTokens(
        critic=critic.name,
        resampling=again[0].name if again else base.name,
        points=_points(drafts, sides),
        budget=budget,
        difference=mean_difference(changes, left_out=len(drafts.problems) - len(rates)),
        p_value=exact_p(int(np.sum(changes > 0)), int(np.sum(changes < 0))),
        problems=rates,
    )


def _usual_cost(side: FirstPass) -> int:
    starts = int(np.sum(~np.isnan(side.cost)))
    return round(int(side.total.sum()) / starts) if starts else 0


def _rates(drafts: ArmSamples, sides: tuple[FirstPass, FirstPass], budget: int) -> tuple[ProblemRates, ...]:
    one, two = (success_of_problems(side, budget) for side in sides)
    return tuple(
        ProblemRates(task_id=key.task_id, critic=float(one[row]), resampling=float(two[row]))
        for row, key in enumerate(drafts.keys)
        if not (np.isnan(one[row]) or np.isnan(two[row]))
    )


def _points(drafts: ArmSamples, sides: tuple[FirstPass, FirstPass]) -> tuple[TokenPoint, ...]:
    budgets = _budgets(drafts, max((int(side.total.max(initial=0)) for side in sides), default=0))
    curves = [success_within(side, budgets) for side in sides]
    return tuple(
        TokenPoint(
            tokens=budget,
            critic=float(curves[0][place]),
            resampling=float(curves[1][place]),
            critic_ran_out=_ran_out(sides[0], budget),
            resampling_ran_out=_ran_out(sides[1], budget),
        )
        for place, budget in enumerate(budgets)
    )


def _ran_out(side: FirstPass, budget: int) -> int:
    unsolved = np.any(np.isinf(side.cost), axis=1)
    return int(np.sum(unsolved & (side.total < budget)))


def _budgets(drafts: ArmSamples, most: int) -> list[int]:
    """Budgets in even ratios, from a cheap draft to everything."""
    costs = drafts.new_tokens[drafts.scored & (drafts.new_tokens > 0)]
    if len(costs) == 0 or most <= 0:
        return []
    least = max(1, int(np.quantile(costs, 0.1)))
    return sorted({round(float(budget)) for budget in np.geomspace(least, max(most, least), POINTS)})
