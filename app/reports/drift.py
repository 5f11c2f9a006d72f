"""How far a checkpoint has drifted from the one it was trained from: mean divergence in nats per prompt token.

In: the divergence of each prompt, as the worker measured it. Out: a `DriftEstimate` with its interval over prompts.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from app.reports.counts import number_of
from app.reports.estimates import CONFIDENCE


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftValues:
    """The divergence of two checkpoints, prompt by prompt."""

    nats: tuple[float, ...]
    """Summed over each prompt's positions."""
    tokens: tuple[int, ...]
    trained_on: int = 0
    """Prompts that were left out, because the checkpoint's own training read them."""
    too_long: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftEstimate:
    """Mean divergence over prompt tokens, with an interval over prompts."""

    value: float
    """Nats per token."""
    low: float | None
    high: float | None
    prompts: int
    tokens: int
    in_words: str


def drift_estimate(values: DriftValues) -> DriftEstimate | None:
    """Nats per prompt token: a ratio of sums, with the interval of a ratio over prompts (Student's t, linearised)."""
    nats, tokens = np.array(values.nats, dtype=float), np.array(values.tokens, dtype=float)
    if not tokens.sum():
        return None
    value, prompts = float(nats.sum() / tokens.sum()), len(tokens)
    low = high = None
    if prompts > 1:
        error = np.std(nats - value * tokens, ddof=1) * np.sqrt(prompts) / tokens.sum()
        half = float(special.stdtrit(prompts - 1, (1 + CONFIDENCE) / 2) * error)
        low, high = max(0.0, value - half), value + half
    interval = f", 95% CI {low:.4f} to {high:.4f}" if low is not None and high is not None else ""
    trained = f"; {values.trained_on} that it was trained on left out" if values.trained_on else ""
    long = f"; {values.too_long} too long left out" if values.too_long else ""
    words = (
        f"{value:.4f} nats per token{interval}, over {number_of(prompts, 'prompt')} ({int(tokens.sum())} tokens)"
    )
    return DriftEstimate(
        value=value, low=low, high=high, prompts=prompts, tokens=int(tokens.sum()), in_words=words + trained + long
    )
