"""Drawing the next token of every row: each row from its own stream of random numbers.

In: logits and each row's settings. Out: tokens and their log-probabilities. A row's draw depends on its logits and its
own stream only; the rows beside it cannot change it, except through the last bits in which a device's arithmetic can
differ between batch shapes (docs/decisions/0006-engines.md).
"""

import random
from dataclasses import dataclass

import torch
from torch import Tensor

LIKELIEST = 128
"""Tokens looked at first: most nuclei are far smaller than a vocabulary, and sorting one is a third of a step."""


@dataclass(frozen=True, kw_only=True)
class Draws:
    """What was drawn for each of B rows."""

    tokens: list[int]
    logprobs: list[float]
    """In nats, at temperature 1 and before top-p: comparable between settings."""


def stream(seed: int, key: str) -> random.Random:
    """A sample's own random numbers: the same for the same seed and key, whatever runs beside it."""
    # Strings are hashed with SHA-512 by Random itself, so the stream does not depend on the process.
    return random.Random(f"{seed}\x1f{key}")


def draw(logits: Tensor, temperatures: list[float], top_ps: list[float], streams: list[random.Random]) -> Draws:
    """The next token of each row.

    Args:
        logits: (B, V).
        temperatures: one a row; 0 takes the likeliest token and no random number.
        top_ps: one a row; the smallest set of likeliest tokens with at least this mass is drawn from (nucleus
            sampling, Holtzman et al. 2020).
    """
    logits = logits.float()
    logprobs = torch.log_softmax(logits, dim=-1)
    tokens = logits.argmax(dim=-1)
    warm = [row for row, temperature in enumerate(temperatures) if temperature > 0]
    if warm:
        tokens[warm] = _nucleus(
            logits[warm],
            torch.tensor([temperatures[row] for row in warm], device=logits.device),
            torch.tensor([top_ps[row] for row in warm], device=logits.device),
            torch.tensor([streams[row].random() for row in warm], device=logits.device),
        )
    drawn = logprobs.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
    return Draws(tokens=tokens.tolist(), logprobs=drawn.tolist())


def _nucleus(logits: Tensor, temperatures: Tensor, top_ps: Tensor, chances: Tensor) -> Tensor:
    """Nucleus sampling; (B,). Only a row whose nucleus is wider than its likeliest tokens pays for a whole sort."""
    probabilities = torch.softmax(logits / temperatures.unsqueeze(-1), dim=-1)
    likeliest, order = probabilities.topk(min(LIKELIEST, probabilities.shape[-1]), dim=-1)
    tokens = _inverse(likeliest, order, top_ps, chances)
    # Decided by the row alone, so that its company cannot change which way it goes.
    wide = likeliest.double().sum(dim=-1) < top_ps
    if bool(wide.any()):
        everything, order = probabilities[wide].sort(dim=-1, descending=True)
        tokens[wide] = _inverse(everything, order, top_ps[wide], chances[wide])
    return tokens


def _inverse(probabilities: Tensor, order: Tensor, top_ps: Tensor, chances: Tensor) -> Tensor:
    """Inverse transform sampling over tokens in falling order of probability; (B,)."""
    mass = probabilities.double().cumsum(dim=-1)
    # A token is kept while the mass before it is below top-p, so at least one always is.
    kept = (mass - probabilities < top_ps.unsqueeze(-1)).sum(dim=-1)
    total = mass.gather(-1, (kept - 1).unsqueeze(-1))
    place = torch.searchsorted(mass, chances.double().unsqueeze(-1) * total, right=True).squeeze(-1)
    place = torch.minimum(place, kept - 1)
    return order.gather(-1, place.unsqueeze(-1)).squeeze(-1)
