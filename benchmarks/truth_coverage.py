"""Coverage of pass@k's intervals, as a part of `tekhne bench truth`.

In: random numbers and the distribution of problems' true rates. Out: the share of simulated runs whose 95% interval
holds the true pass@1.
"""

import numpy as np

from app.reports.estimates import Estimate
from app.reports.pass_at_k import estimate_pass_at_k
from benchmarks.report import Figure
from benchmarks.truth_shares import standard_error

MEMORISED = (5.0, 95.0)
"""Rates of the problems that are not memorised; the memorised ones always pass."""
COVERED = ((5, 10, (0.3, 0.7), 0.0), (10, 10, (0.3, 0.7), 0.0), (20, 10, (0.1, 0.9), 0.0), (20, 10, (0.05, 1.5), 0.0),
           (20, 1, (0.05, 1.5), 0.0), (44, 10, (0.02, 2.0), 0.0), (50, 10, (0.05, 1.5), 0.0),
           (20, 10, (5.0, 0.3), 0.0), (20, 10, (0.05, 0.05), 0.0), (164, 10, (0.3, 0.7), 0.0),
           (200, 10, (0.02, 2.0), 0.0), (400, 10, (0.05, 1.5), 0.0),
           (10, 10, MEMORISED, 0.2), (15, 10, MEMORISED, 0.1),
           (50, 10, MEMORISED, 0.2), (164, 10, MEMORISED, 0.2))  # fmt: skip
"""Problems, samples, the beta distribution of true rates, and the share of problems that are memorised besides."""
HARD = 0.1
"""With a mean rate this close to 0 or 1 an interval may cover 92 to 98%, with memorised problems 93 to 98%; elsewhere
93 to 97%."""
FEW = 20
"""Below this number of problems an interval may cover 99%: too wide rather than too narrow."""


def coverage(
    chance: np.random.Generator,
    problems: int,
    samples: int,
    rates: tuple[float, float],
    memorised: float,
    repeats: int,
) -> list[Figure]:
    truth, scored, inside = memorised + (1 - memorised) * rates[0] / sum(rates), np.full(problems, samples), 0
    for _ in range(repeats):
        true_rates = np.where(chance.random(problems) < memorised, 1.0, chance.beta(*rates, problems))
        found = estimate_pass_at_k(scored, chance.binomial(samples, true_rates), 1)
        inside += isinstance(found, Estimate) and found.interval is not None and truth in found.interval
    name = f"coverage_{problems}x{samples}_beta_{rates[0]:g}_{rates[1]:g}"
    low = 0.92 if min(truth, 1 - truth) < HARD else 0.93
    high = 0.99 if problems < FEW else 0.98 if memorised or min(truth, 1 - truth) < HARD else 0.97
    share, slack = inside / repeats, 2 * standard_error(0.95, repeats)
    return [
        Figure(
            name=f"{name}_and_{memorised:g}_memorised" if memorised else name,
            value=share,
            unit="share",
            baseline=0.95,
            bar=low,
            holds=low - slack <= share <= high + slack,
            error=standard_error(share, repeats),
        )
    ]
