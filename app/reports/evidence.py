"""What a comparison of two sides shows, and whether it may be claimed.

In: one difference per problem, and the same with everything missing turned against each side. Out: `Evidence`. A claim
needs four things at once: the exact sign test over problems (corrected by Holm where several comparisons are shown
together), an interval without 0, the same two from the worst that the missing samples could have been, and, where the
run was looked at before it was whole, an always-valid test in place of the fixed one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.reports.agreement import disagreement, is_convincing
from app.reports.differences import ONE_LOOK, Looks, mean_difference
from app.reports.estimates import Estimated, Floats, NotEstimable
from app.reports.power import Outcomes, detectable, hidden_share, outcomes_of
from app.reports.samples import AlignedArms, Flags, count
from app.reports.signs import sign_test

FEW_MISSING = 0.02
"""Up to this share of missing samples the worst case is not shown; a claim has to survive it all the same."""
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Samples that a side lacks, and what the difference could be if every one of them spoke for one side.

    Worst-case bounds: Manski (1990), "Nonparametric bounds on treatment effects".
    """

    samples: int
    of: int
    low: float
    high: float

    @property
    def many(self) -> bool:
        """Whether more than 2% are missing, so that the bounds have to be shown."""
        return self.samples > FEW_MISSING * self.of


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing(Bounds):
    """The bounds of a difference that is tested."""

    holds: bool
    """Whether test and interval still agree in the worst case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """The difference between two sides over problems, and what may be said of it."""

    difference: Estimated
    better: int
    """Problems on which the difference is above 0."""
    worse: int
    p_value: float | None
    """Of the sign test over these problems, after Holm's correction. None: no test can be made here."""
    looks: Looks
    missing: Missing
    outcomes: Outcomes | None
    """What the power is computed from, with what is missing counted against a gain; None: nothing was compared."""

    @property
    def detectable(self) -> float | None:
        """The smallest difference that this run would have claimed with 80% power; None: none."""
        return detectable(self.outcomes, self.looks) if self.outcomes is not None else None

    @property
    def convincing(self) -> bool:
        """Whether the difference may be claimed."""
        return self._agrees and self._survives

    @property
    def undone_by_missing(self) -> bool:
        """Whether only the missing samples stand in the way of a claim."""
        return self._agrees and not self._survives

    @property
    def disagreement(self) -> str:
        """Which of test and interval alone would claim the difference, in words; empty where they agree."""
        return disagreement(self.difference, self.p_value, self.better, self.worse)

    @property
    def _agrees(self) -> bool:
        return is_convincing(self.difference, self.p_value, self.better, self.worse)

    @property
    def _survives(self) -> bool:
        return self.missing.samples == 0 or self.missing.holds


class Weighed:
    """Base of results that rest on one `Evidence`, whose numbers are read as their own."""

    __slots__ = ()
    evidence: Evidence

    @property
    def difference(self) -> Estimated:
        return self.evidence.difference

    @property
    def better(self) -> int:
        """Problems on which the compared side did better."""
        return self.evidence.better

    @property
    def worse(self) -> int:
        return self.evidence.worse

    @property
    def p_value(self) -> float | None:
        """Exact sign test over the problems on which the two sides differ; of single samples it is McNemar's."""
        return self.evidence.p_value

    @property
    def convincing(self) -> bool:
        """Whether test and interval agree that the sides differ."""
        return self.evidence.convincing


@dataclass(frozen=True, kw_only=True, eq=False)
class WorstCase:
    """Per-problem differences if every missing sample spoke against, or for, the compared side. Tables are (P,)."""

    low: Floats
    high: Floats
    samples: int
    of: int


def aligned_worst_case(aligned: AlignedArms, rows: Flags) -> WorstCase:
    """Each sample of these problems that one side lacks a verdict for, once against and once for the right side."""
    width = aligned.width
    left, right = aligned.left, aligned.right
    present = left.present[:, :width] & right.present[:, :width] & rows[:, None]
    missing = present & ~aligned.both_scored
    number = count(present)
    here = number > 0
    passes = [np.where(side.scored, side.passes, np.nan)[:, :width] for side in (left, right)]
    low, high = (
        np.sum(
            np.where(present, np.nan_to_num(passes[1], nan=ours) - np.nan_to_num(passes[0], nan=theirs), 0), axis=1
        )
        for ours, theirs in ((0.0, 1.0), (1.0, 0.0))
    )
    return WorstCase(
        low=low[here] / number[here],
        high=high[here] / number[here],
        samples=int(missing.sum()),
        of=int(number.sum()),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class EstimatedBudget:
    """What an estimated budget adds to the uncertainty of the differences at that budget. Tables are (P,)."""

    noise: Floats
    """Each problem's part of the error that it makes in the mean difference (linearised); its mean is 0."""
    ends: tuple[Floats, ...]
    """The differences where the budget is two standard errors smaller and larger; none if it is exact."""


def weigh(
    changes: Floats,
    worst: WorstCase | None = None,
    *,
    left_out: int = 0,
    looks: Looks = ONE_LOOK,
    budget: EstimatedBudget | None = None,
) -> Evidence:
    """The evidence in one difference per problem.

    Args:
        changes: of the problems with a known difference.
        worst: of all problems on which a sample is present; None: nothing is missing.
        left_out: problems without a known difference.
        budget: None: there is none, or it is known exactly.
    """
    changes = np.where(np.abs(changes) <= _ROUNDING, 0.0, changes)  # sums of fractions are not exact
    noise = budget.noise if budget is not None else np.zeros_like(changes)
    better, worse = _signs(changes)
    return Evidence(
        difference=mean_difference(changes + noise, left_out, looks),
        better=better,
        worse=worse,
        p_value=sign_test(*_deflated(changes, budget), looks),
        looks=looks,
        missing=_missing(changes, worst, looks, noise),
        outcomes=_outcomes(changes, worst, noise),
    )


def _outcomes(changes: Floats, worst: WorstCase | None, noise: Floats) -> Outcomes:
    """What the power rests on. Where samples are missing a claim has to survive that all of them speak against it.

    Without an effect the worst case is below 0, and an effect adds to it only what it does to the known samples.
    """
    if worst is None or worst.samples == 0 or len(changes) == 0:
        return outcomes_of(changes, noise)
    known = 1 - hidden_share(worst.high - worst.low, worst.samples / worst.of)
    nothing = float(np.mean(worst.low)) - known * float(np.mean(changes))
    return outcomes_of(worst.low, _matching(noise, worst.low), without_effect=min(0.0, nothing), known=known)


def _deflated(changes: Floats, budget: EstimatedBudget | None) -> tuple[int, int]:
    """The counts that the sign test reads: those of `changes`, nearer to even if the budget is an estimate.

    The square of their imbalance is divided by the design effect, the variance that the budget adds over that of
    even odds (Rao & Scott 1981, "The analysis of categorical data from complex sample surveys").
    """
    better, worse = _signs(changes)
    moved = better + worse
    if budget is None or not budget.ends or moved == 0:
        return better, worse
    imbalances = [np.subtract(*_signs(end)) for end in budget.ends]
    effect = 1 + (float(np.ptp(imbalances)) / 4) ** 2 / moved
    less = (1 - 1 / np.sqrt(effect)) * abs(better - worse) / 2
    fewer = max(better, worse) - int(np.ceil(less - _ROUNDING))
    return (fewer, moved - fewer) if better > worse else (moved - fewer, fewer)


def unknown(reason: str, looks: Looks = ONE_LOOK) -> Evidence:
    """No evidence, because nothing could be compared."""
    nothing = Missing(samples=0, of=0, low=0.0, high=0.0, holds=False)
    return Evidence(
        difference=NotEstimable(reason=reason),
        better=0,
        worse=0,
        p_value=None,
        looks=looks,
        missing=nothing,
        outcomes=None,
    )


def _signs(changes: Floats) -> tuple[int, int]:
    return int(np.sum(changes > 0)), int(np.sum(changes < 0))


def _missing(changes: Floats, worst: WorstCase | None, looks: Looks, noise: Floats) -> Missing:
    if worst is None or len(changes) == 0 or len(worst.low) == 0:
        mean = float(np.mean(changes)) if len(changes) else 0.0
        return Missing(
            samples=worst.samples if worst else 0, of=worst.of if worst else 0, low=mean, high=mean, holds=False
        )
    against = worst.low if float(np.mean(changes)) > 0 else worst.high
    signs = _signs(against)
    p = min(1.0, looks.family * sign_test(*signs, looks))
    same_side = float(np.mean(against)) * float(np.mean(changes)) > 0
    return Missing(
        samples=worst.samples,
        of=worst.of,
        low=float(np.mean(worst.low)),
        high=float(np.mean(worst.high)),
        holds=same_side
        and is_convincing(mean_difference(against + _matching(noise, against), looks=looks), p, *signs),
    )


def _matching(noise: Floats, against: Floats) -> Floats:
    """The noise for the worst case, which may be of more problems: those have none."""
    return np.concatenate([noise, np.zeros(max(0, len(against) - len(noise)))])[: len(against)]


def holm(family: Sequence[Evidence]) -> list[Evidence]:
    """The same comparisons with p-values corrected for being shown together (Holm 1979).

    Comparisons without a test do not count. Intervals were widened already, by `Looks.family`.
    """
    tested = sorted((one.p_value, place) for place, one in enumerate(family) if one.p_value is not None)
    corrected, largest = list(family), 0.0
    for rank, (p, place) in enumerate(tested):
        largest = max(largest, min(1.0, (len(tested) - rank) * p))
        corrected[place] = replace(family[place], p_value=largest)
    return corrected


def without_test(evidence: Evidence) -> Evidence:
    """The same numbers where a test would say nothing: the side can only gain."""
    return replace(evidence, p_value=None)
