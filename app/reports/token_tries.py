"""Tries at their mean costs, and what a budget of tokens buys: what `equal_tokens` compares.

In: the tables of base and repairing arm. Out: for each order of tries, the cost of the first that passes. Nobody knows
the cost of a try before it is made, so that a budget buys tries, not tokens: each try is charged the mean cost of its
kind. Charged with its own cost, a critic whose repairs cost as much as drafts on average would lose every repair
that costs more than that, and gain nothing by those that cost less.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.reports.estimates import Floats
from app.reports.repairs import accepted, left_alone, revised_samples
from app.reports.samples import ArmSamples, Flags
from models.enums import TestsKind

_GOLDEN = (math.sqrt(5) - 1) / 2
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanCosts:
    """Mean new tokens of each kind of try, over the failed drafts that were repaired."""

    draft: float
    """Of those drafts themselves."""
    fresh: float
    """Of another draft of the same problems."""
    again: float
    """Of what follows a draft: the critic's repair, or resampling's fresh drafts."""
    spent_again: Floats
    """All that of each problem. (P,)"""


def mean_costs(drafts: ArmSamples, arm: ArmSamples | None, tried: Flags) -> MeanCosts:
    """What tries of these failed drafts cost; without an arm nothing but drafts follows a draft. `tried`: (P, W)"""
    width, number = tried.shape[1], max(1, int(tried.sum()))
    spent = (drafts.new_tokens * drafts.scored)[:, :width]
    others = np.maximum(drafts.n - 1, 1)[:, None]
    fresh = np.where(
        drafts.n[:, None] > 1, ((drafts.new_tokens * drafts.scored).sum(axis=1)[:, None] - spent) / others, spent
    )
    written = fresh if arm is None else arm.new_tokens[:, :width]
    means = [float((costs * tried).sum() / number) for costs in (spent, fresh, written)]
    return MeanCosts(
        draft=means[0], fresh=means[1], again=means[2], spent_again=(written * tried).sum(axis=1).astype(float)
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Tries:
    """Tries in the order made. Tables are (P, T)."""

    made: Flags
    """A try that was never made costs nothing and does not pass."""
    is_draft: Flags
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

    def pairs(draft: Flags, revision: Flags) -> Flags:
        both = np.stack([draft & scored, revision & scored_revision], axis=2)
        return both.reshape((len(drafts.problems), 2 * width))

    everywhere, nowhere = np.ones_like(scored), np.zeros_like(scored)
    return Tries(
        made=pairs(everywhere, everywhere),
        is_draft=pairs(everywhere, nowhere),
        passes=pairs(drafts.passes, repaired.passes),
        stops=pairs(accepted(drafts, gate), accepted(repaired, gate)),
        starts=pairs(starts, nowhere),
    )


def draft_tries(drafts: ArmSamples, gate: TestsKind = TestsKind.HIDDEN) -> Tries:
    """The drafts one after another."""
    scored = drafts.scored
    return Tries(
        made=scored,
        is_draft=scored,
        passes=drafts.passes,
        stops=accepted(drafts, gate) & scored,
        starts=scored,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstPass:
    """The cost of the first pass from each start. inf: none within the tries made. NaN: not a start. (P, T)"""

    cost: Floats
    last: Floats
    """Of that: the cost of the try that passed. (P, T)"""
    begins: Floats
    """The share of a try that has to be left of the budget for the start to begin it; spread evenly. (P, T)"""
    ran_out: Flags
    """Starts from which no try was accepted, so that more tries might have succeeded. (P, T)"""
    total: Floats
    """Tokens of all tries. (P,)"""


def first_pass_costs(tries: Tries, costs: MeanCosts) -> FirstPass:
    """Cost up to and including the first pass, from every start, wrapping round at the end of the list.

    Samples of one problem are exchangeable, so each rotation of their order is as good as the order itself; the
    average over rotations is unbiased and needs no random draws.
    """
    problems, length = tries.made.shape
    charge = tries.made * np.where(tries.is_draft, costs.fresh, costs.again)
    spent = np.cumsum(np.concatenate([charge, charge], axis=1), axis=1)  # (P, 2T): after each try
    before = np.concatenate([np.zeros((problems, 1)), spent[:, : max(length - 1, 0)]], axis=1)[:, :length]
    places = np.where(np.concatenate([tries.stops, tries.stops], axis=1), np.arange(2 * length), 2 * length)
    stop = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, :length]  # of the first accepted try
    found = stop < 2 * length
    at = np.where(found, stop, 0)
    passes = found & np.take_along_axis(tries.passes, at % max(length, 1), axis=1)
    first = costs.draft - costs.fresh  # the draft that a strategy begins with is a known one
    cost = np.where(passes, np.take_along_axis(spent, at, axis=1) - before + first, np.inf)
    last = np.take_along_axis(charge, at % max(length, 1), axis=1) + first * (stop == np.arange(length))
    return FirstPass(
        cost=np.where(tries.starts, cost, np.nan),
        last=last,
        begins=_evenly(tries),
        ran_out=tries.starts & ~found,
        total=charge.sum(axis=1) + first,
    )


def _evenly(tries: Tries) -> Floats:
    """For each start a number in (0, 1): of any few in a row about as many lie in each part (Weyl's sequence)."""
    accepted_at_once = tries.starts & tries.stops
    numbers = np.zeros(tries.starts.shape)
    for group in (accepted_at_once, tries.starts & ~accepted_at_once):
        numbers[group] = (np.arange(1, 1 + np.count_nonzero(group)) * _GOLDEN) % 1
    return numbers


def solved_within(side: FirstPass, budget: float) -> Flags:
    """Starts that pass within the budget. Where a part of a try is left of it, so many starts make the whole try."""
    with np.errstate(invalid="ignore"):
        part = (budget - (side.cost - side.last)) / np.maximum(side.last, ROUNDING)
        solved: Flags = (side.cost <= budget + ROUNDING) | (part > side.begins)
    return solved & np.isfinite(side.cost)


def success_of_problems(side: FirstPass, budget: float) -> Floats:
    """Share of each problem's starts whose first pass costs at most the budget; NaN if it has no start. (P,)"""
    starts = np.sum(~np.isnan(side.cost), axis=1)
    within = np.sum(solved_within(side, budget), axis=1)
    shares: Floats = np.divide(within, starts, out=np.full(len(starts), np.nan), where=starts > 0)
    return shares


def success_within(side: FirstPass, budgets: Sequence[int]) -> Floats:
    """The mean success rate over problems, for each budget. (B,)"""
    shares = [success_of_problems(side, budget) for budget in budgets]
    return np.array([np.mean(share[~np.isnan(share)]) if np.any(~np.isnan(share)) else 0.0 for share in shares])
