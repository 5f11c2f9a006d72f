"""Shares of simulated runs as figures: each with its Monte-Carlo standard error, for which a bar allows twice.

Used by the parts of `tekhne bench truth`.
"""

from dataclasses import replace

import numpy as np

from app.reports.estimates import Estimate, Estimated
from benchmarks.report import Figure, at_most


def standard_error(share: float, repeats: int) -> float:
    """The Monte-Carlo error of a share of so many repeats."""
    return float(np.sqrt(share * (1 - share) / repeats))


def allowed(repeats: int) -> float:
    """The share of false claims that a true 5% exceeds in 1 of 40 simulations of this length."""
    return 0.05 + 2 * standard_error(0.05, repeats)


def false_claims(name: str, share: float, repeats: int) -> Figure:
    """A share of false claims, which a bar of 5% bounds."""
    return replace(at_most(name, share, "share", allowed(repeats)), error=standard_error(share, repeats))


def between(name: str, share: float, repeats: int, low: float, high: float) -> Figure:
    """A share that should be 0.8, and has to lie between two bars."""
    error = standard_error(share, repeats)
    holds = low - 2 * error <= share <= high + 2 * error
    return Figure(name=name, value=share, unit="share", baseline=0.8, bar=low, holds=holds, error=error)


def value_of(found: Estimated) -> float:
    return found.value if isinstance(found, Estimate) else float("nan")
