"""The chance that a difference is claimed: by the rule of `evidence`, sign test and interval together.

In: what one problem may show, and the number of problems. Out: the power, and the smallest effect that a run would have
found with 80% power, from its own differences. A t test alone would promise too much: where few problems move, or many
move a little, the sign test needs more of them.

The power is a sum over the number of problems that move and the number of those that move up, both binomial; given
these the size of the moves is taken as normal. `tekhne bench truth` compares it with simulated runs.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from app.reports.differences import FEW_MOVED, POWER, Looks, sequence_half
from app.reports.estimates import CONFIDENCE, Floats, Ints
from app.reports.signs import SIGNIFICANCE, sign_tests

_GROUPS = 8
"""Sizes of moves that are told apart."""
_PARTS = 24
"""Parts that a sum over a binomial number is made in."""
_WIDE = 4.5
"""Standard deviations that a sum goes to."""
_STEPS = 14
_TINY = 1e-12
_STEEPEST = 40.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """How one problem's difference is distributed: chance, mean size and mean square of moves up and down."""

    up: float
    down: float
    size_up: float
    size_down: float
    square_up: float
    square_down: float


def moves_of(values: Floats, chances: Floats) -> Moves:
    """The moves of a difference that has these values with these chances."""
    found = []
    for side in (values > 0, values < 0):
        chance = float(chances[side].sum())
        sizes = np.abs(values[side])
        part = max(chance, _TINY)
        found.append((chance, float(chances[side] @ sizes) / part, float(chances[side] @ sizes**2) / part))
    (up, size_up, square_up), (down, size_down, square_down) = found
    return Moves(
        up=up, down=down, size_up=size_up, size_down=size_down, square_up=square_up, square_down=square_down
    )


def claim_power(moves: Moves, problems: int, looks: Looks) -> float:
    """The chance that a run of so many problems claims a positive difference."""
    moving = moves.up + moves.down
    if problems < 2 or moving <= _TINY:
        return 0.0
    n, of_n = _parts(problems, np.array([moving]), np.zeros(1, dtype=np.int64))
    n, of_n = n[0], of_n[0]
    up, of_up = _parts(n, np.full(len(n), moves.up / moving), _needed(n, looks))
    down = n[:, None] - up
    mean = up * moves.size_up - down * moves.size_down
    spread = up * (moves.square_up - moves.size_up**2) + down * (moves.square_down - moves.size_down**2)
    squares = up * moves.square_up + down * moves.square_down
    enough = _interval_needs(squares, n[:, None], problems, looks)
    chance = special.ndtr((mean - enough) / np.sqrt(np.maximum(spread, _TINY)))
    return float(np.sum(of_n[:, None] * of_up * chance))


def _parts(size: Ints | int, chance: Floats, least: Ints) -> tuple[Ints, Floats]:
    """A binomial number of at least `least`, in parts: the middle of each part, and its chance. Both (N, _PARTS)"""
    of = np.broadcast_to(np.asarray(size, dtype=np.int64), chance.shape)
    chance = np.clip(chance, 0.0, 1.0)
    mean, width = of * chance, _WIDE * np.sqrt(of * chance * (1 - chance)) + 1
    low = np.maximum(least, np.floor(mean - width).astype(np.int64))
    high = np.maximum(low, np.minimum(of, np.ceil(mean + width).astype(np.int64)) + 1)
    edges = low[:, None] + ((high - low)[:, None] * np.arange(_PARTS + 1)) // _PARTS
    below = np.where(edges > 0, special.bdtr(np.maximum(edges - 1, 0), of[:, None], chance[:, None]), 0.0)
    below = np.where(edges > of[:, None], 1.0, below)
    middle = np.maximum(edges[:, :-1], (edges[:, :-1] + edges[:, 1:] - 1) // 2)
    return np.minimum(middle, of[:, None]), np.diff(below, axis=1)


def _needed(moved: Ints, looks: Looks) -> Ints:
    """Of so many problems that move, how many have to move up for the sign test; one more than there are: too few."""
    low, high = moved // 2, moved + 1  # the test fails at `low`, and passes at `high`
    while np.any(high - low > 1):
        middle = (low + high) // 2
        passes = looks.family * sign_tests(middle, moved - middle, looks) < SIGNIFICANCE
        low, high = np.where(passes, low, middle), np.where(passes, middle, high)
    return high


def _interval_needs(squares: Floats, moved: Ints, problems: int, looks: Looks) -> Floats:
    """The sum of differences above which the interval excludes 0, given the sum of their squares."""
    wrong, size = (1 - CONFIDENCE) / looks.family, problems + 2
    if looks.always_valid:
        part = sequence_half(size, 1.0, wrong) ** 2
        needed: Floats = size * np.sqrt(part / (1 + part) * (squares + 2) / size)
        return needed
    quantile, normal = float(special.stdtrit(problems - 1, 1 - wrong / 2)), float(special.ndtri(1 - wrong / 2))
    student = quantile * np.sqrt(squares * problems / (problems - 1) / (1 + quantile**2 / (problems - 1)))
    few: Floats = normal * np.sqrt((squares + 2) / (1 + normal**2 / size))
    return np.where(moved < FEW_MOVED, few, student)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The differences of a run's problems: their values other than 0, and how many problems have each."""

    values: tuple[float, ...]
    counts: tuple[float, ...]
    problems: int
    widened: float
    """By how much an estimated budget widens the interval."""
    without_effect: float = 0.0
    """The mean of these differences if there were no effect: below 0 where missing samples speak against one."""
    known: float = 1.0
    """How much of an effect these differences show: less than all where samples are missing."""


def outcomes_of(changes: Floats, noise: Floats, *, without_effect: float = 0.0, known: float = 1.0) -> Outcomes:
    """The outcomes of these differences; many different values are put into a few groups of each sign."""
    spread = float(np.std(changes)) if len(changes) else 0.0
    widened = max(1.0, float(np.std(changes + noise)) / spread) if spread > 0 else 1.0
    groups = [_grouped(changes[side]) for side in (changes > 0, changes < 0)]
    values, counts = (np.concatenate([group[place] for group in groups]) for place in (0, 1))
    return Outcomes(
        tuple(values.tolist()), tuple(counts.tolist()), len(changes), round(widened, 6), without_effect, known
    )


def hidden_share(missing: Floats, overall: float) -> float:
    """The share of an effect that missing samples hide, from the missing share of each problem. `missing`: (P,)

    They are among the samples that an effect would turn, so that problems with many of them matter more: each is
    weighed by its own share, less a part of what chance adds to it where few are missing (all of it with one sample a
    problem). In simulation 63 to 84% of runs claim the effect where 2 to 30% are missing, and 52% where 30% are and
    there is no resample arm.
    """
    some = missing[missing > _TINY]
    if not len(some):
        return overall
    sample = float(some.min())
    by_chance = sample * (1 + min(sample, 1.0)) / 2
    return min(1.0, max(overall, float(np.sum(some * (some - by_chance)) / some.sum())))


def _grouped(changes: Floats) -> tuple[Floats, Floats]:
    values, counts = np.unique(changes.round(9), return_counts=True)
    if len(values) <= _GROUPS:
        return values, counts.astype(float)
    group = np.minimum((np.cumsum(counts) - 1) * _GROUPS // counts.sum(), _GROUPS - 1)
    of_group = np.bincount(group, counts, _GROUPS)
    kept = of_group > 0
    return np.bincount(group, counts * values, _GROUPS)[kept] / of_group[kept], of_group[kept].astype(float)


@lru_cache(maxsize=1_024)
def detectable(outcomes: Outcomes, looks: Looks) -> float | None:
    """The smallest mean difference that a run like this one claims with 80% power; None if it claims none.

    Without an effect, the run's own differences, weighted to the mean that they would have. An effect adds moves up: in
    a share of the problems, by the sizes that moves up have in this run.
    """
    values, chances = _without_effect(outcomes)
    up = values > 0
    sizes, of_size = values[up], chances[up] / chances[up].sum()
    added = np.minimum(np.add.outer(values, sizes).ravel(), 1.0)
    every, of_added = np.concatenate([values, added]), np.multiply.outer(chances, of_size).ravel()

    def with_effect(share: float) -> Floats:
        return np.concatenate([(1 - share) * chances, share * of_added])

    low, high = 0.0, 1.0
    if claim_power(moves_of(every, with_effect(high)), outcomes.problems, looks) < POWER:
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        enough = claim_power(moves_of(every, with_effect(middle)), outcomes.problems, looks) >= POWER
        low, high = (low, middle) if enough else (middle, high)
    if outcomes.known <= _TINY:
        return None
    found = outcomes.widened * (float(every @ with_effect(high)) - outcomes.without_effect) / outcomes.known
    return found if found < 1 else (1.0 if outcomes.known == 1 else None)


def _without_effect(outcomes: Outcomes) -> tuple[Floats, Floats]:
    """Values and chances of one problem's difference with the mean that it has without an effect, mostly 0.

    The run's own, tilted exponentially (Efron 1981, "Nonparametric standard errors and confidence intervals", section
    11). If all moves have one sign, each is as likely in the other direction; if nothing moved, one problem each way
    is supposed to have.
    """
    values, counts, problems = np.array(outcomes.values), np.array(outcomes.counts), outcomes.problems
    if len(values) == 0:
        values, counts, problems = np.array([1.0, -1.0]), np.ones(2), problems + 2
    if np.all(values > 0) or np.all(values < 0):
        values, counts = np.concatenate([values, -values]), np.concatenate([counts, counts]) / 2
    values, chances = np.append(values, 0.0), np.append(counts, problems - counts.sum()) / problems
    low, high = (bound / float(np.abs(values).max()) for bound in (-_STEEPEST, _STEEPEST))

    def mean_at(tilt: float) -> float:
        weights = chances * np.exp(tilt * values)
        return float(values @ weights) / float(weights.sum())

    for _ in range(2 * _STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if mean_at(middle) > outcomes.without_effect else (middle, high)
    weights = chances * np.exp(high * values)
    return values, weights / weights.sum()
