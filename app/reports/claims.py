"""Check a claimed effect, or plan a run that can detect one.

In: a claim in words (`claim_texts`), or an effect that a run should be able to find. Out: sentences. One sample a
problem is assumed of a claim, which is what most claims rest on.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from app.reports.claim_texts import read_claim
from app.reports.differences import ONE_LOOK, POWER, difference_interval
from app.reports.errors import ReportError
from app.reports.estimates import CONFIDENCE, Floats
from app.reports.power import Moves, claim_power, moves_of
from app.reports.signs import exact_p, flips_needed
from app.reports.wording import between, number_of, p_value, points

_ROUNDED = 0.001
"""How far a published share may be from the true one: a rate before and one after, each rounded to 0.1 points."""
MOST_PLANNED = 10_000_000
_MOST_SAMPLES = 200
"""More samples hardly change what a problem shows."""
_RATES = 200
_HALVINGS = 20
_NO_CORRELATION = 1e-6
_LEAST_EFFECT = 1e-9


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
        NoClaim: the text is no claim that can be checked.
    """
    claim = read_claim(text)
    size, problems = abs(claim.difference), claim.problems
    sign = -1 if claim.difference < 0 else 1
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
        in_words=f"{claim.read_as} ".lstrip()
        + (
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


class TooLargeAnEffect(ReportError):
    """No critic can be so much better than fresh drafts."""

    def __init__(self, effect: float, rate: float, most: float) -> None:
        super().__init__(
            f"At a pass rate of {100 * rate:g}% no critic can be {100 * effect:g} pp better than fresh drafts: at most "
            f"{100 * most:.1f} pp."
        )


def plan_sizes(
    effect: float, *, rate: float = 0.3, correlation: float = 0.5, samples: tuple[int, ...] = (1, 2, 5, 10, 20)
) -> tuple[PlannedSize, ...]:
    """Problems needed, for each number of samples, to claim with 80% power that repair beats resampling.

    The power is that of the rule which a report follows (`power`), for the differences that `planned_moves` gives.

    Args:
        effect: the smallest difference worth finding, as a share.
        rate: pass rate of the drafts.
        correlation: of two samples of one problem: how much problems differ (0.5 for rates from beta(0.3, 0.7)).

    Raises:
        ReportError: a number is out of bounds.
    """
    if not 0 < effect < 1:
        raise ReportError("The effect is above 0% and below 100%.")
    rates = _rates(rate, correlation)
    if effect > (most := _most(rates)):
        raise TooLargeAnEffect(effect, rate, most)
    return tuple(
        PlannedSize(samples=number, problems=_problems_for(planned_moves(effect, number, rates)))
        for number in samples
    )


def _problems_for(moves: Moves) -> int:
    """The first number of problems with 80% power."""
    low, high = 1, 8
    while claim_power(moves, high, ONE_LOOK) < POWER:
        low, high = high, 2 * high
        if low > MOST_PLANNED:
            raise ReportError(f"An effect so small takes more than {MOST_PLANNED:,} problems.")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if claim_power(moves, middle, ONE_LOOK) >= POWER else (middle, high)
    return high


def planned_moves(effect: float, samples: int, rates: Floats) -> Moves:
    """What one problem shows, repair against resampling of the same failed drafts, where repair is better by `effect`.

    In half of the problems the critic repairs a share of what a fresh draft would not, in the other half nothing: true
    effects differ between problems as much as their mean. A sample moves up if the draft fails, the repair passes and
    the fresh draft fails; down the other way round. The sum over a problem's samples is exact, by its characteristic
    function.
    """
    samples = min(samples, _MOST_SAMPLES)
    share = effect / _most(rates)
    helped, gain = (0.5, 2 * share) if share <= 0.5 else (share, 1.0)
    turns = np.exp(2j * np.pi * np.arange(2 * samples + 1) / (2 * samples + 1))
    total = np.zeros(2 * samples + 1, dtype=np.complex128)
    for part, added in ((helped, gain), (1 - helped, 0.0)):
        repaired = rates + (1 - rates) * added
        up, down = (1 - rates) ** 2 * repaired, (1 - rates) * rates * (1 - repaired)
        one = 1 + np.outer(up, turns - 1) + np.outer(down, 1 / turns - 1)
        total += part * np.mean(one**samples, axis=0)
    chances = np.maximum(np.fft.fft(total).real / (2 * samples + 1), 0)
    values = np.arange(2 * samples + 1)
    return moves_of(np.where(values > samples, values - (2 * samples + 1), values) / samples, chances)


@lru_cache(maxsize=256)
def smallest_effect(problems: int, samples: int, *, rate: float = 0.3, correlation: float = 0.5) -> float | None:
    """The smallest difference that a run of this size claims with 80% power: `plan_sizes`, solved for the effect.

    None: the run finds none, however large.

    Raises:
        ReportError: a number is out of bounds.
    """
    rates = _rates(rate, correlation)
    low, high = 0.0, _most(rates)
    if (
        problems < flips_needed(0)
        or high < _LEAST_EFFECT
        or claim_power(planned_moves(high, samples, rates), problems, ONE_LOOK) < POWER
    ):
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = claim_power(planned_moves(middle, samples, rates), problems, ONE_LOOK) >= POWER
        low, high = (low, middle) if enough else (middle, high)
    return high


def _most(rates: Floats) -> float:
    """The difference of a critic that repairs everything: the failures that a fresh draft would not turn right."""
    return float(np.mean((1 - rates) ** 2))


def _rates(rate: float, correlation: float) -> Floats:
    """Pass rates of equally many problems, from the beta distribution with this mean and correlation."""
    if not (0 < rate < 1 and 0 <= correlation < 1):
        raise ReportError(
            "The pass rate is above 0% and below 100%, and the correlation is at least 0 and below 1."
        )
    if correlation < _NO_CORRELATION:
        return np.array([rate])
    scale = 1 / correlation - 1
    found: Floats = special.betaincinv(rate * scale, (1 - rate) * scale, (np.arange(_RATES) + 0.5) / _RATES)
    return found


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
        f"To find {100 * effect:g} pp at a pass rate of {100 * rate:g}% with 80% power (repair against resampling, by "
        "sign test and interval as in the report): "
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
