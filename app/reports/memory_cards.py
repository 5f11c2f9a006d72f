"""What a memory card shows: the set's problems against control problems, and seen against other problems of one set.

In: the measures of a card. Out: for each measure the AUC with its bootstrap interval, the share of problems above the
controls' 95th percentile, and how often that alarm is false among the controls themselves; and a sentence. Raw
likelihoods also follow a set's style, so the sentence rests on comparisons within a problem (the solution's own
variable names against others), within the set (seen against not seen), and on recitation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.reports.estimates import Interval, IntervalKind, rate_interval
from app.reports.wording import number_of
from models.enums import Origin
from models.memory import FEWEST_PROBLEMS

Floats = NDArray[np.float64]
ALARM_QUANTILE = 0.95
DRAWS = 1_000
SPLITS = 100
FEWEST = FEWEST_PROBLEMS
"""Problems on each side of a comparison."""
_SEED = 20_261_130


class Measure(StrEnum):
    """What is measured of a problem. Higher values suggest memorisation; the first two are the most telling."""

    NAME_GAIN = "name_gain"
    RECITED = "recited"
    PROMPT_RECITED = "prompt_recited"
    LOGPROB = "logprob"
    PROMPT_GAIN = "prompt_gain"
    MIN_K = "min_k"
    MIN_K_PLUS = "min_k_plus"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Measure.NAME_GAIN: "Own variable names over others (nats a use)",
    Measure.RECITED: "Solution recited from its beginning",
    Measure.PROMPT_RECITED: "Second half of the prompt recited",
    Measure.LOGPROB: "Log-probability of the solution (nats a token)",
    Measure.PROMPT_GAIN: "Likelihood with the prompt over without",
    Measure.MIN_K: "Min-20%",
    Measure.MIN_K_PLUS: "Min-20%++",
}
_LEAST = {Measure.RECITED: 0.5}
"""What counts as an alarm is no less than this: where controls are not recited at all, the first token of a solution
would otherwise be a recitation."""
STYLE_FREE = (Measure.NAME_GAIN, Measure.RECITED)
"""Measures on which a claim may rest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredProblem:
    """One problem of a card."""

    task_id: str
    is_control: bool
    origin: Origin
    tokens: int | None
    logprob: float | None
    logprob_alone: float | None
    min_k: float | None
    min_k_plus: float | None
    name_gain: float | None
    recited: float | None
    prompt_recited: float | None

    @property
    def prompt_gain(self) -> float | None:
        return None if self.logprob is None or self.logprob_alone is None else self.logprob - self.logprob_alone


@dataclass(frozen=True, kw_only=True, slots=True)
class Separation:
    """How far one group of problems stands above another in one measure."""

    measure: Measure
    problems: int
    others: int
    median: float
    median_of_others: float
    auc: float
    """The chance that a problem of the group has the larger value; 0.5: no separation."""
    interval: Interval
    above: float
    """Share of the group above the others' 95th percentile, or for recitation above one half where that is more."""
    above_interval: Interval | None
    false_alarms: float
    """The same share among the others themselves, when the percentile comes from one half and the other half is
    tried."""

    @property
    def stands_out(self) -> bool:
        """Whether the group stands above the others by more than chance, in both figures."""
        return (
            self.interval.low > 0.5
            and self.above_interval is not None
            and self.above_interval.low > (max(1 - ALARM_QUANTILE, self.false_alarms))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryEvidence:
    """One row of a run's Memory panel."""

    name: str
    says: str
    """One or more sentences; where nothing was measured: how to measure it."""
    is_measured: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryPanel:
    """What is known of memory in one run."""

    sentence: str
    rows: tuple[MemoryEvidence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CardReport:
    """A memory card as it is shown."""

    sentence: str
    is_memory: bool
    """Whether the evidence is claimed to be memory."""
    problems: int
    controls: int
    left_out: int
    """Problems that do not fit into the model's context."""
    perplexity: float | None
    """Of the canonical solutions behind their prompts, per token; the median problem's."""
    against_controls: tuple[Separation, ...]
    within_set: tuple[Separation, ...]
    """Problems recorded as seen against the other ones of the same set; empty where one side has fewer than ten."""
    caveats: tuple[str, ...]


def card_report(rows: Sequence[MeasuredProblem]) -> CardReport:
    """The report of a finished card."""
    measured = [row for row in rows if row.tokens is not None]
    own = [row for row in measured if not row.is_control]
    controls = [row for row in measured if row.is_control]
    against = _separations(own, controls)
    seen = [row for row in own if row.origin is Origin.SEEN]
    within = _separations(seen, [row for row in own if row.origin is not Origin.SEEN])
    is_memory, sentence = _sentence(own, against, within)
    likelihoods = [row.logprob for row in own if row.logprob is not None]
    return CardReport(
        sentence=sentence,
        is_memory=is_memory,
        problems=len(own),
        controls=len(controls),
        left_out=sum(row.tokens is None and not row.is_control for row in rows),
        perplexity=float(np.exp(-np.median(likelihoods))) if likelihoods else None,
        against_controls=against,
        within_set=within,
        caveats=CAVEATS,
    )


CAVEATS = (
    "Controls are generated problems with solutions of about the same length. They are of another style than the set, "
    "and style alone moves likelihood, Min-20% and Min-20%++: no claim rests on these.",
    "Own names over others compares a solution with itself under other variable names, and recitation asks for the "
    "exact text, at least half of it. Usual names are likely without any memory, too: a claim against controls needs "
    "both signs, and a claim from one of them needs problems of the same set that were not seen.",
    "No evidence is not the same as not seen: a model may have read a problem and not kept it. In small "
    "models memorisation shows in probabilities rather than in repeated output (arXiv 2603.03203).",
)


def separation(measure: Measure, own: Sequence[float], others: Sequence[float]) -> Separation | None:
    """How far `own` stands above `others`; None where a side is too small for a statement."""
    if min(len(own), len(others)) < FEWEST:
        return None
    left, right = np.sort(np.array(own)), np.sort(np.array(others))
    wins = _wins(left, right)
    limit = max(float(np.quantile(right, ALARM_QUANTILE)), _LEAST.get(measure, -np.inf))
    above = (left > limit).astype(np.float64)
    return Separation(
        measure=measure,
        problems=len(left),
        others=len(right),
        median=float(np.median(left)),
        median_of_others=float(np.median(right)),
        auc=float(wins.mean()),
        interval=_auc_interval(wins),
        above=float(above.mean()),
        above_interval=rate_interval(above),
        false_alarms=false_alarm_rate(right),
    )


def false_alarm_rate(values: Floats) -> float:
    """Mean share of one half above the 95th percentile of the other, over random halves."""
    draw = np.random.default_rng(_SEED)
    half = len(values) // 2
    mixed = draw.permuted(np.tile(values, (SPLITS, 1)), axis=1)
    limits = np.quantile(mixed[:, :half], ALARM_QUANTILE, axis=1)
    return float(np.mean(mixed[:, half:] > limits[:, None]))


def _wins(left: Floats, right: Floats) -> Floats:
    """(N, M): 1 where the left value is larger, ½ where both are equal."""
    wins: Floats = (left[:, None] > right[None]) + 0.5 * (left[:, None] == right[None])
    return wins


def _auc_interval(wins: Floats) -> Interval:
    """Percentile bootstrap that draws problems of both sides anew."""
    rows, columns = wins.shape
    draw = np.random.default_rng(_SEED)
    left = draw.multinomial(rows, np.full(rows, 1 / rows), DRAWS) / rows
    right = draw.multinomial(columns, np.full(columns, 1 / columns), DRAWS) / columns
    areas = np.sum((left @ wins) * right, axis=1)
    low, high = np.quantile(areas, [0.025, 0.975])
    if high - low < 1e-9:
        # Complete separation, which resampling cannot move: three problems' worth of doubt (the rule of three).
        doubt = 3 / min(rows, columns)
        low, high = (low, low + doubt) if low < 0.5 else (high - doubt, high)
    return Interval(low=float(low), high=float(high), kind=IntervalKind.BOOTSTRAP_BY_PROBLEM)


def _separations(own: Sequence[MeasuredProblem], others: Sequence[MeasuredProblem]) -> tuple[Separation, ...]:
    found = []
    for measure in Measure:
        values = [_values(side, measure) for side in (own, others)]
        one = separation(measure, *values)
        if one is not None:
            found.append(one)
    return tuple(found)


def _values(rows: Sequence[MeasuredProblem], measure: Measure) -> list[float]:
    return [value for row in rows if (value := getattr(row, measure.value)) is not None]


def _sentence(
    own: Sequence[MeasuredProblem], against: Sequence[Separation], within: Sequence[Separation]
) -> tuple[bool, str]:
    """Whether memory is claimed, and what is said."""
    if len(own) < FEWEST:
        return False, f"{number_of(len(own), 'problem')} could be measured, too few for a statement."
    if (best := _strongest(within)) is not None:
        return True, (
            f"Memory shows: within the set, problems recorded as seen stand above the others ({_figures(best)})."
        )
    claimed = [one for one in against if one.measure in STYLE_FREE and one.stands_out]
    if len(claimed) == len(STYLE_FREE):
        return (
            True,
            f"Memory shows: solutions are recited, and original variable names are preferred ({_figures(claimed[0])}).",
        )
    if claimed:
        return False, (
            f"One sign of memory without the other ({_figures(claimed[0])}): that may be the set's style, "
            "so the result is inconclusive."
        )
    return False, "No sign of memory beyond what the controls show."


def _strongest(found: Sequence[Separation]) -> Separation | None:
    standing = [one for one in found if one.stands_out and one.measure in STYLE_FREE]
    return max(standing, key=lambda one: one.auc, default=None)


def _figures(one: Separation) -> str:
    return (
        f"{one.measure.label.split(' (')[0].lower()}: AUC {one.auc:.2f}, {one.interval.low:.2f} to "
        f"{one.interval.high:.2f}; {one.above:.0%} above the 95th percentile"
    )
