"""Power, as a part of `tekhne bench truth`: whether 80% is 80%.

In: random numbers and a case. Out: the share of simulated runs that claim the effect which a plan, or a run's own
differences, say is found with 80% power.
"""

from dataclasses import replace

import numpy as np

from app.reports.claims import plan_sizes
from app.reports.equal_samples import against_resampling
from app.reports.evidence import Evidence
from benchmarks.report import Figure
from benchmarks.simulated_runs import Truth, simulate
from benchmarks.truth_shares import between, value_of

QUANTILES = 100_000
PLANNED = ((0.05, 10), (0.1, 1), (0.1, 5), (0.2, 5))
"""Effect and samples a problem of planned runs."""
OWN_VARIANCE = ((60, 5, True, 0.0), (60, 5, False, 0.0), (164, 2, True, 0.0))
MISSING = ((60, 5, True, 0.1), (60, 5, True, 0.2))
"""Problems, samples, whether resampling is an arm, and the share of revisions without a verdict, of null runs that say
what they would have found."""


def planned_power(chance: np.random.Generator, effect: float, samples: int, repeats: int) -> list[Figure]:
    """How often a run of the planned size claims the planned effect."""
    (size,) = plan_sizes(effect, samples=(samples,))
    share = effect / float(np.mean((1 - chance.beta(0.3, 0.7, QUANTILES)) ** 2))
    truth = Truth(problems=size.problems, samples=samples, rates=(0.3, 0.7), gain=share, uneven=True)
    power = _claimed(truth, chance, repeats)
    return [between(f"power_planned_{effect:g}_with_{samples}_samples", power, repeats, 0.75, 0.9)]


def power_of_own_variance(
    chance: np.random.Generator, problems: int, samples: int, resamples: bool, missing: float, repeats: int
) -> list[Figure]:
    """How often the difference is claimed that a null run says it would have found: mean over such runs."""
    truth = Truth(problems=problems, samples=samples, resamples=resamples, missing=missing)
    # Of the samples that are known, which the difference is about, where some are missing.
    perfect = replace(truth, gain=1.0, problems=QUANTILES // samples if missing else problems)
    most = (
        value_of(_weighed(perfect, chance).difference)
        if missing
        else float(np.mean((1 - chance.beta(*truth.rates, QUANTILES)) ** 2))
    )
    powers = []
    for _ in range(repeats):
        found = _weighed(truth, chance).detectable
        powers.append(_claimed(replace(truth, gain=(found or 0.0) / most), chance, 10))
    name = f"power_of_own_variance_{problems}x{samples}{'' if resamples else '_without_resample_arm'}"
    name += f"_missing_{100 * missing:g}_percent" if missing else ""
    return [between(name, float(np.mean(powers)), 10 * repeats, 0.65, 0.9)]


def _weighed(truth: Truth, chance: np.random.Generator) -> Evidence:
    base, critic, *rival = simulate(truth, chance)
    return against_resampling(base, critic, rival[0] if rival else None).evidence


def _claimed(truth: Truth, chance: np.random.Generator, repeats: int) -> float:
    """The share of runs that claim that repair is better with as many tries."""
    found = 0
    for _ in range(repeats):
        base, critic, *rival = simulate(truth, chance)
        result = against_resampling(base, critic, rival[0] if rival else None)
        found += result.convincing and value_of(result.difference) > 0
    return found / repeats
