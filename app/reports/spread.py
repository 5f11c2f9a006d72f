"""Where the uncertainty of pass@1 comes from: problems, samples, or an inconsistent ruler.

In: the tables of one arm. Out: shares of the variance of its mean over problems, and a sentence about what would help.
Analysis of variance with problems as random groups (Searle, Casella & McCulloch 1992, chapter 3).
"""

from dataclasses import dataclass

import numpy as np

from app.reports.samples import FLAKY, ArmSamples, count

_LITTLE = 0.25
"""Up to this share, sampling hardly matters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Shares of the variance of pass@1; they add up to 1, or are all 0 if every sample had the same outcome."""

    problems: float
    sampling: float
    ruler: float
    in_words: str


def spread(arm: ArmSamples) -> Spread | None:
    """The split of one arm; None for fewer than two problems with a scored sample."""
    usable = arm.n > 0
    n, c = arm.n[usable].astype(float), arm.c[usable].astype(float)
    if len(n) < 2:
        return None
    rates = c / n
    total = float(np.var(rates, ddof=1))
    pairs = n > 1
    within = np.divide(rates * (1 - rates), n - 1, out=np.zeros_like(n), where=pairs)  # of a problem's mean
    if pairs.any():  # a single sample does not say how it varies: those of the other problems do
        within[~pairs] = np.mean((within * n)[pairs])
    # A flaky program passes about every other time, so that it alone has variance ¼.
    flaky = count(np.equal(arm.verdict, FLAKY))[usable]
    ruler = float(np.mean(0.25 * flaky / n**2))
    if total == 0:
        return Spread(problems=0.0, sampling=0.0, ruler=0.0, in_words="Every problem has the same pass rate.")
    if not pairs.any():
        words = "With one sample per problem, differences between problems cannot be separated from sampling."
        return Spread(
            problems=1 - min(1.0, ruler / total), sampling=0.0, ruler=min(1.0, ruler / total), in_words=words
        )
    sampling = min(total, float(np.mean(within)))
    ruler = min(ruler, total - sampling)
    shares = (total - sampling - ruler) / total, sampling / total, ruler / total
    return Spread(problems=shares[0], sampling=shares[1], ruler=shares[2], in_words=_in_words(shares))


def _in_words(shares: tuple[float, float, float]) -> str:
    problems, sampling, ruler = (f"{100 * share:.0f}%" for share in shares)
    split = f"Of the variance of pass@1, {problems} is between problems, {sampling} sampling and {ruler} the ruler"
    if shares[1] <= _LITTLE:
        return f"{split}: more samples would not help; more problems would."
    return f"{split}: more samples would help, and more problems would."
