"""The optimizers of a training: AdamW for everything, or Muon for the matrices inside the layers and AdamW beside it.

Muon (Jordan et al. 2024) makes each matrix's step orthogonal; from random weights it needs about half as many tokens
(docs/experiments.md has the figures). It suits training from nothing; fine-tuning what AdamW made stays with AdamW.
"""

import math
from collections.abc import Iterable
from enum import StrEnum

import torch
from torch import nn
from torch.optim import Optimizer

BESIDE_MUON = 0.2
"""AdamW's rate for embeddings, heads and norms, as a share of Muon's."""


class OptimizerKind(StrEnum):
    ADAMW = "adamw"
    MUON = "muon"


def make_optimizers(
    parameters: Iterable[tuple[str, nn.Parameter]],
    kind: OptimizerKind,
    *,
    learning_rate: float,
    weight_decay: float,
) -> list[Optimizer]:
    """Optimizers over all `parameters`; each group remembers its peak rate as `peak`."""
    named = list(parameters)
    if kind is OptimizerKind.ADAMW:
        whole = torch.optim.AdamW([value for _, value in named], lr=learning_rate, weight_decay=weight_decay)
        return _with_peaks([whole])
    inner = [value for name, value in named if value.ndim == 2 and ".layers." in f".{name}"]
    ids = {id(value) for value in inner}
    outer = [value for _, value in named if id(value) not in ids]
    beside = torch.optim.AdamW(outer, lr=learning_rate * BESIDE_MUON, betas=(0.9, 0.95), weight_decay=weight_decay)
    return _with_peaks([torch.optim.Muon(inner, lr=learning_rate, weight_decay=weight_decay), beside])


def _with_peaks(optimizers: list[Optimizer]) -> list[Optimizer]:
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return optimizers


def share_of_peak(step: int, *, steps: int, warmup_steps: int) -> float:
    """The learning rate of a step as a share of its peak: linear up, then a cosine down to a tenth."""
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    done = (step - warmup_steps) / max(1, steps - warmup_steps)
    return 0.55 + 0.45 * math.cos(math.pi * min(1.0, done))
