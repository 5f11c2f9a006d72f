"""The sign test over problems: exact, or valid however often it is looked at.

In: on how many problems a side did better and worse. Out: a p-value. Numbers or tables of numbers.
"""

import numpy as np
from scipy import special

from app.reports.differences import Looks
from app.reports.estimates import Floats, Ints

SIGNIFICANCE = 0.05


def exact_p(better: int, worse: int) -> float:
    """Two-sided exact McNemar test: how likely is a split this uneven if each move had even odds?

    McNemar (1947), in the exact binomial form; equal to a sign test on the moves. 1.0 if nothing moved.
    """
    return float(_exact(np.array(better), np.array(worse)))


def _exact(better: Ints, worse: Ints) -> Floats:
    moved = better + worse
    p: Floats = np.where(moved == 0, 1.0, np.minimum(1.0, 2 * special.bdtr(np.minimum(better, worse), moved, 0.5)))
    return p


def always_valid_p(better: int, worse: int) -> float:
    """A sign test that may be looked at after every problem: 1 / e-value of the moves, at most 1.

    The e-value is the likelihood of the moves averaged over beta(½, ½) odds, against even odds: a martingale under the
    null whatever the order in which problems come, so that by Ville's inequality it ever exceeds 20 in at most 5 of
    100 runs (Robbins 1970, "Statistical methods related to the law of the iterated logarithm"; Ramdas et al. 2023,
    "Game-theoretic statistics and safe anytime-valid inference").
    """
    return float(_always_valid(np.array(better), np.array(worse)))


def _always_valid(better: Ints, worse: Ints) -> Floats:
    moved = better + worse
    log_e = special.betaln(better + 0.5, worse + 0.5) - special.betaln(0.5, 0.5) + moved * np.log(2)
    p: Floats = np.minimum(1.0, np.exp(-log_e))
    return p


def sign_tests(better: Ints, worse: Ints, looks: Looks) -> Floats:
    """The p-value of each split."""
    return _always_valid(better, worse) if looks.always_valid else _exact(better, worse)


def sign_test(better: int, worse: int, looks: Looks) -> float:
    """The p-value of one split."""
    return always_valid_p(better, worse) if looks.always_valid else exact_p(better, worse)


def flips_needed(against: int) -> int:
    """The fewest moves one way that, with `against` moves the other way, give p < 0.05. Six against none."""
    needed = against + 1
    while exact_p(needed, against) >= SIGNIFICANCE:
        needed += 1
    return needed
