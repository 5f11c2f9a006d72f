"""pass@t: the chance of a first passing program within t generated tokens, for repair and for resampling.

After Olausson et al. 2024 ("Is Self-Repair a Silver Bullet for Code Generation?"), who plot pass rate against
tokens sampled. A strategy is a list of tries, each with its cost; it stops at its first pass, or when the tries
that were really made run out. Only new tokens count: prompts are reported beside, because caches make them cheap.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.reports.align import align_all
from app.reports.intervals import Floats
from app.reports.repairs import revised_samples
from app.reports.samples import ArmSamples, Flags

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
    """Curves over budgets from one cheap draft to all that both strategies spent."""

    critic: str
    resampling: str
    problems: int
    points: tuple[TokenPoint, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tries:
    """Tries in the order made. Tables are (P, T); a try that never was costs 0 and does not pass."""

    cost: NDArray[np.int64]
    passes: Flags
    starts: Flags
    """Tries at which a strategy may begin: a draft, never a repair of one."""


def equal_tokens(base: ArmSamples, critic: ArmSamples, resample: ArmSamples | None) -> EqualTokens:
    """Curves for `draft, repair, draft, repair, …` and for drafts alone, over the shared problems."""
    drafts, repaired, *again = align_all([base, critic, *([resample] if resample is not None else [])])
    rival = repair_tries(drafts, again[0]) if again else draft_tries(drafts)
    costs = [first_pass_costs(repair_tries(drafts, repaired)), first_pass_costs(rival)]
    spent = [side.total for side in costs]
    budgets = _budgets(drafts, int(max((float(total.max()) for total in spent if len(total)), default=0)))
    curves = [success_within(side, budgets) for side in costs]
    ran_out = [[_ran_out(side, budget) for budget in budgets] for side in costs]
    return EqualTokens(
        critic=critic.name,
        resampling=again[0].name if again else base.name,
        problems=len(drafts.problems),
        points=tuple(
            TokenPoint(
                tokens=budget,
                critic=float(curves[0][i]),
                resampling=float(curves[1][i]),
                critic_ran_out=ran_out[0][i],
                resampling_ran_out=ran_out[1][i],
            )
            for i, budget in enumerate(budgets)
        ),
    )


def repair_tries(drafts: ArmSamples, repaired: ArmSamples) -> Tries:
    """Each draft, then what a repairing arm added where it revised: a critic's repair, or resampling's fresh draft.

    Samples that are unscored on either side, and failed drafts that were not revised yet, take no part.
    """
    width = min(drafts.present.shape[1], repaired.present.shape[1])
    revised = revised_samples(repaired)[:, :width]
    settled = revised | drafts.passes[:, :width]
    known = drafts.scored[:, :width] & repaired.scored[:, :width] & settled
    cost = np.stack([drafts.new_tokens[:, :width], repaired.new_tokens[:, :width] * revised], axis=2)  # (P, S, 2)
    passes = np.stack([drafts.passes[:, :width], repaired.passes[:, :width] & revised], axis=2)
    starts = np.stack([known, np.zeros_like(known)], axis=2)
    shape = (len(drafts.problems), 2 * width)
    both = known[:, :, None]
    return Tries(
        cost=(cost * both).reshape(shape), passes=(passes & both).reshape(shape), starts=starts.reshape(shape)
    )


def draft_tries(drafts: ArmSamples) -> Tries:
    """The drafts one after another."""
    return Tries(cost=drafts.new_tokens * drafts.scored, passes=drafts.passes, starts=drafts.scored)


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstPass:
    """What the first pass costs from each start. inf: never within the tries made. NaN: no start. (P, T)"""

    cost: Floats
    total: NDArray[np.int64]
    """Tokens of all tries. (P,)"""


def first_pass_costs(tries: Tries) -> FirstPass:
    """Cost up to and including the first pass, from every start and round the end of the list.

    Samples of one problem are exchangeable, so each rotation of their order is as good as the order itself; the
    average over rotations is unbiased and needs no random draws.
    """
    problems, length = tries.cost.shape
    twice = np.concatenate([tries.cost, tries.cost], axis=1)
    spent = np.cumsum(twice, axis=1, dtype=np.float64)  # (P, 2T): after each try
    ends = np.where(np.concatenate([tries.passes, tries.passes], axis=1), spent, np.inf)
    next_end = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    before = np.concatenate([np.zeros((problems, 1)), spent[:, : max(length - 1, 0)]], axis=1)[:, :length]
    cost = np.where(tries.starts, next_end[:, :length] - before, np.nan)
    return FirstPass(cost=cost, total=tries.cost.sum(axis=1))


def success_within(side: FirstPass, budgets: Sequence[int]) -> Floats:
    """Mean over problems of the share of starts whose first pass costs at most each budget. (B,)"""
    starts = np.sum(~np.isnan(side.cost), axis=1)
    usable = starts > 0
    if not usable.any():
        return np.zeros(len(budgets))
    cost = np.sort(side.cost[usable], axis=1)  # NaN and inf go last
    shares = [np.mean(np.sum(cost <= budget, axis=1) / starts[usable]) for budget in budgets]
    return np.array(shares, dtype=np.float64)


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
