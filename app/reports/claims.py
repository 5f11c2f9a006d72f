"""Check a claimed effect, or plan a run that can detect one.

In: `+3.4 points on 30`, or an effect that a run should be able to find. Out: sentences. One sample a problem is assumed
of a claim, which is what most claims rest on.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
from scipy import special

from app.reports.differences import POWER, difference_interval
from app.reports.errors import ReportError
from app.reports.estimates import CONFIDENCE
from app.reports.evidence import exact_p, flips_needed
from app.reports.wording import between, number_of, p_value, points

_CLAIM = re.compile(
    r"\s*([+−-]?)\s*(\d+(?:[.,]\d+)?)\s*(?:pp|points?|%|percent(?:age)?(?: points?)?)?"
    r"\s*(?:on|of|over)\s*(\d{1,3}(?:,\d{3})+|\d{1,6})(?![\d.,]*\d)"
)
MOST_PROBLEMS = 100_000
_ROUNDED = 0.001
"""How far a published share may be from the true one: a rate before and one after, each rounded to 0.1 points."""
_QUANTILES = float(special.ndtri(1 - (1 - CONFIDENCE) / 2) + special.ndtri(POWER))


class NoClaim(ReportError):
    """The text is no claim of this form."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:80]!r} is no claim that can be checked: write it like '+3.4 points on 30'.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimCheck:
    """A claimed difference, counted in problems."""

    difference: float
    problems: int
    moved: int
    """Problems that it takes, if none moved back."""
    needed: int
    """Problems moving one way that chance does not explain."""
    p_value: float
    in_words: str


def check_claim(text: str) -> ClaimCheck:
    """How many problems a claim is, what chance needs, and what interval it has.

    Raises:
        NoClaim: the text is not like `+3.4 points on 30`, or no such difference is possible.
    """
    found = _CLAIM.match(text)
    if not found:
        raise NoClaim(text)
    size, problems = float(found[2].replace(",", ".")) / 100, int(found[3].replace(",", ""))
    if size > 1 or not 2 <= problems <= MOST_PROBLEMS:
        raise NoClaim(text)
    sign = -1 if found[1] in ("-", "−") else 1
    moved = round(size * problems)
    changes = np.zeros(problems)
    changes[:moved] = sign
    interval, p, needed = difference_interval(changes), exact_p(moved, 0), flips_needed(0)
    verdict = "more than chance explains" if p < 1 - CONFIDENCE else "not distinguishable from chance"
    return ClaimCheck(
        difference=sign * size,
        problems=problems,
        moved=moved,
        needed=needed,
        p_value=p,
        in_words=(
            f"{points(sign * size)} on {problems} problems is {_counted(size, problems, moved, sign)}. If none moved "
            f"the other way: {between(interval, signed=True)}, {p_value(p)}, which is {verdict}. Evidence takes "
            f"{needed} problems moving one way against none, {100 * needed / problems:.1f} pp of {problems}, and more "
            "if some move back."
        ),
    )


def _counted(size: float, problems: int, moved: int, sign: int) -> str:
    """The claim in problems; a share that no whole number of problems gives is said to be none."""
    if abs(size * problems - moved) <= _ROUNDED * problems + 1e-9:
        return number_of(moved, "problem")
    nearest = f"{number_of(moved, 'problem')}, {points(sign * moved / problems)}"
    return f"{size * problems:.1f} problems, which one sample each cannot give; the nearest is {nearest}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSize:
    """A size of run that would find the effect with 80% power."""

    samples: int
    problems: int


def plan_sizes(
    effect: float, *, rate: float = 0.3, correlation: float = 0.5, samples: tuple[int, ...] = (1, 2, 5, 10, 20)
) -> tuple[PlannedSize, ...]:
    """Problems needed, for each number of samples, to find a paired difference with 80% power at 5%.

    P = ((z₀.₉₇₅ + z₀.₈) σ / effect)², at least 6, with σ² = effect² + 2 rate (1 − rate)(1 − correlation) / samples: the
    sampling variance of both sides within a problem, and true effects that differ between problems as much as their
    mean (Donner & Klar 2000, "Design and Analysis of Cluster Randomization Trials", chapter 5).

    Args:
        effect: the smallest difference worth finding, as a share.
        rate: pass rate of the drafts.
        correlation: of two samples of one problem: how much problems differ (0.5 for rates from beta(0.3, 0.7)).

    Raises:
        ReportError: a number is out of bounds.
    """
    if not 0 < effect < 1:
        raise ReportError("The effect is above 0% and below 100%.")
    within = _within(rate, correlation)
    return tuple(
        PlannedSize(
            samples=number,
            problems=max(flips_needed(0), math.ceil((_QUANTILES / effect) ** 2 * (effect**2 + within / number))),
        )
        for number in samples
    )


def smallest_effect(problems: int, samples: int, *, rate: float = 0.3, correlation: float = 0.5) -> float | None:
    """The smallest difference that a run of this size finds with 80% power: `plan_sizes`, solved for the effect.

    None: the run finds none, because a test needs six problems that move, or more for effects that differ.

    Raises:
        ReportError: a number is out of bounds.
    """
    within = _within(rate, correlation) / samples
    room = problems / _QUANTILES**2 - 1
    if problems < flips_needed(0) or room <= 0:
        return None
    found = math.sqrt(within / room)
    return found if found < 1 else None


def _within(rate: float, correlation: float) -> float:
    """The sampling variance of both sides within a problem, for one sample each."""
    if not (0 < rate < 1 and 0 <= correlation < 1):
        raise ReportError(
            "The pass rate is above 0% and below 100%, and the correlation is at least 0 and below 1."
        )
    return 2 * rate * (1 - rate) * (1 - correlation)


def plan_in_words(effect: float, *, rate: float = 0.3, correlation: float = 0.5) -> str:
    """What sizes of run find the effect.

    Raises:
        ReportError: a number is out of bounds.
    """
    sizes = [
        f"{number_of(size.problems, 'problem')} with {number_of(size.samples, 'sample')} each"
        for size in plan_sizes(effect, rate=rate, correlation=correlation)
    ]
    return (
        f"To find {100 * effect:g} pp at a pass rate of {100 * rate:g}% with 80% power (5%, two-sided): "
        f"{', or '.join(sizes)}."
    )


def size_in_words(problems: int, samples: int, *, rate: float = 0.3, correlation: float = 0.5) -> str:
    """What a run of this size finds.

    Raises:
        ReportError: a number is out of bounds.
    """
    size = f"{number_of(problems, 'problem')} with {number_of(samples, 'sample')} each"
    found = smallest_effect(problems, samples, rate=rate, correlation=correlation)
    if found is None:
        return f"{size}: too few to find any difference."
    return f"{size} find a difference of {100 * found:.1f} pp with 80% power."
