"""Strategies as lists of tries, and what their first pass costs in tokens.

In: the tables of a base and of an arm that repairs or draws again. Out: for each draft to begin with, the tokens up to
and including the first passing program. Only new tokens count: caches make prompts cheap, so those are reported beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.reports.intervals import Floats
from app.reports.repairs import revised_samples
from app.reports.samples import ArmSamples, Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class Tries:
    """Tries in the order made. Tables are (P, T); a try that never was costs 0 and does not pass."""

    cost: NDArray[np.int64]
    passes: Flags
    starts: Flags
    """Tries at which a strategy may begin: a draft, never a repair of one."""


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


def success_of_problems(side: FirstPass, budget: float) -> Floats:
    """Share of each problem's starts whose first pass costs at most the budget; NaN where there is no start. (P,)"""
    starts = np.sum(~np.isnan(side.cost), axis=1)
    within = np.sum(side.cost <= budget, axis=1)
    shares: Floats = np.divide(within, starts, out=np.full(len(starts), np.nan), where=starts > 0)
    return shares


def success_within(side: FirstPass, budgets: Sequence[int]) -> Floats:
    """The mean over problems, for each budget. (B,)"""
    shares = [success_of_problems(side, budget) for budget in budgets]
    return np.array([np.mean(share[~np.isnan(share)]) if np.any(~np.isnan(share)) else 0.0 for share in shares])
