"""What can be chosen about one training: its options, its optimizers and the course of the learning rate.

The optimizers are AdamW for all parameters, or Muon for the weight matrices of the layers and AdamW for the rest. Muon
(Jordan et al. 2024) makes each matrix's step orthogonal; from random weights it needs about half as many tokens
(docs/experiments.md has the figures). It suits training from random weights; a network that AdamW trained stays with
AdamW.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from models.work import OptimizerKind

BESIDE_MUON = 0.2
"""AdamW's rate for embeddings, heads and norms, as a share of Muon's."""


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """How to train. Equal options, data and machine give equal weights."""

    steps: int
    """Optimizer steps at most."""
    batch_tokens: int = 2048
    """Tokens per step and process, padding included."""
    optimizer: OptimizerKind = OptimizerKind.ADAMW
    learning_rate: float = 1e-3
    """Its peak; a linear warm-up leads up to it, and a cosine down to a tenth of it at the last step."""
    warmup_steps: int = 20
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest norm of the gradient."""
    seed: int = 1
    evaluate_every: int = 25
    """Steps between two evaluations of the validation rows."""
    patience: int = 0
    """Evaluations without a better validation loss before early stopping; 0 disables it."""
    target_loss: float = 0.0
    """Training stops once the mean training loss between two evaluations is below this; 0 disables it."""
    save_seconds: float = 60.0
    """Seconds between two saved states, from which an interrupted training resumes."""
    validation_share: float = 0.1
    """Share of the problems that is held out for validation."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def make_optimizers(
    parameters: Iterable[tuple[str, nn.Parameter]],
    kind: OptimizerKind,
    *,
    learning_rate: float,
    weight_decay: float,
) -> list[Optimizer]:
    """Optimizers over all `parameters`; each group keeps its peak rate under the key `peak`."""
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
