"""How repair wears off from round to round, by the draft's error class, and from which round to draw afresh.

After Adnan & Kuhn 2025, "Measuring and mitigating debugging effectiveness decay in code language models" (the Debugging
Decay Index): the gain of round t is fitted by E(t) = E₀ · exp(−λ (t − 1)), by least squares weighted with the failures
tried, and ⌈ln 2 / λ⌉ rounds halve it (their t₅₀). Their advice is to start afresh there. What a fresh draft is worth is
known here, so the advice is checked: beside each gain stands the pass rate of the base's other samples of the same
problems, and one draws afresh from the first round whose fitted gain is below that.

In: the tables of base and repairing arm. Out: gains and fits. One round, or no repair, allows no fit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from app.reports.estimates import Floats, NotEstimable
from app.reports.samples import VERDICTS, ArmSamples, Flags, align, is_failed

ALL = "all"
MOST_DECAY = 10.0
"""By this λ a second round gains nothing any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundGain:
    """One round of repair of the failures that were left."""

    number: int
    tried: int
    repaired: int
    fresh: float | None
    """Chance that a fresh draft passes for the same failures; None: no problem has another sample."""
    fitted: float | None
    """The gain by the fit; None without one."""

    @property
    def gain(self) -> float:
        return self.repaired / self.tried


@dataclass(frozen=True, kw_only=True, slots=True)
class DecayFit:
    """E(t) = initial · exp(−rate (t − 1))."""

    initial: float
    rate: float
    r_squared: float
    halves_after: int | None
    """Rounds until half the gain is left; None: it does not wear off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decay:
    """The rounds of one group of failures."""

    group: str
    """`all`, or the verdict of the drafts."""
    rounds: tuple[RoundGain, ...]
    fit: DecayFit | NotEstimable
    afresh_from: int | None
    """The first round that is worth less than a fresh draft; None: no round that was made, or no fit."""


def decays(base: ArmSamples, arm: ArmSamples) -> tuple[Decay, ...]:
    """The decay over all failed drafts that were revised, then for each error class."""
    pair = align(base, arm)
    width = pair.width
    drafts, repaired = pair.left.first(width), pair.right.first(width)
    tried = np.greater(repaired.rounds, 0) & is_failed(repaired.draft) & repaired.scored
    fresh = np.where(drafts.n > 1, drafts.c / np.maximum(drafts.n - 1, 1), np.nan)
    if not tried.any():
        return ()
    codes = np.flatnonzero(np.bincount(repaired.draft[tried], minlength=len(VERDICTS)))
    groups = [(ALL, tried), *((str(VERDICTS[code]), tried & (repaired.draft == code)) for code in codes)]
    return tuple(_decay(name, group, repaired, fresh) for name, group in groups)


def _decay(name: str, tried: Flags, arm: ArmSamples, fresh: Floats) -> Decay:
    rounds = []
    for number in range(1, int(arm.rounds[tried].max()) + 1):
        left = tried & (arm.rounds >= number)
        chances = np.broadcast_to(fresh[:, None], left.shape)[left]
        known = chances[~np.isnan(chances)]
        rounds.append(
            RoundGain(
                number=number,
                tried=int(left.sum()),
                repaired=int((left & arm.passes & (arm.rounds == number)).sum()),
                fresh=float(known.mean()) if len(known) else None,
                fitted=None,
            )
        )
    fit = fit_decay([(one.tried, one.repaired) for one in rounds])
    if isinstance(fit, NotEstimable):
        return Decay(group=name, rounds=tuple(rounds), fit=fit, afresh_from=None)
    fitted = [_with_fit(one, fit) for one in rounds]
    worse = [one.number for one in fitted if one.fresh is not None and (one.fitted or 0.0) < one.fresh]
    return Decay(group=name, rounds=tuple(fitted), fit=fit, afresh_from=worse[0] if worse else None)


def _with_fit(one: RoundGain, fit: DecayFit) -> RoundGain:
    return RoundGain(
        number=one.number,
        tried=one.tried,
        repaired=one.repaired,
        fresh=one.fresh,
        fitted=fit.initial * math.exp(-fit.rate * (one.number - 1)),
    )


def fit_decay(rounds: Sequence[tuple[int, int]]) -> DecayFit | NotEstimable:
    """The fit to (tried, repaired) of each round; for a given λ the best E₀ is known, so one number is searched."""
    if len(rounds) < 2:
        return NotEstimable(reason="a decay needs two rounds of repair")
    tried, repaired = (np.array(column, dtype=float) for column in zip(*rounds, strict=True))
    if not repaired.any():
        return NotEstimable(reason="no failure was repaired")
    gains, later = repaired / tried, np.arange(len(rounds))

    def initial(rate: float) -> float:
        shape = np.exp(-rate * later)
        return float(np.sum(tried * gains * shape) / np.sum(tried * shape**2))

    def squares(rate: float) -> float:
        return float(np.sum(tried * (gains - initial(rate) * np.exp(-rate * later)) ** 2))

    rate = float(optimize.minimize_scalar(squares, bounds=(0.0, MOST_DECAY), method="bounded").x)
    rate = min((0.0, rate, MOST_DECAY), key=squares)
    total = float(np.sum(tried * (gains - np.average(gains, weights=tried)) ** 2))
    return DecayFit(
        initial=initial(rate),
        rate=rate,
        r_squared=1 - squares(rate) / total if total > 0 else 1.0,
        halves_after=math.ceil(math.log(2) / rate) if rate > 1e-6 else None,
    )
