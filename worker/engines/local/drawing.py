"""Drawing the next token of every row, each by its own random number.

In: logits, each row's settings and its random number. Out: tokens, their log-probabilities, and which draws were so
close that the last bits of the logits could have decided them. Those bits differ between batch shapes. The caller can
repeat such a draw with logits that do not depend on the rest of the batch (docs/decisions/0006-engines.md).
"""

import random
from dataclasses import dataclass

import torch
from torch import Tensor

LIKELIEST = 128
"""Tokens examined first: most nuclei are far smaller than a vocabulary, and sorting one takes a third of a step."""
EDGE = 3e-5
"""A random number this near to a boundary, in probability, is a close draw: batch shapes moved boundaries by up to
5e-6 (float32 on a CPU; the demo base and a model of 135 million parameters)."""
EQUAL = 1e-4
"""Tokens this near to each other, in nats, could change places: batch shapes moved likely ones by up to 2e-5.
Both margins are for temperature 1 and above; a lower temperature stretches the differences, and the margins too."""
COLDEST = 1e-3
"""Lower temperatures count as this one, at which all but nearly equal tokens are drawn greedily."""


@dataclass(frozen=True, kw_only=True)
class Draws:
    """What was drawn for each of B rows."""

    tokens: list[int]
    logprobs: list[float]
    """In nats, at temperature 1 and before top-p: comparable between settings."""
    close: list[bool]
    """Whether slightly different logits could have given another token."""


def stream(seed: int, key: str) -> random.Random:
    """A sample's own random numbers: the same for the same seed and key, whatever runs beside it."""
    # Strings are hashed with SHA-512 by Random itself, so the stream does not depend on the process.
    return random.Random(f"{seed}\x1f{key}")


def draw(logits: Tensor, temperatures: list[float], top_ps: list[float], chances: list[float]) -> Draws:
    """The next token of each row.

    Args:
        logits: (B, V).
        temperatures: one a row; 0 takes the likeliest token.
        top_ps: one a row; the smallest set of likeliest tokens with at least this mass is drawn from (nucleus
            sampling, Holtzman et al. 2020).
        chances: one a row, uniform in [0, 1); unused at temperature 0.

    Raises:
        ArithmeticError: a row's logits are not numbers that can be compared.
    """
    logits = logits.float()
    if not bool(logits.amax(dim=-1).isfinite().all()):
        raise ArithmeticError("the model's logits are not finite: use another dtype, or look for damaged weights")
    logprobs = torch.log_softmax(logits, dim=-1)
    tokens = logits.argmax(dim=-1)
    first, second = logits.topk(min(2, logits.shape[-1]), dim=-1).values[:, [0, -1]].unbind(-1)
    close = first - second < EQUAL
    warm = [row for row, temperature in enumerate(temperatures) if temperature > 0]
    if warm:
        tokens[warm], close[warm] = _nucleus(
            logits[warm],
            torch.tensor([max(temperatures[row], COLDEST) for row in warm], device=logits.device),
            torch.tensor([top_ps[row] for row in warm], device=logits.device),
            torch.tensor([chances[row] for row in warm], dtype=torch.double, device=logits.device),
        )
    drawn = logprobs.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
    return Draws(tokens=tokens.tolist(), logprobs=drawn.tolist(), close=close.tolist())


def _nucleus(logits: Tensor, temperatures: Tensor, top_ps: Tensor, chances: Tensor) -> tuple[Tensor, Tensor]:
    """Nucleus sampling: (B,) tokens and (B,) whether each was close. Only a row whose nucleus is wider than its
    likeliest tokens pays for sorting the vocabulary."""
    probabilities = torch.softmax(logits / temperatures.unsqueeze(-1), dim=-1)
    stretch = (1 / temperatures).clamp(min=1.0)
    likeliest, order = probabilities.topk(min(LIKELIEST, probabilities.shape[-1]), dim=-1)
    tokens, close = _inverse(likeliest, order, top_ps, chances, stretch)
    # Decided by the row alone, so that the other rows cannot change which way it goes. One token more than is kept
    # must be among the examined ones.
    wide = likeliest[:, :-1].double().sum(dim=-1) < top_ps + EDGE * stretch
    if bool(wide.any()):
        everything, order = probabilities[wide].sort(dim=-1, descending=True)
        tokens[wide], close[wide] = _inverse(everything, order, top_ps[wide], chances[wide], stretch[wide])
    return tokens, close


def _inverse(
    probabilities: Tensor, order: Tensor, top_ps: Tensor, chances: Tensor, stretch: Tensor
) -> tuple[Tensor, Tensor]:
    """Inverse transform sampling over tokens in descending order of probability: (B,) tokens and whether each is close,
    the margins being `stretch` times as wide."""
    mass = probabilities.double().cumsum(dim=-1)
    top_ps, chances = top_ps.unsqueeze(-1), chances.unsqueeze(-1)
    edge, equal = (margin * stretch.unsqueeze(-1) for margin in (EDGE, EQUAL))
    # A token is kept while the mass before it is below top-p, so at least one always is.
    last = (mass - probabilities < top_ps).sum(dim=-1, keepdim=True) - 1
    place, close = _placed(mass, last, chances, edge)
    close |= _among_equals(probabilities, place, equal)
    # One token more or less might be kept, which matters where it changes the place that is drawn.
    end, most = mass.gather(-1, last), probabilities.shape[-1] - 1
    in_doubt = {1: end - top_ps < edge, -1: top_ps - (end - probabilities.gather(-1, last)) < edge}
    for step, doubt in in_doubt.items():
        other, other_close = _placed(mass, (last + step).clamp(0, most), chances, edge)
        close |= doubt & (other_close | (other != place))
    return order.gather(-1, place).squeeze(-1), close.squeeze(-1)


def _placed(mass: Tensor, last: Tensor, chances: Tensor, edge: Tensor) -> tuple[Tensor, Tensor]:
    """(B, 1) each: where the random number falls among the tokens up to `last`, and whether next to a boundary."""
    aim = chances * mass.gather(-1, last)
    place = torch.minimum(torch.searchsorted(mass, aim, right=True), last)
    upper = mass.gather(-1, place)
    lower = mass.gather(-1, (place - 1).clamp(min=0))
    return place, ((place > 0) & (aim - lower < edge)) | ((place < last) & (upper - aim < edge))


def _among_equals(probabilities: Tensor, place: Tensor, equal: Tensor) -> Tensor:
    """(B, 1): whether the token could change places with a neighbour, which would then be drawn instead."""
    own = probabilities.gather(-1, place)
    before = probabilities.gather(-1, (place - 1).clamp(min=0))
    after = probabilities.gather(-1, (place + 1).clamp(max=probabilities.shape[-1] - 1))
    # A vocabulary's last token compares with itself and counts as close; it is hardly ever drawn.
    return ((place > 0) & (before - own < equal * own)) | (own - after < equal * own)
